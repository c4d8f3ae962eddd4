import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { archiveOf, indexOf, writeFiles } from './chart-files.ts'
import { ChartServer } from './chart-server.ts'
import { TwoHomes } from './two-homes.ts'

const helm = await ensureTool('helm')
// Dozens of command lines each, on machines that have other things to do.
vi.setConfig({ testTimeout: 300_000 })
/** The time of archives that are made. */
const env = { SOURCE_DATE_EPOCH: '1600000000' }

describe.skipIf(helm === undefined)('dependencies beside the real Helm', () => {
  let server: ChartServer
  let homes: TwoHomes

  beforeAll(async () => {
    server = await ChartServer.start()
    const versions = ['1.0.0', '1.4.2', '2.0.0', '2.1.0-rc.1', '10.0.0', '1.5.0+build.7']
    const charts = ['alpha', 'beta', 'gamma'].flatMap((name) => versions.map((version) => ({ name, version, bytes: archiveOf(name, version) })))
    server.files.set('/one/index.yaml', indexOf(charts.filter((c) => c.name !== 'gamma')))
    server.files.set('/two/index.yaml', indexOf(charts))
    for (const { name, version, bytes } of charts) for (const repo of ['one', 'two']) server.files.set(`/${repo}/${name}-${version}.tgz`, bytes)
  })
  afterAll(() => server?.close())
  beforeEach(() => {
    homes = new TwoHomes(helm!)
    server.asked.length = 0
    return () => homes.remove()
  })

  const chart = (name: string, dependencies: string, more: Readonly<Record<string, string>> = {}, apiVersion = 'v2') => homes.each((tool) => writeFiles(join(homes.work(tool), name), {
    'Chart.yaml': `apiVersion: ${apiVersion}\nname: ${name}\nversion: 0.1.0\n${dependencies === '' ? '' : `dependencies:\n${dependencies}`}`, ...more,
  }))
  /** Helm refreshes repositories at once and tells of them as they come. */
  const sorted = (text: string): string => text.split('\n').map((line, i, all) => (/^\.\.\.(Successfully|Unable)/.test(line) ? `${line}${line.endsWith(':') ? all[i + 1] : ''}` : line)).sort().join('\n')
  const same = (args: readonly string[], options: Parameters<TwoHomes['same']>[1] = {}) => homes.same(args, { env, same: sorted, ...options })

  test('ranges, aliases, repositories that were added and that were not', async () => {
    await same(['repo', 'add', 'one', `${server.url}/one`])
    chart('app', `- { name: alpha, version: "~1.4", repository: "@one" }
- { name: beta, version: ">=1 <3", repository: "alias:one", alias: b, condition: b.enabled, tags: [x, y] }
- { name: gamma, version: "*", repository: ${server.url}/two/, import-values: [data, {child: a, parent: b}] }
- { name: alpha, version: "2.x.x || 10", repository: ${server.url}/one, alias: a2 }
- { name: beta, version: ">2.0.0-0", repository: "@one", alias: dev }
`)
    await same(['dependency', 'list', 'app'])
    await same(['dependency', 'update', 'app'])
    homes.sameFiles('app', 'work')
    homes.sameFiles('.cache/helm/repository')
    await same(['dependency', 'list', 'app'])
    await same(['dep', 'up', 'app', '--skip-refresh'])
    await same(['dependencies', 'ls', 'app', '--max-col-width', '12'])
    homes.sameFiles('app', 'work')
    homes.each((tool) => {
      writeFileSync(join(homes.work(tool), 'app/charts/beta-10.0.0.tgz'), 'damaged')
      writeFileSync(join(homes.work(tool), 'app/charts/alpha-0.0.1.tgz'), archiveOf('alpha', '0.0.1'))
      writeFileSync(join(homes.work(tool), 'app/charts/stranger-1.0.0.tgz'), archiveOf('stranger', '1.0.0'))
    })
    await same(['dependency', 'list', 'app'])
    await same(['dependency', 'build', 'app'])
    await same(['repo', 'add', 'two', `${server.url}/two`])
    await same(['dependency', 'build', 'app'])
    homes.sameFiles('app', 'work')
    await same(['template', 'x', 'app'], { same: (t) => t })
  })

  test('folders, charts without a repository, and the archives they become', async () => {
    chart('leaf', '', { 'values.yaml': 'a: 1\n', '.helmignore': '*.bak\n', 'x.bak': 'ignored', 'README.md': 'read me' })
    chart('mid', '- { name: leaf, version: ">=0", repository: "file://../leaf" }\n')
    chart('top', '- { name: mid, version: "0.1.0", repository: "file://../mid" }\n- { name: own, version: "1.x" }\n- { name: leaf, version: "*", repository: "file://../leaf", alias: second }\n', {
      'charts/own/Chart.yaml': 'apiVersion: v2\nname: own\nversion: 1.2.3\n',
    })
    for (const name of ['mid', 'top', 'top']) await same(['dependency', 'update', name])
    homes.sameFiles('.', 'work')
    await same(['dependency', 'build', 'top'])
    await same(['dependency', 'list', 'top'])
    homes.sameFiles('.', 'work')
    homes.each((tool) => writeFileSync(join(homes.work(tool), 'top/charts/own/Chart.yaml'), 'apiVersion: v2\nname: own\nversion: 2.0.0\n'))
    await same(['dependency', 'build', 'top'])
    await same(['dependency', 'update', 'top'])
    chart('lost', '- { name: leaf, version: "*", repository: "file://../nowhere" }\n')
    await same(['dependency', 'update', 'lost'])
    chart('newer', '- { name: leaf, version: ">=2", repository: "file://../leaf" }\n')
    await same(['dependency', 'update', 'newer'])
    homes.sameFiles('.', 'work')
  })

  test('charts of apiVersion v1: requirements.yaml and requirements.lock', async () => {
    await same(['repo', 'add', 'one', `${server.url}/one`])
    chart('old', '', { 'requirements.yaml': 'dependencies:\n- { name: alpha, version: "1.x", repository: "@one" }\n' }, 'v1')
    await same(['dependency', 'update', 'old'])
    homes.sameFiles('old', 'work')
    await same(['dependency', 'build', 'old'])
    homes.each((tool) => writeFileSync(join(homes.work(tool), 'old/requirements.yaml'), 'dependencies:\n- { name: alpha, version: "2.x", repository: "@one" }\n'))
    await same(['dependency', 'build', 'old'], { same: (t) => t.replace(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d warning.*\n/m, '') })
  })

  test('what goes wrong', async () => {
    await same(['repo', 'add', 'one', `${server.url}/one`])
    const cases: Record<string, string> = {
      unsatisfied: `- { name: alpha, version: ">=3 <9", repository: "@one" }\n- { name: beta, version: "99", repository: "@one" }\n`,
      constraint: '- { name: alpha, version: "not a version", repository: "@one" }\n',
      unknownAlias: '- { name: alpha, version: "*", repository: "@nobody" }\n',
      word: '- { name: alpha, version: "*", repository: stable }\n- { name: beta, version: "*", repository: "alias:x" }\n',
      unknownChart: '- { name: nothing, version: "*", repository: "@one" }\n',
      unreachable: '- { name: alpha, version: "*", repository: "http://127.0.0.1:1/charts" }\n',
      noIndex: `- { name: alpha, version: "*", repository: "${server.url}/none" }\n`,
      noScheme: '- { name: alpha, version: "*", repository: "ftp://example.com" }\n',
      empty: '', none: '[]\n', missingOwn: '- { name: own, version: "*" }\n',
    }
    for (const [name, dependencies] of Object.entries(cases)) {
      chart(name, dependencies)
      await same(['dependency', 'update', name])
      await same(['dependency', 'list', name])
    }
    await same(['dependency', 'update', 'nowhere'])
    await same(['dependency', 'update', 'one', 'two'])
    homes.each((tool) => writeFileSync(join(homes.work(tool), 'file.tgz'), archiveOf('alpha', '1.0.0')))
    await same(['dependency', 'update', 'file.tgz'])
    await same(['dependency', 'list', 'file.tgz'])
    await same(['dependency', 'list', 'nowhere'])
    homes.sameFiles('.', 'work')
  })

  test('a lock that is out of step, a link, a file in the way', async () => {
    await same(['repo', 'add', 'one', `${server.url}/one`])
    chart('app', '- { name: alpha, version: "1.x", repository: "@one" }\n')
    await same(['dependency', 'update', 'app'])
    chart('app', '- { name: alpha, version: "2.x", repository: "@one" }\n')
    await same(['dependency', 'build', 'app'])
    homes.sameFiles('app', 'work')
    chart('linked', '- { name: alpha, version: "1.x", repository: "@one" }\n')
    homes.each((tool) => symlinkSync('elsewhere', join(homes.work(tool), 'linked/Chart.lock')))
    await same(['dependency', 'update', 'linked'])
    chart('inTheWay', '- { name: alpha, version: "1.x", repository: "@one" }\n', { charts: 'a file' })
    await same(['dependency', 'update', 'inTheWay'])
  })

  test('an archive that cannot be had leaves everything as it was', async () => {
    await same(['repo', 'add', 'one', `${server.url}/one`])
    chart('app', '- { name: alpha, version: "1.4.2", repository: "@one" }\n')
    await same(['dependency', 'update', 'app'])
    chart('app', '- { name: alpha, version: "2.x", repository: "@one" }\n- { name: beta, version: "1.0.0", repository: "@one" }\n- { name: alpha, version: "10", repository: "@one", alias: ten }\n')
    server.files.set('/one/beta-1.0.0.tgz', (_, response) => {
      response.writeHead(500)
      response.end()
    })
    try {
      await same(['dependency', 'update', 'app'])
      homes.sameFiles('app', 'work')
    } finally {
      server.files.set('/one/beta-1.0.0.tgz', archiveOf('beta', '1.0.0'))
    }
    await same(['dependency', 'update', 'app'])
    homes.sameFiles('app', 'work')
  })

  test('--dependency-update', async () => {
    await same(['repo', 'add', 'one', `${server.url}/one`])
    chart('app', '- { name: alpha, version: "1.x", repository: "@one" }\n- { name: beta, version: "*", repository: "@one" }\n', { 'templates/x.yaml': 'a: 1\n' })
    await same(['template', 'x', 'app'], { same: (t) => t })
    await same(['template', 'x', 'app', '--dependency-update'], { same: (t) => t })
    homes.sameFiles('app', 'work')
  })

  test('a circle of folders is refused, and named', async () => {
    chart('a', '- { name: b, version: "*", repository: "file://../b" }\n')
    chart('b', '- { name: c, version: "*", repository: "file://../c" }\n')
    chart('c', '- { name: b, version: "*", repository: "file://../b" }\n')
    const { code, err } = await homes.run('linked', ['dependency', 'update', 'a'])
    expect([code, err]).toEqual([1, 'Error: cyclic dependencies: ../b -> ../c -> ../b\n'])
    expect(existsSync(join(homes.work('linked'), 'a/charts'))).toBe(false)
  })

  test('as pintle, the constraints that clash are named', async () => {
    await homes.run('linked', ['repo', 'add', 'one', `${server.url}/one`])
    chart('app', '- { name: alpha, version: ">=2, <2", repository: "@one" }\n- { name: beta, version: ">2.0.0 <10", repository: "@one" }\n- { name: alpha, version: "~9.9", repository: "@one", alias: x }\n')
    const { err } = await homes.run('pintle', ['dependency', 'update', 'app'])
    expect(err).toContain("Error: can't get a valid version for 3 subchart(s)")
    expect(err).toContain('">=2" (satisfied by 10.0.0, 2.1.0-rc.1, 2.0.0) and "<2" (by 1.5.0+build.7, 1.4.2, 1.0.0) exclude each other')
    expect(err).toContain('Only pre-releases satisfy ">2.0.0 <10": 2.1.0-rc.1; a constraint lets them in when it names one, as in ">=2.1.0-0"')
    expect(err).toContain('none satisfies "~9.9"')
  })

  test('an index that says another digest is refused, and charts/ stays', async () => {
    server.files.set('/liar/index.yaml', indexOf([{ name: 'alpha', version: '1.0.0', digest: 'ab'.repeat(32) }]))
    server.files.set('/liar/alpha-1.0.0.tgz', archiveOf('alpha', '1.0.0'))
    chart('app', `- { name: alpha, version: "1.x", repository: "${server.url}/liar" }\n`)
    const { code, out } = await homes.run('linked', ['dependency', 'update', 'app'])
    expect([code, out]).toEqual([1, expect.stringMatching(/Save error occurred: {2}could not download \S+: \S+ has digest sha256:\w+, but the index says sha256:(?:ab){32}\n$/)])
    expect(readdirSync(join(homes.work('linked'), 'app'))).toEqual(['Chart.yaml', 'charts'])
  })

  test('two processes update one chart and one cache', async () => {
    await homes.run('linked', ['repo', 'add', 'one', `${server.url}/one`])
    chart('app', '- { name: alpha, version: "1.x", repository: "@one" }\n- { name: beta, version: "*", repository: "@one" }\n')
    const ran = await Promise.all(Array.from({ length: 4 }, () => homes.run('linked', ['dependency', 'update', 'app'])))
    expect(ran.map((r) => [r.code, r.err])).toEqual(ran.map(() => [0, '']))
    expect(readdirSync(join(homes.work('linked'), 'app')).sort()).toEqual(['Chart.lock', 'Chart.yaml', 'charts'])
    expect(readdirSync(join(homes.work('linked'), 'app/charts')).sort()).toEqual(['alpha-1.5.0+build.7.tgz', 'beta-10.0.0.tgz'])
    expect(readFileSync(join(homes.work('linked'), 'app/Chart.lock'), 'utf8')).toContain('name: beta')
  })

  test('Ctrl-C in the middle leaves nothing behind', async () => {
    await homes.run('linked', ['repo', 'add', 'one', `${server.url}/one`])
    chart('app', '- { name: alpha, version: "1.x", repository: "@one" }\n- { name: beta, version: "1.0.0", repository: "@one" }\n')
    let child: ChildProcess | undefined
    server.files.set('/one/beta-1.0.0.tgz', () => void setTimeout(() => child?.kill('SIGINT'), 200))
    try {
      child = spawn(process.execPath, [resolve(import.meta.dirname, '../../bin/pintle.js'), 'dependency', 'update', 'app'], { cwd: homes.work('linked'), env: { ...process.env, HOME: homes.home('linked') }, stdio: 'ignore' })
      const [code, signal] = await new Promise<[number | null, string | null]>((done) => child!.on('close', (...end) => done(end)))
      expect(code === 130 || signal === 'SIGINT', `${code} ${signal}`).toBe(true)
    } finally {
      server.files.set('/one/beta-1.0.0.tgz', archiveOf('beta', '1.0.0'))
    }
    expect(readdirSync(join(homes.work('linked'), 'app')).sort()).toEqual(['Chart.yaml', 'charts'])
    expect(readdirSync(join(homes.work('linked'), 'app/charts'))).toEqual([])
  })
})
