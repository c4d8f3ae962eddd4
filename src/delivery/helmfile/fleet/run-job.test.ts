import { afterAll, describe, expect, test } from 'vitest'
import { Sandbox } from '../../../cluster/sandbox/index.ts'
import { fleetObjects, jobName, resultName, type FleetJob } from './fleet-job.ts'
import { runJob } from './run-job.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const job = (environment: string, more: Partial<FleetJob> = {}): FleetJob => ({
  environment, image: 'registry.example.com/pintle:1', namespace: 'fleet', words: ['apply', '--wave-timeout', '10'], files: new Map([['helmfile.yaml', bytes('releases: []\n')], ['charts/c/icon.png', new Uint8Array([0xff, 0xfe])]]),
  releaseNamespaces: ['web'], contexts: ['us-east'], keysSecret: 'sops-keys', ...more,
})

describe('objects', () => {
  const objects = fleetObjects(job('us-east'))
  const of = (kind: string) => objects.filter((object) => object.kind === kind)
  test('the folder as it is, the words of the run, the keys by the name of their Secret', () => {
    const [map] = of('ConfigMap')
    expect(map!.data).toMatchObject({ f1: 'releases: []\n' })
    expect(map!.binaryData).toEqual({ f0: '//4=' })
    expect(JSON.parse((map!.data as Record<string, string>).kubeconfig!)).toMatchObject({ 'current-context': 'us-east', contexts: [{ name: 'us-east' }] })
    const { spec } = of('Job')[0]!.spec.template
    expect(spec.containers[0].command.slice(4)).toEqual(['helmfile', 'apply', '--wave-timeout', '10', '--environment', 'us-east', '--report', `configmap:fleet/${resultName('us-east')}`])
    expect(spec.containers[0].envFrom).toEqual([{ secretRef: { name: 'sops-keys' } }])
    expect(spec.volumes[0].configMap.items).toEqual([{ key: 'f0', path: 'charts/c/icon.png' }, { key: 'f1', path: 'helmfile.yaml' }])
  })
  test('rights in the namespaces of releases, and no more of the cluster than their making', () => {
    expect(of('ClusterRole').map(({ rules }) => rules)).toEqual([[{ apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'create'] }]])
    expect(of('RoleBinding').map(({ metadata, roleRef }) => `${metadata.namespace} ${roleRef.name}`)).toEqual(['fleet pintle-fleet', 'web admin'])
    expect(of('Namespace').map(({ metadata }) => metadata.name)).toEqual(['fleet', 'web'])
  })
  test('keys and folders that are too large are refused', () => {
    expect(() => fleetObjects(job('a', { files: new Map([['k.txt', bytes('AGE-SECRET-KEY-1ABC')]]) }))).toThrow('k.txt holds a private key')
    expect(() => fleetObjects(job('a', { files: new Map([['big', new Uint8Array(1 << 20)]]) }))).toThrow('larger than 900 KiB')
  })
  test('names fit', () => {
    expect(jobName('US_East/1')).toMatch(/^pintle-us-east-1-[0-9a-f]{6}$/)
    expect(jobName('x'.repeat(200)).length).toBeLessThan(54)
  })
})

describe('a run in a cluster', () => {
  const sandbox = new Sandbox()
  const cluster = sandbox.cluster()
  afterAll(() => sandbox.close())
  const { signal } = new AbortController()

  test('its result is what the Job left, and not what an earlier one did', async () => {
    const report = (revision: number) => JSON.stringify({ environment: 'eu', clusters: [], releases: [{ name: 'a', namespace: 'web', context: '', chart: 'c', version: '1', revision, status: 'deployed', change: 'upgraded', trouble: '' }], errors: [], code: 0 })
    for (const revision of [1, 2]) {
      const states: string[] = []
      // The part of the pod: nothing runs in the sandbox.
      const played = (async () => {
        while (await cluster.get({ apiVersion: 'batch/v1', kind: 'Job', namespace: 'fleet', name: jobName('eu') }) === undefined || !states.some((state) => state.endsWith('created'))) await new Promise((done) => { setTimeout(done, 5) })
        await cluster.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: resultName('eu'), namespace: 'fleet' }, data: { report: report(revision) } }, { fieldManager: 'pod', force: true })
      })()
      const ended = await runJob(cluster, job('eu'), { signal, every: 5, onState: (state) => states.push(state) })
      await played
      expect(ended.releases[0]!.revision).toBe(revision)
      expect(states[0]).toBe(`Job fleet/${jobName('eu')} created`)
    }
    expect(await cluster.get({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', namespace: 'web', name: 'pintle-fleet-releases' })).toBeDefined()
  })

  test('a Job that ends without a report says so', async () => {
    const ended = await runJob(cluster, job('lost'), { signal, every: 5 })
    expect(ended).toMatchObject({ environment: 'lost', code: 1, errors: [expect.stringMatching(/^Job fleet\/pintle-lost-\w+ is (complete|failed) and left no report/)] })
  })
})
