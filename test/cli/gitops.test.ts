/** `pintle gitops commit` from the built package: what it takes from pintle.yaml and pintle.lock, what it says, what it leaves alone. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { folder, runCli } from './run-cli.ts'

const old = `sha256:${'a'.repeat(64)}`
const pinned = `sha256:${'b'.repeat(64)}`
const files = {
  'config': '[user]\n\tname = A\n\temail = a@example.com\n[init]\n\tdefaultBranch = main\n',
  'work/pintle.yaml': 'apiVersion: pintle.dev/v1\nenvironments: {prod: {}, staging: {}}\nservices:\n  web: {chart: ./chart, values: [base.yaml, "{{ .Environment.Name }}.yaml"], image: {repository: ghcr.io/acme/web, set: web.image}}\n',
  'work/base.yaml': 'web:\n  image: {repository: ghcr.io/acme/web}\n',
  'work/prod.yaml': `# production\nweb:\n  image:\n    digest: ${old} # by pintle\n`,
  'work/staging.yaml': 'replicas: 1\n',
  'work/pintle.lock': `apiVersion: pintle.dev/v1\nkind: Lock\nreleases:\n  web/prod:\n    chart: {name: web, version: 1.0.0, digest: x}\n    dependencies: []\n    values: []\n    tool: {pintle: "1", helm: "4"}\n    images:\n    - {image: "ghcr.io/acme/web:1.4", digest: "${pinned}"}\n    - {image: "docker.io/library/redis:7", digest: "${old}"}\n`,
}
let dir: ReturnType<typeof folder>
let env: Record<string, string>
const git = (at: string, ...args: string[]): string => execFileSync('git', args, { cwd: join(dir.path, at), encoding: 'utf8', env: { PATH: process.env.PATH, HOME: dir.path, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
const commit = (...args: string[]) => runCli(['gitops', 'commit', ...args], { cwd: join(dir.path, 'work'), env })

beforeAll(() => {
  dir = folder(files)
  env = { HOME: dir.path, GIT_CONFIG_GLOBAL: join(dir.path, 'config'), GIT_CONFIG_NOSYSTEM: '1' }
  git('.', 'init', '-q', '--bare', 'remote.git')
  git('work', 'init', '-q')
  git('work', 'remote', 'add', 'origin', '../remote.git')
  git('work', 'add', '.')
  git('work', 'commit', '-qm', 'first')
  git('work', 'push', '-q', 'origin', 'main')
})
afterAll(() => dir.remove())

describe('pintle gitops commit', () => {
  it('says what would be committed: the digest of the lock, in the last values file that has it', async () => {
    expect(await commit('web', '-e', 'prod', '--branch', 'main', '--dry-run')).toMatchObject({ code: 0, err: '', out: `prod.yaml:4: web.image.digest: ${old} -> ${pinned}\nwould be committed to main\n` })
  })
  it('pushes it, and the second time says that there is nothing to change', async () => {
    const first = await commit('web', '-e', 'prod', '--branch', 'main', '--push')
    expect(first.out).toMatch(/pushed [0-9a-f]{12} to main of origin\n$/)
    expect(git('remote.git', 'show', 'main:prod.yaml')).toBe(files['work/prod.yaml'].replace(old, pinned))
    expect(git('remote.git', 'log', '-1', '--format=%s', 'main').trim()).toBe('web (prod): web.image.digest to sha256:bbbbbbbbbbbb')
    expect(git('work', 'status', '--porcelain').trim()).toBe('')
    const again = await commit('web', '-e', 'prod', '--branch', 'main', '--push', '-o', 'json')
    expect([again.code, JSON.parse(again.out)]).toEqual([0, { kind: 'unchanged', branch: 'main', file: 'prod.yaml', path: 'web.image.digest', line: 4 }])
  })
  it('names the files that lack the key, and adds it when asked', async () => {
    const missing = await commit('web', '-e', 'staging', '--branch', 'main', '--digest', pinned, '--push')
    expect(missing.code).toBe(1)
    expect(missing.err).toMatch(/none of web\.image\.digest, .* is in the files:\n {2}base\.yaml:2\n {2}staging\.yaml:1\n[\s\S]*--file staging\.yaml --path web\.image\.digest --add/)
    const added = await commit('web', '-e', 'staging', '--branch', 'main', '--digest', pinned, '--push', '--file', 'staging.yaml', '--path', 'web.image.digest', '--add')
    expect(added.code).toBe(0)
    expect(git('remote.git', 'show', 'main:staging.yaml')).toBe(`replicas: 1\nweb:\n  image:\n    digest: ${pinned}\n`)
  })
  it('moves a digest in a kustomization, an Application and a HelmRelease without pintle.yaml', async () => {
    const kinds = {
      'kustomization.yaml': [`kind: Kustomization\nimages:\n- {name: web, digest: "${old}"}\n`, ['--path', 'images[name=web].digest']],
      'application.yaml': [`kind: Application\nspec:\n  source:\n    helm:\n      parameters:\n      - name: image.digest\n        value: ${old}\n`, []],
      'release.yaml': [`kind: OCIRepository\n---\nkind: HelmRelease\nspec:\n  values:\n    image: {digest: '${old}'}\n`, []],
    } as const
    for (const [name, [text]] of Object.entries(kinds)) writeFileSync(join(dir.path, 'work', name), text)
    git('work', 'pull', '-q', '--rebase', 'origin', 'main')
    git('work', 'add', '.')
    git('work', 'commit', '-qm', 'kinds')
    git('work', 'push', '-q', 'origin', 'main')
    for (const [name, [text, flags]] of Object.entries(kinds)) {
      const { code, err } = await commit('--repo', '.', '--file', name, ...flags, '--digest', pinned, '--branch', 'main', '--push')
      expect([name, code, err]).toEqual([name, 0, ''])
      expect(git('remote.git', 'show', `main:${name}`)).toBe(text.replace(old, pinned))
    }
  })
  it('refuses what it is not sure of', async () => {
    expect((await commit('web', '-e', 'staging', '--branch', 'x', '--base', 'main')).err).toMatch(/pintle\.lock has no digest of ghcr\.io\/acme\/web for web\/staging/)
    expect((await commit('web', '-e', 'prod', '--branch', 'main')).err).toMatch(/main is checked out/)
    expect((await commit('web', '-e', 'prod', '--branch', '--upload-pack=x', '--digest', pinned)).err).toMatch(/branch .* is refused/)
    expect((await commit('web', '-e', 'prod', '--branch', 'main', '--digest', 'latest')).err).toMatch(/"latest" is no digest/)
    expect((await commit('web', '-e', 'prod', '--branch', 'main', '--repo', 'ext::sh -c x', '--file', 'a', '--push', '--digest', pinned)).err).toMatch(/runs a program/)
  })
})

describe('what a controller applies', () => {
  const run = (...args: string[]) => runCli(['gitops', ...args], { cwd: join(dir.path, 'app'), env })
  beforeAll(async () => {
    const app = {
      'pintle.yaml': 'apiVersion: pintle.dev/v1\nenvironments: {prod: {namespace: shop}, staging: {}}\nservices:\n  web: {chart: ./charts/web, values: ["values/{{ .Environment.Name }}.yaml"], smoke: [{http: "https://x.example.com"}]}\n',
      'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.0\n',
      'charts/web/templates/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {n: {{ .Values.n | quote }}}\n',
      'values/prod.yaml': 'n: 1\n',
      'values/staging.yaml': 'n: 0\nsops: {mac: x, version: 3.9.0}\n',
    }
    for (const [name, text] of Object.entries(app)) {
      mkdirSync(dirname(join(dir.path, 'app', name)), { recursive: true })
      writeFileSync(join(dir.path, 'app', name), text)
    }
    git('app', 'init', '-q')
    git('app', 'remote', 'add', 'origin', 'https://bot:hunter2@git.example.com/acme/app.git')
    git('app', 'add', '.')
    git('app', 'commit', '-qm', 'first')
  })
  it('an Application on stdout, what it does not say on stderr, no credential in either', async () => {
    const { code, out, err } = await run('argocd', 'web', '-e', 'prod')
    expect(code).toBe(0)
    expect(out).toMatch(/kind: Application[\s\S]*namespace: shop[\s\S]*releaseName: web\n {6}valueFiles:\n {6}- \.\.\/\.\.\/values\/prod\.yaml\n {4}path: charts\/web\n {4}repoURL: https:\/\/git\.example\.com\/acme\/app\.git\n {4}targetRevision: main\n/)
    expect(err).toBe('WARNING: no-smoke-checks: Argo CD does not run the smoke checks (1)\nWARNING: no-rollback: Argo CD does not roll back a failed sync: the next commit mends it\n')
    expect(out + err).not.toContain('hunter2')
  })
  it('with --strict a difference is a refusal, unless it was accepted', async () => {
    expect(await run('argocd', 'web', '-e', 'prod', '--strict', '--accept', 'no-rollback')).toMatchObject({ code: 5, out: '', err: expect.stringContaining('--accept no-smoke-checks takes them') as string })
    expect(await run('argocd', 'web', '-e', 'prod', '--strict', '--accept', 'no-rollback,no-smoke-checks')).toMatchObject({ code: 0, err: '' })
    expect((await run('argocd', 'web', '-e', 'prod', '--accept', 'no-rolback')).err).toContain('Did you mean no-rollback?')
  })
  it('Flux objects, and as JSON one list', async () => {
    const { code, out } = await run('flux', 'web', '-e', 'prod', '-o', 'json')
    expect([code, (JSON.parse(out) as { items: { kind: string }[] }).items.map((i) => i.kind)]).toEqual([0, ['GitRepository', 'HelmRelease']])
  })
  it('refuses secrets, encrypted values and archives', async () => {
    expect(await run('argocd', 'web', '-e', 'staging')).toMatchObject({ code: 1, err: expect.stringContaining('values/staging.yaml is encrypted with SOPS') as string })
    const secret = await run('flux', 'web', '-e', 'prod', '--set', 'db.password=hunter2-is-none')
    expect([secret.code, secret.out]).toEqual([5, ''])
    expect(secret.err).not.toContain('hunter2')
    await runCli(['package', 'charts/web'], { cwd: join(dir.path, 'app'), env })
    expect((await run('flux', 'web', 'web-1.2.0.tgz')).err).toMatch(/is an archive, and controllers read charts from/)
  })
  it('tells what is not committed yet', async () => {
    writeFileSync(join(dir.path, 'app/values/prod.yaml'), 'n: 2\n')
    expect((await run('argocd', 'web', '-e', 'prod')).err).toContain('WARNING: uncommitted: values/prod.yaml holds changes that are not committed')
  })
  it('a chart of a repository: its URL, exact version, values from Git through a second source; no password of the repository', async () => {
    const packed = await runCli(['package', 'charts/web', '-d', 'packed'], { cwd: join(dir.path, 'app'), env })
    expect(packed.code).toBe(0)
    const archive = readFileSync(join(dir.path, 'app/packed/web-1.2.0.tgz'))
    const server = await fakeFiles((path) => (path === '/index.yaml' ? `apiVersion: v1\nentries:\n  web:\n  - {apiVersion: v2, name: web, version: 1.2.0, urls: [web-1.2.0.tgz]}\n` : path === '/web-1.2.0.tgz' ? archive : undefined))
    try {
      expect((await run('argocd', 'shop', 'nope/web')).code).toBe(1)
      expect((await runCli(['repo', 'add', 'acme', server.url, '--username', 'u', '--password', 'hunter2'], { cwd: join(dir.path, 'app'), env })).code).toBe(0)
      const argo = await run('argocd', 'shop', 'acme/web', '--version', '1.2.0', '-f', 'values/prod.yaml', '-n', 'shop', '--accept', 'no-rollback,uncommitted')
      expect([argo.code, argo.err]).toEqual([0, ''])
      expect(argo.out).toMatch(new RegExp(`sources:\\n {2}- chart: web\\n {4}helm:\\n {6}releaseName: shop\\n {6}valueFiles:\\n {6}- \\$values/values/prod\\.yaml\\n {4}repoURL: ${server.url}\\n {4}targetRevision: 1\\.2\\.0\\n {2}- ref: values`))
      const flux = await run('flux', 'shop', 'acme/web', '--version', '1.2.0', '-f', 'values/prod.yaml', '-n', 'shop', '--source-secret', 'acme')
      expect(flux.out).toMatch(new RegExp(`kind: HelmRepository[\\s\\S]*secretRef:\\n {4}name: acme\\n {2}url: ${server.url}[\\s\\S]*version: 1\\.2\\.0`))
      expect(argo.out + flux.out).not.toContain('hunter2')
      expect((await run('flux', 'shop', `${server.url}/web-1.2.0.tgz`)).err).toMatch(/is the URL of an archive/)
    } finally {
      server.close()
    }
  })
})

async function fakeFiles(file: (path: string) => string | Uint8Array | undefined): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    const content = file(request.url!)
    response.writeHead(content === undefined ? 404 : 200)
    response.end(content)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() }
}
