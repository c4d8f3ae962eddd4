/** `pintle diff upgrade --live` on a real API server: hooks, definitions, noise, origins of lines, users with few rights, planted secrets. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { pintle } from '../cli/run-cli.ts'
import { startControlPlane } from './control-plane.ts'
import { liveCharts } from './diff-live-charts.ts'
import { DiffWorld } from './diff-world.ts'

const helm = await ensureTool('helm')
interface Shown { kind: string; name: string; action: string; approximate?: boolean; unread?: boolean; unchecked?: string; notes?: string[]; fields: { path: string; before?: unknown; after?: unknown; origin?: string }[] }
interface Answer { objects: Shown[]; hooks: Shown[]; crds: Shown[] }

const planted = { data: 'planted-data-1', plain: 'planted-plain-1', long: 'planted-long-1', noted: 'planted-noted-1', dots: 'planted-dots-1', moved: 'planted-moved-1', listed: 'planted-listed-1', hooked: 'planted-hooked-1', name: 'one' }
const replanted = Object.fromEntries(Object.entries(planted).map(([key, value]) => [key, key === 'name' ? 'two' : value.replace('-1', '-second-2')]))
const flagsOf = (values: Readonly<Record<string, string>>) => Object.entries(values).map(([key, value]) => `--set planted.${key}=${value}`).join(' ')

describe.skipIf(helm === undefined)('diff --live, further', () => {
  let plane: Awaited<ReturnType<typeof startControlPlane>>
  let world: DiffWorld
  beforeAll(async () => {
    plane = await startControlPlane({ apiOnly: true })
    world = new DiffWorld(helm!, plane!.kubeconfig, liveCharts)
    for (const [name, chart] of [['keep', 'keeper'], ['luck', 'chance'], ['need', 'needy'], ['sea', 'fleet1']] as const) await world.release('install', name, chart, 'a')
    await world.release('install', 'vault', 'vault', 'a', ...flagsOf(planted).split(' '))
    await world.change(async (cluster) => {
      // As kubectl apply leaves it: every value once more.
      const applied = JSON.stringify({ apiVersion: 'v1', kind: 'Secret', data: { a: btoa(planted.data) }, metadata: { name: 'vault-data' } })
      await cluster.patch({ apiVersion: 'v1', kind: 'Secret', namespace: 'a', name: 'vault-data' }, 'merge', { metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': applied, 'example.com/hand': `was ${planted.data}` } } })
    })
    world.env = { HELM_DRIVER: 'configmap' }
    await world.release('install', 'maps', 'fleet1', 'b', '--create-namespace', '--skip-crds')
    world.env = {}
    const group = 'rbac.authorization.k8s.io'
    const rights: Readonly<Record<string, readonly object[]>> = {
      reader: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] }],
      getter: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'patch'] }, { apiGroups: [''], resources: ['secrets'], verbs: ['list'] }],
      listless: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'patch'] }],
      unsecret: [{ apiGroups: ['*'], resources: ['configmaps', 'ships', 'customresourcedefinitions', 'namespaces'], verbs: ['get', 'list', 'patch'] }],
      blind: [{ apiGroups: ['', 'apps', 'live.example.com'], resources: ['*'], verbs: ['get', 'list', 'patch'] }],
      nobody: [],
    }
    for (const [user, rules] of Object.entries(rights)) {
      await plane!.cluster.create({ apiVersion: `${group}/v1`, kind: 'ClusterRole', metadata: { name: user }, rules: [...rules, { nonResourceURLs: ['*'], verbs: ['get'] }] })
      await plane!.cluster.create({ apiVersion: `${group}/v1`, kind: 'ClusterRoleBinding', metadata: { name: user }, roleRef: { apiGroup: group, kind: 'ClusterRole', name: user }, subjects: [{ apiGroup: group, kind: 'User', name: user }] })
    }
  })
  afterAll(async () => {
    world?.remove()
    await plane?.stop()
  })

  const run = (line: string, env: Record<string, string> = {}) => world.run({ line, env }, { path: [process.execPath, pintle], args: ['diff'] })
  const live = (line: string, env: Record<string, string> = {}) => run(`upgrade ${line} --live`, env)
  const answer = async (line: string, env: Record<string, string> = {}): Promise<Answer & { err: string }> => {
    const { code, out, err } = await live(`${line} --output json`, env)
    expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' })
    return { ...(JSON.parse(out) as Answer), err }
  }
  const changed = (shown: readonly Shown[]) => shown.map((o) => [`${o.kind}/${o.name}`, o.action, o.fields.map((f) => f.path)])

  describe('noise', () => {
    it('a password that is looked up is none: nothing changes', async () => {
      expect(await live('keep CHARTS/keeper --detailed-exitcode')).toMatchObject({ code: 0 })
    })
    it('what chance and the clock write is left out and named, and what else changes stays', async () => {
      expect(changed((await answer('luck CHARTS/chance --set mode=wild')).objects).sort()).toEqual([
        ['ConfigMap/luck-mode', 'change', expect.arrayContaining(['data.mode', 'data.at', 'data.serial'])], ['ConfigMap/luck-once', 'remove', []],
        ['Secret/luck-token', 'change', expect.arrayContaining(['data.token', 'data.kind'])],
      ])
      const { objects, err } = await answer('luck CHARTS/chance --set mode=wild --ignore lookup')
      // An object that the chart leaves out because it is there would be deleted: that is no noise.
      expect(changed(objects).sort()).toEqual([['ConfigMap/luck-mode', 'change', ['data.mode']], ['ConfigMap/luck-once', 'remove', []], ['Secret/luck-token', 'change', ['data.kind']]])
      expect(err).toMatch(/left out \(lookup\): .*ConfigMap\/luck-mode data\.at, data\.serial/)
      expect(err).toMatch(/Secret\/luck-token data\.token/)
    })
    it('a chart that cannot do without lookups is told', async () => {
      const { objects, err } = await answer('need CHARTS/needy --set mode=wild --ignore lookup')
      expect(changed(objects)).toEqual([['ConfigMap/need-mode', 'change', ['data.mode']]])
      expect(err).toMatch(/without lookups the chart does not render/)
    })
    it('what only the missing server makes look changed is left out', async () => {
      const asked = await answer('sea CHARTS/fleet1 --set age=31')
      expect(changed(asked.objects)).toEqual([['Ship/sea', 'change', ['spec.crew[name=bob].age']]])
      const alone = await answer('sea CHARTS/fleet1 --set age=31 --kube-as-user reader')
      expect(changed(alone.objects).sort()).toEqual([
        ['Deployment/sea-web', 'change', expect.arrayContaining(['spec.template.spec.containers[name=app].resources.limits.cpu'])],
        ['Ship/sea', 'change', expect.arrayContaining(['spec.crew[name=bob].age', 'spec.crew[name=ann].role'])],
      ])
      const calm = await answer('sea CHARTS/fleet1 --set age=31 --kube-as-user reader --ignore defaulted')
      expect(changed(calm.objects)).toEqual(changed(asked.objects))
      expect(calm.err).toMatch(/left out \(defaulted\): .*Ship\/sea spec\.crew\[name=ann\]\.role/)
    })
  })

  describe('hooks and definitions', () => {
    it('says which hooks change against the stored ones, and which run', async () => {
      const { hooks } = await answer('sea CHARTS/fleet2')
      expect(hooks.map((o) => [o.name, o.action]).sort()).toEqual([['sea-before', 'change'], ['sea-fresh', 'add'], ['sea-gone', 'remove']])
      const { out } = await live('sea CHARTS/fleet2')
      expect(out).toMatch(/Hooks:\n\n/)
      expect(out).toMatch(/sea-before is a hook that changes .*\n {2}# runs: pre-upgrade, weight 5; deleted: before-hook-creation/)
      expect(out).toMatch(/ConfigMap\/sea-fresh runs: post-upgrade, post-install\n/)
      expect(out).not.toMatch(/sea-try/)
      expect((await live('sea CHARTS/fleet2 --output html')).out).toMatch(/<h2>Hooks<\/h2>[^]*<p>ConfigMap\/sea-fresh runs: post-upgrade, post-install<\/p>/)
      expect((await live('sea CHARTS/fleet2 --output markdown')).out).toMatch(/### Hooks\n[^]*- ConfigMap\/sea-fresh runs/)
      expect((await answer('sea CHARTS/fleet2 --no-hooks')).hooks).toEqual([])
      expect((await answer('sea CHARTS/fleet2 --include-tests --set mode=x')).hooks.map((o) => o.name)).toContain('sea-try')
    })
    it('a hook that changes is a change', async () => {
      expect((await live('sea CHARTS/fleet1 --detailed-exitcode --set mode=x')).code).toBe(2)
      expect((await live('sea CHARTS/fleet1 --detailed-exitcode')).code).toBe(0)
    })
    it('says what becomes of definitions, with the flag and without', async () => {
      const stay = await answer('sea CHARTS/fleet2')
      expect(stay.crds.map((o) => [o.name, o.action]).sort()).toEqual([['ports.live.example.com', 'add'], ['ships.live.example.com', 'change']])
      expect(stay.objects.some((o) => o.kind === 'CustomResourceDefinition')).toBe(false)
      const { out } = await live('sea CHARTS/fleet2')
      expect(out).toMatch(/ships\.live\.example\.com differs, and stays as it is without --upgrade-crds/)
      expect(out).toMatch(/ports\.live\.example\.com is missing, and an upgrade does not create it/)
      const go = await answer('sea CHARTS/fleet2 --upgrade-crds')
      expect(go.crds).toEqual([])
      expect(go.objects.filter((o) => o.kind === 'CustomResourceDefinition').map((o) => [o.name, o.action]).sort()).toEqual(stay.crds.map((o) => [o.name, o.action]).sort())
      // What would be lost is refused by the upgrade, and said here.
      expect(JSON.stringify(await answer('late CHARTS/fleet2 --install'))).toMatch(/ports\.live\.example\.com/)
    })
  })

  it('says behind each line what wrote it, in every format', async () => {
    const line = 'sea CHARTS/fleet1 --set replicas=3 -f CHARTS/more.yaml --origins=lines'
    const text = await live(line)
    expect(text.out).toMatch(/^\+ +replicas: 3 {2}# shop\/templates\/web\.yaml:6, from replicas \(--set replicas=\.\.\.\)$/m)
    expect(text.out).toMatch(/^\+ +- name: MODE|^\+ +value: filed {2}# shop\/templates\/web\.yaml:\d+, from mode \(more\.yaml:2\)$/m)
    expect((await live(`${line} --output markdown`)).out).toMatch(/^\+ +replicas: 3 {2}# shop\/templates\/web\.yaml:6, from replicas/m)
    expect((await live(`${line} --output html`)).out).toMatch(/replicas: 3 <small>shop\/templates\/web\.yaml:6, from replicas/)
    const fields = (await answer(line)).objects.flatMap((o) => o.fields)
    expect(fields.find((f) => f.path === 'spec.replicas')!.origin).toBe('shop/templates/web.yaml:6, from replicas (--set replicas=...)')
    expect((await run('upgrade sea CHARTS/fleet1 --origins')).err).toMatch(/--origins is for --live/)
    expect((await live('sea CHARTS/fleet1 --origins=all')).err).toMatch(/--origins is 'fields' or 'lines'/)
  })

  describe('users with few rights', () => {
    const line = 'sea CHARTS/fleet1 --set replicas=3'
    it('without PATCH: worked out here, and said of each object', async () => {
      const { objects, err } = await answer(`${line} --kube-as-user reader`)
      expect(objects.every((o) => o.approximate === true && o.notes!.some((n) => /worked out here/.test(n)))).toBe(true)
      expect(err).toMatch(/2 object\(s\) could not be asked about/)
    })
    it('without LIST but of records: exact, object by object', async () => {
      expect(changed((await answer(`${line} --kube-as-user getter`)).objects)).toEqual(changed((await answer(line)).objects))
    })
    it('without LIST at all: the records cannot be found, and what is missing is said', async () => {
      const { code, out, err } = await live(`${line} --kube-as-user listless`)
      expect({ code, out }).toEqual({ code: 1, out: '' })
      expect(err).toMatch(/cannot list resource "secrets"/)
    })
    it('objects that may not be read are compared by manifests, and said to', async () => {
      const env = { HELM_DRIVER: 'configmap', HELM_NAMESPACE: 'b' }
      const { objects, err } = await answer('maps CHARTS/fleet1 --set replicas=3,age=31 --kube-as-user unsecret', env)
      expect(changed(objects)).toEqual([['Ship/maps', 'change', ['spec.crew[name=bob].age']], ['Deployment/maps-web', 'change', ['spec.replicas']]].toSorted(() => 0).sort())
      const web = objects.find((o) => o.kind === 'Deployment')!
      expect(web).toMatchObject({ unread: true, notes: [expect.stringMatching(/could not be read \(.*cannot get resource "deployments".*compared is the last revision's manifest/)] })
      expect(objects.find((o) => o.kind === 'Ship')!.unread).toBeUndefined()
      expect(err).toMatch(/1 object\(s\) could not be read: what is shown of them is between manifests/)
      // Objects that go are told, too.
      const gone = await answer('maps CHARTS/chance --kube-as-user unsecret', env)
      expect(gone.objects.find((o) => o.kind === 'Deployment')).toMatchObject({ action: 'remove', unread: true })
    })
    it('definitions that may not be read are said to be unknown, not missing', async () => {
      const { out } = await live('sea CHARTS/fleet2 --kube-as-user blind')
      expect(out).toMatch(/ports\.live\.example\.com could not be read \(.*\): whether it differs is not known/)
      expect(out).not.toMatch(/is missing, and an upgrade/)
      expect((await live('sea CHARTS/fleet2 --upgrade-crds --kube-as-user blind')).err).toMatch(/what the CRDs would lose could not be looked at/)
    })
    it('without any right it says so', async () => {
      expect(await live(`${line} --kube-as-user nobody`)).toMatchObject({ code: 1, out: '' })
    })
  })

  describe('planted secrets', () => {
    const forms = [planted, replanted].flatMap((set) => Object.entries(set).filter(([key]) => key !== 'name').map(([, value]) => value)).concat('planted-constant-1').flatMap((value) => {
      const once = Buffer.from(value).toString('base64').replace(/=+$/, '')
      // Base64 of longer texts that begin elsewhere: the middle of it.
      const shifted = [1, 2].map((n) => Buffer.from('x'.repeat(n) + value).toString('base64').slice(4, -4))
      return [value, once, Buffer.from(once).toString('base64').slice(0, -4), encodeURIComponent(value), Buffer.from(value).toString('hex'), ...shifted]
    })
    const clean = (text: string) => expect(forms.filter((form) => text.includes(form))).toEqual([])
    const lines = [
      ...['diff', 'simple', 'json', 'markdown', 'html'].flatMap((output) => ['', ' --origins', ' --origins=lines', ' --ignore lookup,defaulted --kube-as-user reader'].map((more) => `upgrade vault CHARTS/vault --live --output ${output}${more}`)),
      ...['diff', 'simple', 'template', 'json', 'structured', 'dyff'].flatMap((output) => ['', ' --three-way-merge', ' -D 0.5', ' --normalize-manifests'].map((more) => `upgrade vault CHARTS/vault --output ${output}${more}`)),
    ]
    it.each(lines)('none is in what `diff %s` says', async (line) => {
      const { out, err, code } = await run(`${line} -C 9 ${flagsOf(replanted)}`)
      expect(code).toBe(0)
      clean(out + err)
      // It does say what changes.
      if (!/template|json|simple|reader/.test(line)) expect(out).toMatch(/vault-data/)
    })
    it('nor in those of two revisions, and checksums stay', async () => {
      await world.release('upgrade', 'vault', 'vault', 'a', ...flagsOf(replanted).split(' '))
      for (const line of ['revision vault 1 2', 'rollback vault 1', 'release vault vault']) {
        for (const output of ['diff', 'structured', 'dyff']) {
          const { out, err } = await run(`${line} --output ${output}`)
          clean(out + err)
        }
      }
      const { out } = await live(`vault CHARTS/vault ${flagsOf(planted)} --output diff`)
      expect(out).toMatch(/checksum\/config: [0-9a-f]{64}/)
      expect(out).toMatch(/example\.com\/copy: REDACTED \(\d+ bytes, [0-9a-f]{8}\)/)
    })
    it('equal values have equal marks, in one run alone', async () => {
      const marks = async () => [...(await live(`vault CHARTS/vault ${flagsOf(planted)}`)).out.matchAll(/^[-+] +a: REDACTED .*$/gm)].map((m) => m[0])
      const [one, two] = [await marks(), await marks()]
      expect(one.length).toBeGreaterThan(4)
      expect(one).not.toEqual(two)
    })
  })
})
