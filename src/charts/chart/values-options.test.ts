import { createServer } from 'node:http'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { decodeUtf8 } from '../../language/go/index.ts'
import { readValues } from './values-options.ts'
import { readValuesText } from './values-yaml.ts'
import { spelled } from './vectors/vector-values.ts'

const folder = mkdtempSync(join(tmpdir(), 'values-'))
function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe('readValues', () => {
  test("Helm's order: files, json, set, string, file, literal", async () => {
    const values = await readValues({
      valueFiles: [file('a.yaml', 'a: file\nb: file\nc: file\nd: file\ne: file\nf: file\nm: {x: 1, q: null}\n'), file('b.yaml', 'm: {z: 2}\n')],
      setLiteral: ['f=a,b={c}'],
      setFile: [`e=${file('e.txt', 'text\n')}`],
      setString: ['d=1'],
      set: ['c=1,d=2'],
      setJson: ['b={"k":[1,null]}', '{"c":"json","m":{"w":3}}'],
    })
    expect(spelled(values)).toEqual({ m: {
      a: { s: 'file' }, b: { m: { k: { l: [{ f: '1' }, null] } } }, c: { i64: '1' }, d: { s: '1' }, e: { s: 'text\n' }, f: { s: 'a,b={c}' },
      m: { m: { x: { f: '1' }, q: null, z: { f: '2' }, w: { f: '3' } } },
    } })
  })

  test('UTF-16: the line feed that Helm adds to a file without one in its last byte is half a character', () => {
    const utf16 = (text: string, swap: boolean) => (swap ? Buffer.from(`\ufeff${text}`, 'utf16le').swap16() : Buffer.from(`\ufeff${text}`, 'utf16le'))
    expect(spelled(readValuesText(decodeUtf8(utf16('a: ü\n', true)), 'v.yaml'))).toEqual({ m: { a: { s: 'ü' } } })
    expect(() => readValuesText(decodeUtf8(utf16('a: ü\n', false)), 'v.yaml')).toThrow('yaml: incomplete UTF-16 character')
  })

  test('broken YAML: file, line and column', async () => {
    const path = file('broken.yaml', 'a: 1\nb: [1\nc: 2\n')
    await expect(readValues({ valueFiles: [path] })).rejects.toMatchObject({
      code: 'yaml.parse',
      message: expect.stringMatching(`^failed to parse ${path}: cannot unmarshal yaml document: error converting YAML to JSON: yaml: line \\d: `),
      place: { file: path, line: expect.any(Number), column: expect.any(Number), source: expect.stringContaining('b: [1') },
    })
  })

  test.each([
    [{ set: ['a'] }, 'failed parsing --set data: key "a" has no value'],
    [{ setString: ['a[0'] }, ''],
    [{ setString: ['a[x]=1'] }, 'failed parsing --set-string data: error parsing index: strconv.Atoi: parsing "x": invalid syntax'],
    [{ setJson: ['a=tru'] }, 'failed parsing --set-json data a=tru'],
    [{ setJson: [' {"a":}'] }, 'failed parsing --set-json data JSON:  {"a":}'],
    [{ setJson: ['{"a":1} x'] }, 'failed parsing --set-json data JSON: {"a":1} x'],
    [{ setFile: ['a=/no/such/file'] }, 'failed parsing --set-file data: open /no/such/file: no such file or directory'],
    [{ setLiteral: ['a'] }, 'failed parsing --set-literal data: key "a" has no value'],
    [{ valueFiles: ['/no/such/file'] }, 'open /no/such/file: no such file or directory'],
    [{ valueFiles: ['/'] }, 'read /: is a directory'],
    [{ valueFiles: [':x'] }, 'parse ":x": missing protocol scheme'],
  ])('%j', async (sources, message) => {
    const result = readValues(sources, { asHelm: true })
    if (message === '') await expect(result).resolves.toEqual(new Map())
    else await expect(result).rejects.toMatchObject({ name: 'PintleError', message })
  })

  test.each([
    [{ set: ['password=hunter2,hunter3'] }, 'failed parsing --set data: key "•••••••" has no value', 'It begins at character 18 of what --set was given. A comma within a value is written \\,.'],
    [{ setLiteral: ['hunter2'] }, 'failed parsing --set-literal data: key "•••••••" has no value', 'It begins at character 1'],
    [{ setJson: ['password="hunter2'] }, 'failed parsing --set-json data password="•••••••', ''],
    [{ setJson: ['{"password":"hunter2"'] }, 'failed parsing --set-json data JSON: {"••••••••":"•••••••"', ''],
    [{ setString: ['a[hunter2]=1'] }, 'failed parsing --set-string data: error parsing index: strconv.Atoi: parsing "•••••••": invalid syntax', ''],
  ])('%j tells no value', async (sources, message, hint) => {
    const error = await readValues(sources).catch((e: unknown) => e as Error & { hint: string; cause?: unknown })
    expect(error).toMatchObject({ name: 'PintleError', message, hint: expect.stringContaining(hint) })
    expect(JSON.stringify([error, (error as Error).cause, (error as Error).stack])).not.toContain('hunter')
  })

  test('a URL', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/v.yaml') response.end('a: {b: 1}\n')
      else response.writeHead(404).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const base = `http://127.0.0.1:${(server.address() as { port: number }).port}`
      expect(spelled(await readValues({ valueFiles: [`${base}/v.yaml`] }))).toEqual({ m: { a: { m: { b: { f: '1' } } } } })
      await expect(readValues({ valueFiles: [`${base}/x`] })).rejects.toThrow(`failed to fetch ${base}/x : 404 Not Found`)
    } finally {
      server.close()
    }
  })

  test('stops when told to', async () => {
    await expect(readValues({ valueFiles: ['x'] }, { signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop')
  })
})

describe('documents of a values file', () => {
  test('are laid over each other', () => {
    expect(spelled(readValuesText('a: {x: 1}\n---\n# nothing\n--- # more\na: {q: 2}\nb: null\n', 'v.yaml'))).toEqual({
      m: { a: { m: { x: { f: '1' }, q: { f: '2' } } }, b: null },
    })
  })

  test('nothing but a comment may follow the dashes', () => {
    expect(() => readValuesText('a: 1\n--- b\n', 'v.yaml')).toThrow(expect.objectContaining({
      message: 'error reading yaml document: invalid Yaml document separator: b', place: expect.objectContaining({ line: 2 }),
    }))
  })

  test('an error in the second document points into the file', () => {
    expect(() => readValuesText('a: 1\n---\nb: 1\nc: ]\n', 'v.yaml')).toThrow(expect.objectContaining({ place: expect.objectContaining({ line: 4 }) }))
    expect(() => readValuesText('a: 1\n---\n- b\n', 'v.yaml')).toThrow(
      'cannot unmarshal yaml document: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}')
  })
})
