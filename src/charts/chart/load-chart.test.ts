import { gzipSync } from 'node:zlib'
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readArchive } from './archive.ts'
import type { LogRecord } from './log.ts'
import { loadArchive, loadChart, loadChartSync } from './load-chart.ts'
import { readFolder } from './read-folder.ts'

const good = 'apiVersion: v2\nname: c\nversion: 1.0.0\n'

function folder(files: Record<string, string | Uint8Array>): string {
  const root = mkdtempSync(join(tmpdir(), 'chart-'))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), content)
  }
  return root
}

interface Entry { name: string; data?: string; type?: string; size?: number; magic?: string; mode?: number }

/** A tar stream; what an entry leaves out is as usual. */
function tar(entries: Entry[], end = 1024): Buffer {
  const parts: Buffer[] = []
  for (const { name, data = '', type = '0', size, magic = 'ustar\x0000', mode = 0o644 } of entries) {
    const body = Buffer.from(data)
    const header = Buffer.alloc(512)
    const octal = (n: number, length: number): string => `${n.toString(8).padStart(length - 1, '0')}\0`
    header.write(name, 0, 100)
    header.write(octal(mode, 8) + octal(0, 8) + octal(0, 8) + octal(size ?? body.length, 12) + octal(0, 12), 100, 'latin1')
    header.write(`        ${type}`, 148, 'latin1')
    header.write(magic, 257, 'latin1')
    header.write(`${octal(header.reduce((a, b) => a + b), 7)} `, 148, 'latin1')
    parts.push(header, body, Buffer.alloc((512 - (body.length % 512)) % 512))
  }
  return Buffer.concat([...parts, Buffer.alloc(end)])
}

const tgz = (entries: Entry[]): Buffer => gzipSync(tar(entries))

