import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { archiveOf, indexOf } from './chart-files.ts'
import { ChartServer } from './chart-server.ts'
import { TwoHomes } from './two-homes.ts'

const helm = await ensureTool('helm')
// Dozens of command lines each, on machines that have other things to do.
vi.setConfig({ testTimeout: 300_000 })

describe.skipIf(helm === undefined)('repositories beside the real Helm', () => {
  let server: ChartServer
  let homes: TwoHomes
  const web1 = archiveOf('web', '1.0.0')
  const web2 = archiveOf('web', '2.0.0', 'appVersion: "7"\ndescription: Serves the web\nkeywords: [http, pages]\n')
  const webBeta = archiveOf('web', '3.0.0-beta.1')
  const database = archiveOf('database', '0.1.0', 'description: Keeps what is served on the web\n')
  const index = indexOf([
    { name: 'web', version: '1.0.0', bytes: web1 }, { name: 'web', version: '3.0.0-beta.1', bytes: webBeta },
    { name: 'web', version: '2.0.0', bytes: web2, extra: 'appVersion: "7"\ndescription: Serves the web\nkeywords: [http, pages]' },
    { name: 'database', version: '0.1.0', bytes: database, extra: 'description: Keeps what is served on the web' },
  ])

  beforeAll(async () => {
    server = await ChartServer.start()
    server.files.set('/index.yaml', index)
    for (const [name, bytes] of Object.entries({ 'web-1.0.0': web1, 'web-2.0.0': web2, 'web-3.0.0-beta.1': webBeta, 'database-0.1.0': database })) server.files.set(`/${name}.tgz`, bytes)
  })
  afterAll(() => server?.close())
  beforeEach(() => {
    homes = new TwoHomes(helm!)
    server.asked.length = 0
    return () => homes.remove()
  })

  const add = () => homes.same(['repo', 'add', 'here', server.url])

  test('add, list, update, remove and the files they leave', async () => {
    await homes.same(['repo', 'list'])
    await homes.same(['repo', 'list', '-o', 'json'])
    await homes.same(['repo', 'update'])
    await homes.same(['repo', 'remove', 'x'])
    await add()
    homes.sameFiles('.config')
    homes.sameFiles('.cache/helm/repository')
    homes.each((tool) => expect(statSync(join(homes.home(tool), '.config/helm/repositories.yaml')).mode & 0o777, tool).toBe(0o600))
    await add()
    await homes.same(['repo', 'add', 'here', `${server.url}/other`])
    await homes.same(['repo', 'add', 'a/b', server.url])
    await homes.same(['repo', 'add', 'other', `${server.url}/none`])
    await homes.same(['repo', 'add', 'other', 'ftp://example.com'])
    await homes.same(['repo', 'add', 'other', 'no url'])
    await homes.same(['repo', 'add', 'other', 'oci://127.0.0.1:1/charts'])
    await homes.same(['repo', 'add', 'stable', 'https://kubernetes-charts.storage.googleapis.com'])
    await homes.same(['repo', 'add', 'again', `${server.url}/`, '--username', 'u', '--password', 'p', '--pass-credentials', '--insecure-skip-tls-verify'])
    await homes.same(['repo', 'add', 'again', server.url, '--username', 'u', '--password-stdin', '--force-update'], { stdin: 'secret\n' })
    for (const format of ['table', 'json', 'yaml']) await homes.same(['repo', 'list', '-o', format])
    await homes.same(['repo', 'ls', '--no-headers'])
    await homes.same(['repo', 'update', 'here'])
    await homes.same(['repo', 'up', 'here', 'nobody'])
    homes.sameFiles('.config')
    await homes.same(['repo', 'remove', 'here', 'nobody', 'again'])
    homes.sameFiles('.config')
    homes.sameFiles('.cache/helm/repository')
    await homes.same(['repo', 'rm', 'again'])
    homes.sameFiles('.config')
    await homes.same(['repo', 'list'])
  })

  test('each goes on with what the other set up', async () => {
    await add()
    const shared = { HOME: homes.home('helm') }
    expect((await homes.run('linked', ['search', 'repo', 'web', '-o', 'json'], { env: shared })).out).toBe((await homes.run('helm', ['search', 'repo', 'web', '-o', 'json'])).out)
    await homes.run('linked', ['repo', 'add', 'second', server.url], { env: shared })
    expect((await homes.run('helm', ['repo', 'list'])).out).toContain('second')
    await homes.run('helm', ['repo', 'remove', 'here'])
    expect((await homes.run('linked', ['repo', 'list', '-o', 'json'], { env: shared })).out).toBe(`[{"name":"second","url":"${server.url}"}]\n`)
  })

  test('search repo', async () => {
    await homes.same(['search', 'repo', 'web'])
    await add()
    await homes.same(['repo', 'add', 'twice', server.url])
    for (const args of [
      [], ['web'], ['WEB'], ['served', 'on'], ['here/web'], ['nothing'], ['pages'], ['w.b', '-r'], ['W.B', '--regexp'], ['(', '-r'], ['^web', '-r'], ['web', '-l'], ['web', '--devel'], ['web', '--devel', '-l'],
      ['web', '--version', '<2'], ['web', '--version', '<2', '-l'], ['web', '--version', 'x y'], ['--max-col-width', '10'], ['--max-col-width', '0'], ['--max-col-width', '-1'], ['nothing', '--fail-on-no-result'],
    ]) {
      await homes.same(['search', 'repo', ...args])
      if (!args.includes('-1') && args.length < 3) for (const format of ['json', 'yaml']) await homes.same(['search', 'repo', ...args, '-o', format])
    }
    homes.each((tool) => writeFileSync(join(homes.home(tool), '.cache/helm/repository/twice-index.yaml'), 'entries: ['))
    await homes.same(['search', 'repo', 'web'], { logs: true })
  })

  test('odd indexes', async () => {
    const entry = (text: string): string => `apiVersion: v1\nentries:\n  web:\n${text}`
    for (const [what, text] of Object.entries({
      empty: '', list: '- a\n', text: 'hello', noVersion: 'entries: {}\n', json: JSON.stringify({ apiVersion: 'v1', entries: { web: [{ name: 'web', version: '1.0.0', unknown: 1, urls: ['web-1.0.0.tgz'] }] } }),
      unknownField: entry('  - name: web\n    version: 1.0.0\n    urls: [web-1.0.0.tgz]\n    surprise: 1\n'), twice: 'apiVersion: v1\napiVersion: v1\n',
      bad: entry('  - name: web\n    version: one\n    urls: [x]\n  -\n  - name: ""\n    version: 1.0.0\n  - name: web\n    version: 1.0.0\n    urls: [web-1.0.0.tgz]\n  - name: web\n    version: 1.1.0\n'),
      types: entry('  - name: web\n    version: 1.0\n    urls: web\n'), time: entry('  - name: web\n    version: 1.0.0\n    created: yesterday\n'), yaml: 'apiVersion: v1\n\tx: 1\n', noEntries: 'apiVersion: v1\n',
      names: entry('  - name: ../../evil\n    version: 1.0.0\n    urls: [x.tgz]\n'),
    })) {
      server.files.set(`/${what}/index.yaml`, text)
      await homes.same(['repo', 'add', what, `${server.url}/${what}`], { logs: what === 'bad' })
    }
    await homes.same(['search', 'repo', '-l'])
    await homes.same(['pull', 'bad/web'])
    await homes.same(['pull', 'bad/web', '--version', '1.0.0'])
    homes.sameFiles('.config')
  })

  test('pull', async () => {
    await homes.same(['pull', 'here/web'])
    await homes.same(['pull', 'web'])
    await add()
    for (const args of [
      ['here/web'], ['here/web', '--version', '1.x'], ['here/web', '--version', '9'], ['here/web', '--version', '^1.0.0 <1'], ['here/none'], ['nobody/web'], ['here/web', '--devel', '-d', 'out'], ['web', '--repo', server.url], ['web', '--repo', `${server.url}/`, '--version', '1.0.0'],
      ['none', '--repo', server.url], ['web', '--repo', server.url, '--version', '7'], ['web', '--repo', `${server.url}/none`], [`${server.url}/web-2.0.0.tgz`], [`${server.url}/none.tgz`], ['here/web', '--prov'],
      ['here/web', '--verify'], ['here/web', 'here/database'], ['ftp://x/y'], ['here/web', '-d', 'missing/folder'],
    ]) {
      homes.each((tool) => mkdirSync(join(homes.work(tool), 'out'), { recursive: true }))
      await homes.same(['pull', ...args], { same: (text) => text.replace(/\.tgz\d+/, '.tgz') })
    }
    homes.sameFiles('.', 'work')
    for (const args of [
      ['here/web', '--untar'], ['here/web', '--untar'], ['here/web', '--untar', '--untardir', 'u'], ['here/web', '--untar', '--untardir', 'u', '-d', 'd'], ['web', '--repo', server.url, '--untar', '--untardir', 'r'],
      [`${server.url}/web-1.0.0.tgz`, '--untar', '--untardir', 'url'],
    ]) await homes.same(['pull', ...args])
    homes.sameFiles('.', 'work')
  })

  test('charts for template and show are kept in the content cache both share', async () => {
    await add()
    await homes.same(['template', 'x', 'here/web'])
    await homes.same(['template', 'x', 'here/web', '--version', '1.0.0'])
    await homes.same(['template', 'x', 'here/web', '--devel'])
    await homes.same(['template', 'x', `${server.url}/web-1.0.0.tgz`])
    await homes.same(['template', 'x', 'web', '--repo', server.url])
    await homes.same(['template', 'x', 'web', '--repo', `${server.url}/nowhere`])
    await homes.same(['template', 'x', 'nowhere/web'])
    await homes.same(['template', 'x', 'here/web', '--verify'])
    await homes.same(['template', 'x', './nothing'])
    const files = homes.sameFiles('.cache/helm/content')
    const digest = createHash('sha256').update(web2).digest('hex')
    expect(Object.keys(files)).toContain(`${digest.slice(0, 2)}/${digest}.chart`)
    const before = server.asked.length
    await homes.run('linked', ['template', 'x', 'here/web'])
    expect(server.asked.length).toBe(before)
  })

  test('repo index', async () => {
    homes.each((tool) => {
      const folder = join(homes.work(tool), 'charts')
      mkdirSync(join(folder, 'sub/deep'), { recursive: true })
      writeFileSync(join(folder, 'web-1.0.0.tgz'), web1)
      writeFileSync(join(folder, 'web-2.0.0.tgz'), web2)
      writeFileSync(join(folder, 'sub/database-0.1.0.tgz'), database)
      writeFileSync(join(folder, 'sub/deep/web-3.tgz'), webBeta)
      writeFileSync(join(folder, 'broken.tgz'), 'no archive')
      writeFileSync(join(homes.work(tool), 'old.yaml'), indexOf([
        { name: 'web', version: '1.0.0', extra: 'description: old' }, { name: 'web', version: '0.9.0', extra: 'annotations: {b: "<1>", a: "2"}\nmaintainers: [{name: me}]\nkeywords: []' }, { name: 'gone', version: '1.0.0+a' }, { name: 'gone', version: '1.0.0+b' },
      ]))
    })
    for (const args of [['charts'], ['charts', '--url', 'https://example.com/charts'], ['charts', '--url', 'https://example.com/a b/?x=1'], ['charts', '--json'], ['charts', '--merge', 'old.yaml'], ['charts', '--merge', 'old.yaml', '--json'], ['charts', '--merge', 'new.yaml'], ['charts', '--merge', 'charts/broken.tgz'], ['nowhere']]) {
      await homes.same(['repo', 'index', ...args], { same: (text) => text.replace(/index\.yaml\d+/, 'index.yaml') })
      homes.sameFiles('.', 'work')
    }
  })

  test('search hub', async () => {
    const found = { data: [
      { id: 'stable/web', attributes: { name: 'web', description: 'Serves', repo: { name: 'stable', url: 'https://charts.example.com' } }, relationships: { latestChartVersion: { data: { version: '1.0.0', app_version: '2' } } } },
      { id: 'x', artifactHub: { packageUrl: 'https://hub.example.com/x' }, attributes: { description: 'A very long description that is longer than fifty characters for sure' } },
    ] }
    server.files.set('/api/chartsvc/v1/charts/search', JSON.stringify(found))
    server.files.set('/none/api/chartsvc/v1/charts/search', '{"data":[]}')
    server.files.set('/odd/api/chartsvc/v1/charts/search', 'oops')
    for (const args of [['web'], ['web', 'and', 'more', '--list-repo-url'], ['--max-col-width', '12'], ['-o', 'json'], ['-o', 'yaml']]) await homes.same(['search', 'hub', ...args, '--endpoint', server.url])
    expect(server.asked.every((a) => a.path === '/api/chartsvc/v1/charts/search')).toBe(true)
    for (const endpoint of ['/none', '/odd', '/404']) await homes.same(['search', 'hub', 'x', '--endpoint', server.url + endpoint])
    await homes.same(['search', 'hub', 'x', '--endpoint', `${server.url}/none`, '--fail-on-no-result'])
    await homes.same(['search', 'hub', 'x', '--endpoint', 'nowhere'])
    await homes.same(['search', 'hub', 'x', '--endpoint', ':bad'])
  })

  test('credentials', async () => {
    server.wants = 'me:secret'
    try {
      await homes.same(['repo', 'add', 'closed', server.url])
      await homes.same(['repo', 'add', 'closed', server.url, '--username', 'me', '--password', 'wrong'])
      await homes.same(['repo', 'add', 'closed', server.url, '--username', 'me', '--password', 'secret'])
      await homes.same(['pull', 'closed/web'])
      await homes.same(['template', 'x', 'web', '--repo', server.url, '--username', 'me', '--password', 'secret'])
      await homes.same(['template', 'x', 'web', '--repo', server.url])
      homes.sameFiles('.config')
    } finally {
      server.wants = undefined
    }
  })

  test('credentials do not follow the index to another host, unless told to', async () => {
    const other = await ChartServer.start()
    other.files.set('/web-1.0.0.tgz', web1)
    server.files.set('/away/index.yaml', indexOf([{ name: 'web', version: '1.0.0', url: `${other.url}/web-1.0.0.tgz` }]))
    try {
      const login = ['--username', 'me', '--password', 'secret']
      const away = `${server.url}/away`
      await homes.same(['repo', 'add', 'away', away, ...login])
      await homes.same(['template', 'x', 'away/web'])
      await homes.same(['template', 'x', 'web', '--repo', away, ...login])
      expect(other.asked.map((a) => a.authorization)).toEqual(other.asked.map(() => undefined))
      // Here Helm gives them away.
      await homes.same(['repo', 'remove', 'away'])
      other.asked.length = 0
      await homes.run('linked', ['pull', 'web', '--repo', away, ...login])
      expect(other.asked.map((a) => a.authorization)).toEqual([undefined])
      other.asked.length = 0
      await homes.run('linked', ['pull', 'web', '--repo', away, ...login, '--pass-credentials'])
      expect(other.asked.map((a) => a.authorization)).toEqual([`Basic ${Buffer.from('me:secret').toString('base64')}`])
    } finally {
      await other.close()
    }
  })

  test('an archive that is not what the index says is refused', async () => {
    server.files.set('/wrong/index.yaml', indexOf([{ name: 'web', version: '1.0.0', digest: createHash('sha256').update('other').digest('hex') }]))
    server.files.set('/wrong/web-1.0.0.tgz', web1)
    await homes.run('linked', ['repo', 'add', 'wrong', `${server.url}/wrong`])
    for (const args of [['pull', 'wrong/web'], ['template', 'x', 'wrong/web'], ['pull', 'web', '--repo', `${server.url}/wrong`]]) {
      const { code, err } = await homes.run('linked', args)
      expect([code, err]).toEqual([1, expect.stringMatching(/^Error: http:\/\/\S+\/wrong\/web-1.0.0.tgz has digest sha256:\w{64}, but the index says sha256:\w{64}\n$/)])
    }
    expect(existsSync(join(homes.work('linked'), 'web-1.0.0.tgz'))).toBe(false)
    expect(existsSync(join(homes.home('linked'), '.cache/helm/content'))).toBe(false)
  })

  test('a file that names no archive, or would be one elsewhere', async () => {
    for (const [i, url] of ['..%2f..%2fevil.tgz', 'a/..', '.', 'x%00y.tgz', 'sub%5cevil.tgz'].entries()) {
      server.files.set(`/zip${i}/index.yaml`, indexOf([{ name: 'web', version: '1.0.0', url: JSON.stringify(url) }]))
      await homes.run('linked', ['repo', 'add', `zip${i}`, `${server.url}/zip${i}`])
      expect((await homes.run('linked', ['pull', `zip${i}/web`])).code, url).toBe(1)
    }
    expect(readFileSync(join(homes.home('linked'), '.config/helm/repositories.yaml'), 'utf8')).toContain('zip0')
    expect(existsSync(join(homes.work('linked'), '../evil.tgz'))).toBe(false)
  })

  test('an index that has not changed is not sent again, and one that Helm wrote since is', async () => {
    let sent = 0
    server.files.set('/tagged/index.yaml', (request, response) => {
      response.setHeader('etag', '"1"')
      if (request.headers['if-none-match'] === '"1"') response.statusCode = 304
      else sent++
      response.end(response.statusCode === 304 ? '' : index)
    })
    await homes.run('linked', ['repo', 'add', 'tagged', `${server.url}/tagged`])
    for (let i = 0; i < 2; i++) expect((await homes.run('linked', ['repo', 'update'])).out).toContain('...Successfully got an update from the "tagged" chart repository')
    expect(sent).toBe(1)
    const file = join(homes.home('linked'), '.cache/helm/repository/tagged-index.yaml')
    expect(readFileSync(file, 'utf8')).toBe(index)
    writeFileSync(file, 'apiVersion: v1\n')
    await homes.run('linked', ['repo', 'update'])
    expect([sent, readFileSync(file, 'utf8')]).toEqual([2, index])
  })

  test('an endless index and an endless redirect end', async () => {
    server.files.set('/loop/index.yaml', (_, response) => {
      response.writeHead(302, { location: '/loop/index.yaml' })
      response.end()
    })
    await homes.same(['repo', 'add', 'loop', `${server.url}/loop`])
    server.files.set('/endless/index.yaml', (_, response) => {
      const chunk = Buffer.alloc(4 << 20, '#')
      const more = (): void => { while (response.write(chunk) && !response.destroyed); }
      response.on('drain', more)
      more()
    })
    const { code, err } = await homes.run('linked', ['repo', 'add', 'endless', `${server.url}/endless`])
    expect([code, err]).toEqual([1, `Error: looks like "${server.url}/endless" is not a valid chart repository or cannot be reached: ${server.url}/endless/index.yaml is larger than 256 MiB\n`])
  })

  test('many processes add repositories at once, Helm among them, and none is lost', async () => {
    const env = { HOME: homes.home('linked') }
    const names = Array.from({ length: 8 }, (_, i) => `r${i}`)
    const ran = await Promise.all(names.map((name, i) => homes.run(i % 4 === 3 ? 'helm' : 'linked', ['repo', 'add', name, server.url], { env })))
    expect(ran.map((r) => r.code)).toEqual(names.map(() => 0))
    const listed = JSON.parse((await homes.run('linked', ['repo', 'list', '-o', 'json'])).out) as { name: string }[]
    expect(listed.map((r) => r.name).sort()).toEqual(names)
  })

  test('completion of repositories and charts', async () => {
    await homes.same(['__complete', 'repo', 'remove', ''])
    await homes.same(['__complete', 'pull', ''])
    await add()
    await homes.same(['repo', 'add', 'hereafter', `${server.url}/`])
    homes.each((tool) => {
      writeFileSync(join(homes.work(tool), 'here.tgz'), '')
      // Helm lists charts in random order.
      writeFileSync(join(homes.home(tool), '.cache/helm/repository/here-charts.txt'), 'database\nweb\n')
    })
    for (const words of [
      ['repo', 'remove', ''], ['repo', 'remove', 'here', ''], ['repo', 'update', 'h'], ['repo', 'add', ''], ['repo', 'list', ''], ['pull', ''], ['pull', 'h'], ['pull', 'here/'], ['pull', 'here/w'], ['pull', 'here/web', ''], ['pull', 'https://x'],
      ['install', 'x', ''], ['install', 'x', 'here'], ['template', 'x', 'oci'], ['upgrade', 'x', 'here/'], ['repo', 'index', ''], ['search', 'repo', ''], ['dependency', 'update', ''], ['dep', ''], ['dep', 'up', ''], ['repo', ''], ['search', 'h'],
    ]) await homes.same(['__completeNoDesc', ...words], { same: (text) => text.split('\n').filter((l) => !l.startsWith('Completion ended')).join('\n') })
  })

  test('a server that is too slow for --timeout, a password that cannot be asked for', async () => {
    server.files.set('/slow/index.yaml', () => {})
    server.files.set('/drips/index.yaml', (_, response) => {
      const timer = setInterval(() => response.write('#\n'), 50)
      response.on('close', () => clearInterval(timer))
    })
    for (const path of ['slow', 'drips']) await homes.same(['repo', 'add', path, `${server.url}/${path}`, '--timeout', '400ms'])
    await homes.same(['repo', 'add', 'x', server.url, '--timeout', 'soon'])
    await homes.same(['repo', 'add', 'x', server.url, '--username', 'me'])
    await add()
    server.files.set('/index.yaml', () => {})
    try {
      await homes.same(['repo', 'update', '--timeout', '300ms'])
    } finally {
      server.files.set('/index.yaml', index)
    }
  })

  test('values files from the network', async () => {
    server.files.set('/values.yaml', 'a: 1000000\n')
    await add()
    for (const url of [`${server.url}/values.yaml`, `${server.url}/none.yaml`, 'http://127.0.0.1:1/x.yaml', 'http://no.such.host.example/x.yaml', 'ftp://example.com/x.yaml']) await homes.same(['template', 'x', 'here/web', '-f', url])
    await homes.same(['template', 'x', 'here/web', '--set-file', `a=${server.url}/values.yaml`])
  })

  test('a password in a URL is never said', async () => {
    const url = server.url.replace('//', '//me:hunter2@')
    server.files.set('/odd/index.yaml', 'apiVersion: v1\nentries:\n  web:\n  -\n  - name: web\n    version: 1.0.0\n')
    homes.each((tool) => writeFileSync(join(homes.work(tool), 'Chart.yaml'), `apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies:\n- { name: web, version: "7", repository: "${url}" }\n- { name: none, version: "1", repository: "${url}/none" }\n`))
    for (const args of [
      ['repo', 'add', 'a', `${url}/none`], ['repo', 'add', 'a', url], ['repo', 'add', 'odd', `${url}/odd`], ['repo', 'update'], ['pull', `${url}/none.tgz`], ['pull', 'none', '--repo', url], ['pull', 'web', '--repo', `${url}/odd`], ['template', 'x', `${url}/web-1.0.0.tgz`, '--verify'],
      ['template', 'x', 'web', '--repo', url.replace(/\d+$/, '1')], ['dependency', 'update', '.'], ['search', 'hub', 'x', '--endpoint', url.replace(/\d+$/, '1')], ['pull', 'a/none'], ['repo', 'add', 'b', url.replace('http:', 'ftp:')],
    ]) {
      const { out, err } = await homes.run('linked', args, { logs: true })
      const shown = out + err + (await homes.run('pintle', [...args, '--debug'], { logs: true })).err
      expect(shown, args.join(' ')).not.toContain('hunter2')
    }
    // It works, and stands where the user put it.
    expect(server.asked.some((a) => a.authorization === `Basic ${Buffer.from('me:hunter2').toString('base64')}`)).toBe(true)
  })
})