describe('folders', () => {
  test('files find their places', async () => {
    const log: LogRecord[] = []
    const root = folder({
      'Chart.yaml': good,
      'Chart.lock': 'digest: sha256:x\ngenerated: "2024-01-01T00:00:00Z"\ndependencies: []\n',
      'values.yaml': '\ufeffa: 1\n',
      'values.schema.json': '{}',
      '.helmignore': '*.bak\nsecret/\n',
      'templates/a.yaml': 'x',
      'templates/.hidden': 'x',
      'templates/b.yaml.bak': 'x',
      'secret/key': 'x',
      'crds/b.yaml': 'kind: B',
      'crds/readme.txt': 'x',
      'README.md': 'x',
      'charts/sub/Chart.yaml': good.replace('name: c', 'name: sub'),
      'charts/sub/crds/s.yml': 'kind: S',
      'charts/_off/Chart.yaml': 'broken: [',
      'charts/.off/Chart.yaml': 'broken: [',
      'charts/packed.tgz': tgz([{ name: 'packed/Chart.yaml', data: good.replace('name: c', 'name: packed') }]),
      'charts/packed.tgz.prov': 'x',
    })
    symlinkSync('README.md', join(root, 'LINK.md'))
    const chart = await loadChart(root, { log: (record) => log.push(record) })
    expect(chart.templates.map((f) => f.name)).toEqual(['templates/a.yaml'])
    expect(chart.files.map((f) => f.name)).toEqual(['.helmignore', 'LINK.md', 'README.md', 'charts/packed.tgz.prov', 'crds/b.yaml', 'crds/readme.txt'])
    expect(chart.values).toEqual(new Map([['a', 1]]))
    expect(chart.schema?.text).toBe('{}')
    expect(chart.lock).toMatchObject({ digest: 'sha256:x', generated: '2024-01-01T00:00:00Z' })
    expect(chart.dependencies.map((d) => [d.name, d.chartFullPath])).toEqual([['packed', 'c/charts/packed'], ['sub', 'c/charts/sub']])
    expect(chart.crds().map((c) => c.fileName)).toEqual(['c/crds/b.yaml', 'c/charts/sub/crds/s.yml'])
    expect(log).toEqual([{
      level: 'info',
      message: 'found symbolic link in path. Contents of linked file included and used',
      attributes: [['path', join(root, 'LINK.md')], ['resolved', join(root, 'README.md')]],
    }])
  })

  test('lazy files read the same', () => {
    const root = folder({ 'Chart.yaml': good, 'crds/a.yaml': '\ufeffkind: A', 'README.md': 'r', 'charts/s/Chart.yaml': good, 'charts/s/crds/b.yaml': 'kind: B' })
    const all = (lazyFiles: boolean): unknown => {
      const chart = loadChartSync(root, { lazyFiles })
      return [chart, ...chart.dependencies].map((c) => c.files.map((f) => [f.name, f.text]))
    }
    expect(all(true)).toEqual(all(false))
    expect(all(true)).toEqual([[['README.md', 'r'], ['crds/a.yaml', 'kind: A']], [['crds/b.yaml', 'kind: B']]])
  })

  test.each<[files: Record<string, string>, message: string | RegExp]>([
    [{ 'x': '' }, /^unable to detect chart at .*\/Chart\.yaml: open .*\/Chart\.yaml: no such file or directory$/],
    [{ 'Chart.yaml': 'name: c\nversion: 1.0.0\napiVersion: v9\n' }, 'unsupported chart version'],
    [{ 'Chart.yaml': 'apiVersion: v2\nversion: 1.0.0\n' }, 'validation: chart.metadata.name is required'],
    [{ 'Chart.yaml': 'apiVersion: v2\nname: ..\nversion: 1.0.0\n' }, 'validation: chart.metadata.name ".." is not allowed'],
    [{ 'Chart.yaml': 'apiVersion: v2\nname: a/b\nversion: 1.0.0\n' }, 'validation: chart.metadata.name "a/b" is invalid'],
    [{ 'Chart.yaml': 'apiVersion: v2\nname: c\n' }, 'validation: chart.metadata.version is required'],
    [{ 'Chart.yaml': 'apiVersion: v2\nname: c\nversion: x\n' }, 'validation: chart.metadata.version "x" is invalid'],
    [{ 'Chart.yaml': `${good}type: tool\n` }, 'validation: chart.metadata.type must be application or library'],
    [{ 'Chart.yaml': `${good}maintainers: [null]\n` }, 'validation: maintainers must not contain empty or null nodes'],
    [{ 'Chart.yaml': `${good}dependencies: [{name: a, alias: b c}]\n` }, 'validation: dependency "a" has disallowed characters in the alias'],
    [{ 'Chart.yaml': `${good}dependencies: [{name: a}, {name: b, alias: a}]\n` }, 'validation: more than one dependency with name or alias "a"'],
    [{ 'Chart.yaml': `${good}keywords: x\n` }, 'cannot load Chart.yaml: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string into Go struct field Metadata.keywords of type []string'],
    [{ 'Chart.yaml': good, 'values.yaml': '- a\n' }, 'cannot load values.yaml: cannot unmarshal yaml document: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}'],
    [{ 'Chart.yaml': good, 'charts/s/values.yaml': '' }, 'error unpacking subchart s in c: Chart.yaml file is missing'],
    [{ 'Chart.yaml': good, 'charts/s.tgz': 'x' }, 'error unpacking subchart s.tgz in c: unexpected EOF'],
    [{ 'Chart.yaml': good, 'charts/s.tgz/Chart.yaml': 'x' }, 'error unpacking subchart tar in c: expected s.tgz, got s.tgz/Chart.yaml'],
    [{ 'Chart.yaml': good, '.helmignore': 'a/**\n' }, 'double-star (**) syntax is not supported'],
  ])('%j', async (files, message) => {
    await expect(loadChart(folder(files))).rejects.toMatchObject({ name: 'PintleError', message: typeof message === 'string' ? message : expect.stringMatching(message) })
  })

  test('broken Chart.yaml: file, line and column', async () => {
    await expect(loadChart(folder({ 'Chart.yaml': 'apiVersion: v2\nname: [\nversion: 1\n' }))).rejects.toMatchObject({
      code: 'yaml.parse', message: expect.stringMatching(/^cannot load Chart\.yaml: error converting YAML to JSON: yaml: line \d/),
      place: { file: 'Chart.yaml', line: expect.any(Number), column: expect.any(Number) },
    })
    await expect(loadChart(folder({ 'Chart.yaml': good, 'charts/s/Chart.yaml': good, 'charts/s/values.yaml': 'a: ]\n' }))).rejects.toMatchObject({
      place: { file: 'charts/s/values.yaml', line: 1 },
    })
  })

  test('dependencies of charts of the first version', async () => {
    const v1 = folder({
      'Chart.yaml': 'name: c\nversion: 1.0.0\n', 'requirements.yaml': 'dependencies: [{name: a, version: 1}]\n', 'requirements.lock': 'digest: d\n',
    })
    const chart = await loadChart(v1)
    expect(chart.metadata.apiVersion).toBe('v1')
    expect(chart.metadata.dependencies).toMatchObject([{ name: 'a', version: '1' }])
    expect(chart.files.map((f) => f.name)).toEqual(['requirements.lock', 'requirements.yaml'])
    expect(chart.lock?.digest).toBe('d')
    const lines: string[] = []
    const v2 = await loadChart(folder({ 'Chart.yaml': good, 'requirements.yaml': 'dependencies: [{name: a, version: 1}]\n' }), { log: (r) => lines.push(r.message) })
    expect(v2.files).toEqual([])
    expect(lines).toEqual(['Warning: Dependencies are handled in Chart.yaml since apiVersion "v2". We recommend migrating dependencies to Chart.yaml.'])
  })

  test('links: to nowhere, in circles, out of the folder', async () => {
    const nowhere = folder({ 'Chart.yaml': good })
    symlinkSync('gone', join(nowhere, 'link'))
    await expect(loadChart(nowhere)).rejects.toThrow(`error evaluating symlink ${nowhere}/link: lstat ${nowhere}/gone: no such file or directory`)
    const circle = folder({ 'Chart.yaml': good })
    symlinkSync('.', join(circle, 'link'))
    await expect(loadChart(circle)).rejects.toThrow('too many levels of symbolic links')
    const outside = folder({ 'Chart.yaml': good })
    symlinkSync(folder({ 'x.yaml': 'x' }), join(outside, 'templates'))
    expect((await loadChart(outside)).templates.map((f) => f.name)).toEqual(['templates/x.yaml'])
    const device = folder({ 'Chart.yaml': good })
    symlinkSync('/dev/null', join(device, 'null'))
    await expect(loadChart(device)).rejects.toThrow(`cannot load irregular file ${device}/null as it has file mode type bits set`)
  })

  test('too much', () => {
    const steps = readFolder(folder({ 'Chart.yaml': good, 'a': 'x'.repeat(100) }), {}, 120)
    expect(() => { while (steps.next().done !== true); }).toThrow('error reading a: chart exceeds maximum decompressed size of 120 bytes')
  })

  test('stops when told to', async () => {
    await expect(loadChart(folder({ 'Chart.yaml': good }), { signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop')
    await expect(loadChart('/no/such/chart')).rejects.toThrow('stat /no/such/chart: no such file or directory')
  })
})

describe('archives', () => {
  const names = (entries: Entry[]): string[] => readArchive(tgz(entries)).map((f) => f.name)

  test('names are relative to the chart, from any system', () => {
    expect(names([
      { name: 'c/', type: '5' }, { name: 'c/Chart.yaml' }, { name: 'c\\templates\\a.yaml' }, { name: 'c/./x//y' }, { name: 'pax', type: 'g' },
      { name: 'c/link', type: '2' }, { name: 'c/old/', type: '\0' },
    ])).toEqual(['Chart.yaml', 'templates/a.yaml', 'x/y', 'link'])
    expect(names([{ name: '././@LongLink', type: 'L', data: `c/${'long/'.repeat(40)}name\0`, magic: 'ustar  \0' }, { name: 'c/short' }])).toEqual([`${'long/'.repeat(40)}name`])
    expect(names([{ name: 'pax', type: 'x', data: '23 path=c/templates/é\n' }, { name: 'c/short' }])).toEqual(['templates/é'])
  })

  test.each<[entry: Entry, message: string]>([
    [{ name: 'c/../../etc/passwd' }, 'chart illegally references parent directory'],
[{ name: 'c//etc/passwd' }, 'chart illegally contains absolute paths'],
    [{ name: 'Chart.yaml' }, 'chart illegally contains content outside the base directory: "Chart.yaml"'],
    [{ name: 'Chart.yaml/x' }, 'chart yaml not in base directory'],
    [{ name: 'c/C:/x' }, 'chart contains illegally named files'],
    [{ name: 'c\\C:\\x' }, 'chart contains illegally named files'],
    [{ name: 'c/x', size: 200 * 1024 * 1024 }, 'decompressed chart is larger than the maximum size 104857600'],
    [{ name: 'c/link', type: '2', size: 5 }, 'decompressed chart is larger than the maximum size 104857600'],
    [{ name: 'c/x', size: 2000 }, 'unexpected EOF'],
    [{ name: 'pax', type: 'x', data: '99 path=c\n' }, 'archive/tar: invalid tar header'],
    [{ name: 'sparse', type: 'S' }, 'archive holds a sparse file: sparse'],
  ])('%j', (entry, message) => {
    expect(() => readArchive(tgz([entry]))).toThrow(message)
  })

  test('bombs: many small files, one endless one', () => {
    expect(() => readArchive(tgz(Array.from({ length: 50 }, (_, i) => ({ name: `c/${i}`, data: 'x'.repeat(100) }))), 4000)).toThrow('decompressed chart is larger than the maximum size 4000')
    const zeros = gzipSync(Buffer.alloc(70 * 1024 * 1024), { level: 1 })
    expect(() => readArchive(zeros, 1000)).toThrow('decompressed chart is larger than the maximum size 1000')
  })

  test('streams cut short, glued together, with a flaw at the end', () => {
    const whole = tgz([{ name: 'c/Chart.yaml', data: good }])
    expect(() => readArchive(whole.subarray(0, 40))).toThrow('unexpected EOF')
    const plain = tar([{ name: 'c/Chart.yaml', data: good }])
    expect(readArchive(Buffer.concat([gzipSync(plain.subarray(0, 600)), gzipSync(plain.subarray(600))])).map((f) => f.text)).toEqual([good])
    const flawed = Buffer.from(whole)
    flawed[flawed.length - 6]! ^= 1
    // As in Go, nobody reads beyond the end of the tar stream.
    expect(readArchive(flawed).length).toBe(1)
    expect(() => readArchive(Buffer.from('PK\x03\x04xxxxxxxx'))).toThrow('gzip: invalid header')
    expect(() => readArchive(new Uint8Array(0))).toThrow('EOF')
  })

  test('archives as charts', async () => {
    const root = folder({
      'c.tgz': tgz([{ name: 'c/Chart.yaml', data: good }, { name: 'c/templates/a.yaml', data: 'x' }]),
      'values.yaml': 'a: 1', 'notes.txt': 'hello', 'picture.tgz': '\u0089PNG',
      'evil.tgz': tgz([{ name: 'c/../../x' }]), 'none.tgz': tgz([{ name: 'c/x' }]), 'short.tgz': Uint8Array.from([0x1f, 0x8b, 8]),
    })
    const chart = await loadChart(join(root, 'c.tgz'))
    expect([chart.name, chart.templates.map((f) => f.name), chart.path]).toEqual(['c', ['templates/a.yaml'], join(root, 'c.tgz')])
    const refused = async (name: string): Promise<string> => loadChart(join(root, name)).then(() => '', (error: Error) => error.message.replace(root, ''))
    expect(await refused('values.yaml')).toBe("file '/values.yaml' seems to be a YAML file, but expected a gzipped archive")
    expect(await refused('notes.txt')).toBe("file '/notes.txt' does not appear to be a gzipped archive; got 'application/octet-stream'")
    expect(await refused('evil.tgz')).toBe('unable to load chart archive')
    await expect(loadChart(join(root, 'evil.tgz'))).rejects.toMatchObject({ code: 'chart.archive', hint: 'The archive was refused: chart illegally references parent directory.' })
    expect(await refused('none.tgz')).toBe('unable to detect chart version, no Chart.yaml found')
    expect(await refused('short.tgz')).toBe('unable to load chart archive')
    expect(() => loadArchive(Buffer.from('not gzip at all'))).toThrow('stream does not appear to be a valid chart file (details: gzip: invalid header)')
    expect(() => loadArchive(tgz([{ name: 'c/../../x' }]))).toThrow('unable to load chart archive: chart illegally references parent directory')
  })
})
