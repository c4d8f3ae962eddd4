import { expect, test } from 'vitest'
import type { KubeObject } from '../kube/index.ts'
import { podAt } from '../sandbox/behaviours.ts'
import { Sightings, blockingPods, budgetInTheWay, creationTrouble, defaultPatience, newReplicaSet, podTrouble, podsOf } from './index.ts'

const start = Date.parse('2026-01-01T00:00:00Z')
const at = (seconds: number): number => start + seconds * 1000

function pod(status: object, metadata: object = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'n', uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z', ...metadata }, status: { startTime: '2026-01-01T00:00:00Z', phase: 'Pending', ...status } }
}
const waits = (reason: string, more: object = {}): KubeObject => pod({ containerStatuses: [{ name: 'c', image: 'i:1', ready: false, restartCount: 0, state: { waiting: { reason, message: 'why' } }, ...more }] })
const judge = (p: KubeObject, seconds: number): [string, boolean][] => podTrouble([p], [], { now: at(seconds) }).map(t => [t.reason, t.fatal])

test('grace times', () => {
  const table: [reason: string, tolerated: number | undefined][] = [
    ['InvalidImageName', undefined], ['ErrImageNeverPull', undefined], ['CreateContainerConfigError', 30], ['CreateContainerError', 30], ['ErrImagePull', 60], ['ImagePullBackOff', 60],
  ]
  for (const [reason, tolerated] of table) {
    if (tolerated === undefined) expect(judge(waits(reason), 0)).toEqual([[reason, true]])
    else {
      expect(judge(waits(reason), tolerated - 1)).toEqual([[reason, false]])
      expect(judge(waits(reason), tolerated)).toEqual([[reason, true]])
    }
  }
  expect(judge(waits('ContainerCreating'), 1000)).toEqual([])
  expect(judge(waits('PodInitializing'), 1000)).toEqual([])
  // Not in the table: told, never fatal by itself.
  expect(judge(waits('ErrSomethingNew'), 1000)).toEqual([['ErrSomethingNew', false]])
})

test('what a trouble tells', () => {
  expect(podTrouble([waits('ImagePullBackOff')], [], { now: at(10) })).toEqual([{
    kind: 'Pod', namespace: 'n', name: 'p', container: 'c', image: 'i:1', reason: 'ImagePullBackOff', message: 'why', fatal: false, fatalAt: at(60),
  }])
})

test('the grace of a main container starts after the init containers', () => {
  const late = pod({
    conditions: [{ type: 'Initialized', status: 'True', lastTransitionTime: '2026-01-01T00:10:00Z' }],
    containerStatuses: [{ name: 'c', ready: false, restartCount: 0, state: { waiting: { reason: 'ErrImagePull' } } }],
  })
  expect(judge(late, 630)).toEqual([['ErrImagePull', false]])
  expect(judge(late, 660)).toEqual([['ErrImagePull', true]])
})

test('with sightings our own clock counts, and ErrImagePull goes on as ImagePullBackOff', () => {
  const seen = new Sightings()
  const see = (p: KubeObject, seconds: number): boolean | undefined => {
    const trouble = podTrouble([p], [], { now: at(seconds), seen })[0]
    seen.turn()
    return trouble?.fatal
  }
  expect(see(waits('ErrImagePull'), 5000)).toBe(false)
  expect(see(waits('ImagePullBackOff'), 5059)).toBe(false)
  expect(see(waits('ImagePullBackOff'), 5060)).toBe(true)
  // What mended in between begins anew.
  expect(see(pod({ phase: 'Running' }), 5070)).toBeUndefined()
  expect(see(waits('ErrImagePull'), 5080)).toBe(false)
})

test('patience can be given, or never end', () => {
  const patience = { ...defaultPatience, imagePull: 5000, configError: Infinity, crashRestarts: 4 }
  const fatal = (p: KubeObject, seconds: number): unknown => podTrouble([p], [], { now: at(seconds), patience })[0]
  expect(fatal(waits('ErrImagePull'), 4)).toMatchObject({ fatal: false, fatalAt: at(5) })
  expect(fatal(waits('ErrImagePull'), 5)).toMatchObject({ fatal: true })
  expect(fatal(waits('CreateContainerConfigError'), 100_000)).toEqual(expect.not.objectContaining({ fatalAt: expect.anything() }))
  expect(fatal(waits('CrashLoopBackOff', { restartCount: 3 }), 0)).toMatchObject({ fatal: false })
})

test('what a pod went through before the rollout began is not its doing', () => {
  const crash = (restartCount: number, reason = 'Error'): KubeObject => waits('CrashLoopBackOff', { restartCount, lastState: { terminated: { exitCode: 3, reason } } })
  for (const reason of ['Error', 'OOMKilled']) {
    const seen = new Sightings()
    const see = (restarts: number): boolean | undefined => {
      const trouble = podTrouble([crash(restarts, reason)], [], { now: at(100), seen, startedAt: at(50) })[0]
      seen.turn()
      return trouble?.fatal
    }
    expect(see(7)).toBe(false)
    expect(see(8)).toBe(reason === 'OOMKilled')
    expect(see(9)).toBe(true)
  }
})

test('crash loops are fatal at the second restart', () => {
  const crash = (restartCount: number): KubeObject => waits('CrashLoopBackOff', { restartCount, lastState: { terminated: { exitCode: 3, reason: 'Error' } } })
  expect(podTrouble([crash(1)], [], { now: start })).toMatchObject([{ reason: 'CrashLoopBackOff', fatal: false, restarts: 1, message: 'container c exited with 3 once', logs: { container: 'c', previous: true } }])
  expect(podTrouble([crash(2)], [], { now: start })).toMatchObject([{ fatal: true, message: 'container c exited with 3 twice' }])
  // Between two crashes it runs for a moment, or for good.
  expect(judge(pod({ phase: 'Running', containerStatuses: [{ name: 'c', ready: false, restartCount: 2, state: { running: {} }, lastState: { terminated: { exitCode: 3 } } }] }), 0)).toEqual([['NotReady', false]])
  expect(judge(pod({ phase: 'Running', containerStatuses: [{ name: 'c', ready: true, restartCount: 9, state: { running: {} }, lastState: { terminated: { exitCode: 3 } } }] }), 0)).toEqual([])
})

test('out of memory is fatal at once, also behind a crash loop', () => {
  expect(judge(waits('CrashLoopBackOff', { restartCount: 1, lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }), 0)).toEqual([['OOMKilled', true]])
  expect(judge(pod({ containerStatuses: [{ name: 'c', ready: false, restartCount: 0, state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }] }), 0)).toEqual([['OOMKilled', true]])
})

test('unschedulable for two minutes', () => {
  const p = pod({ conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes are available', lastTransitionTime: '2026-01-01T00:00:00Z' }] })
  expect(judge(p, 119)).toEqual([['Unschedulable', false]])
  expect(judge(p, 120)).toEqual([['Unschedulable', true]])
  expect(judge(pod({ conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] }), 1000)).toEqual([])
})

test('containers that ended badly', () => {
  const ended = (phase: string): KubeObject => pod({ phase, containerStatuses: [{ name: 'c', ready: false, restartCount: 0, state: { terminated: { exitCode: 2, reason: 'Error' } } }] })
  expect(judge(ended('Failed'), 0)).toEqual([['Error', true]])
  expect(judge(ended('Running'), 0)).toEqual([['Error', false]])
  expect(judge(pod({ phase: 'Succeeded', containerStatuses: [{ name: 'c', ready: false, restartCount: 0, state: { terminated: { exitCode: 0, reason: 'Completed' } } }] }), 0)).toEqual([])
})

test('events explain a pod that hangs without a word', () => {
  const event = (reason: string, lastTimestamp: string, type = 'Warning', uid = 'u'): KubeObject => ({ apiVersion: 'v1', kind: 'Event', metadata: { name: reason }, involvedObject: { uid }, type, reason, message: `${reason}!`, lastTimestamp })
  const events = [event('FailedMount', '2026-01-01T00:00:02Z'), event('Older', '2026-01-01T00:00:01Z'), event('Pulled', '2026-01-01T00:00:09Z', 'Normal'), event('Foreign', '2026-01-01T00:00:09Z', 'Warning', 'x')]
  expect(podTrouble([waits('ContainerCreating')], events, { now: start })).toMatchObject([{ reason: 'FailedMount', message: 'FailedMount!', fatal: false }])
})

test('pods being deleted are passed over; the fatal come first', () => {
  const going = waits('InvalidImageName')
  going.metadata.deletionTimestamp = '2026-01-01T00:00:00Z'
  expect(podTrouble([going], [], { now: start })).toEqual([])
  expect(podTrouble([waits('ErrImagePull'), waits('InvalidImageName')], [], { now: start }).map(t => t.reason)).toEqual(['InvalidImageName', 'ErrImagePull'])
})

test('a container that runs and is not ready: which probe, or which gate', () => {
  const running = (more: object): KubeObject => ({ ...pod({ phase: 'Running', containerStatuses: [{ name: 'c', ready: false, started: false, restartCount: 0, state: { running: {} } }] }), ...more })
  const said = (p: KubeObject, events: KubeObject[] = []): string[] => podTrouble([p], events, { now: start }).map(t => `${t.reason} ${t.fatal}: ${t.message}`)
  expect(said(running({}))).toEqual(['NotReady false: container c runs and is not ready yet'])
  expect(said(running({ spec: { containers: [{ name: 'c', readinessProbe: {} }] } }))).toEqual(['NotReady false: container c runs and is not ready yet: its readiness probe has not succeeded'])
  expect(said(running({ spec: { containers: [{ name: 'c', readinessProbe: {}, startupProbe: {} }] } }))).toEqual(['NotReady false: container c runs and is not ready yet: its startup probe has not succeeded'])
  const unhealthy: KubeObject = { apiVersion: 'v1', kind: 'Event', metadata: { name: 'e' }, involvedObject: { uid: 'u', fieldPath: 'spec.containers{c}' }, type: 'Warning', reason: 'Unhealthy', message: 'Readiness probe failed: 503' }
  expect(said(running({}), [unhealthy])).toEqual(['NotReady false: container c runs and is not ready: Readiness probe failed: 503'])
  const gated = pod({ phase: 'Running', conditions: [{ type: 'ContainersReady', status: 'True' }, { type: 'Ready', status: 'False' }], containerStatuses: [{ name: 'c', ready: true, restartCount: 0, state: { running: {} } }] })
  expect(said({ ...gated, spec: { readinessGates: [{ conditionType: 'lb.example.com/attached' }] } })).toEqual(['ReadinessGatesNotReady false: its containers are ready, its readiness gate lb.example.com/attached is not'])
})

test('init containers and sidecars', () => {
  const init = (state: object, more: object = {}): KubeObject => pod({ initContainerStatuses: [{ name: 'i', ready: false, restartCount: 0, state, ...more }], containerStatuses: [{ name: 'c', ready: false, restartCount: 0, state: { waiting: { reason: 'PodInitializing' } } }] })
  expect(judge(init({ running: {} }), 1000)).toEqual([])
  expect(judge(init({ running: {} }, { started: false }), 1000)).toEqual([])
  expect(podTrouble([init({ waiting: { reason: 'CrashLoopBackOff' } }, { restartCount: 2, lastState: { terminated: { exitCode: 1 } } })], [], { now: start })).toMatchObject([{ container: 'i', fatal: true, logs: { container: 'i', previous: true } }])
})

const refused = (message: string, more: object = {}): KubeObject => ({ apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'r', namespace: 'n', uid: 'r', generation: 2 }, spec: { template: {} }, status: { observedGeneration: 2, conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }] }, ...more })
const quota = 'pods "r-1" is forbidden: exceeded quota: q, requested: pods=1'

test('a controller that cannot make pods', () => {
  const create = (o: KubeObject, events: KubeObject[] = [], seconds = 0): unknown => creationTrouble(o, {}, events, { now: at(seconds) })
  expect(create(refused(quota))).toMatchObject({ kind: 'ReplicaSet', reason: 'FailedCreate', fatal: true })
  expect(create(refused('admission webhook "x" denied the request'))).toMatchObject({ fatal: true })
  expect(create(refused('Internal error occurred: failed calling webhook'))).toMatchObject({ fatal: false })
  // One that the chart may bring, and the one the cluster makes.
  expect(create(refused('pods "r-1" is forbidden: error looking up service account n/app: serviceaccount "app" not found'))).toMatchObject({ fatal: false, fatalAt: at(30) })
  expect(create(refused('pods "r-1" is forbidden: error looking up service account n/default: serviceaccount "default" not found'))).toMatchObject({ fatal: false, fatalAt: at(120) })
  expect(create({ ...refused(''), status: {} })).toBeUndefined()
  // Said of the generation before, which this one may mend.
  expect(create(refused(quota, { metadata: { name: 'r', generation: 3 } }))).toBeUndefined()
})

test('StatefulSets, DaemonSets and Jobs say it in events, and may get room while pods go', () => {
  const event = (time: string): KubeObject => ({ apiVersion: 'v1', kind: 'Event', metadata: { name: 'e' }, involvedObject: { uid: 's' }, type: 'Warning', reason: 'FailedCreate', message: quota, lastTimestamp: time })
  const set = (replicas: number): KubeObject => ({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 's', namespace: 'n', uid: 's' }, spec: { replicas: 2 }, status: { replicas } })
  const create = (o: KubeObject, time: string): unknown => creationTrouble(o, {}, [event(time)], { now: at(60), startedAt: at(50) })
  expect(create(set(1), '2026-01-01T00:00:55Z')).toMatchObject({ kind: 'StatefulSet', reason: 'FailedCreate', fatal: false, fatalAt: at(70) })
  expect(create(set(1), '2026-01-01T00:00:40Z')).toBeUndefined()
  expect(create(set(2), '2026-01-01T00:00:55Z')).toBeUndefined()
})

test('a rolling update may make room for itself; what old ReplicaSets say does not count', () => {
  const owned = { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'd', uid: 'd', controller: true }] }
  const deployment = (maxUnavailable: number): KubeObject => ({ ...refused(quota), kind: 'Deployment', metadata: { name: 'd', uid: 'd' }, spec: { replicas: 2, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable } }, template: { spec: 'new' } } })
  const fresh: KubeObject = { ...refused(quota), metadata: { name: 'new', uid: 'new', ...owned }, spec: { template: { spec: 'new' } } }
  const old: KubeObject = { ...refused(quota), metadata: { name: 'old', uid: 'old', ...owned }, spec: { template: { spec: 'old' } } }
  const pods = [pod({}, { ownerReferences: [{ uid: 'old', controller: true }] })]
  const fatal = (maxUnavailable: number, sets: KubeObject[], own = pods): unknown => creationTrouble(deployment(maxUnavailable), { replicaSets: sets, pods: own }, [], { now: start })?.fatal
  expect(fatal(0, [fresh, old])).toBe(true)
  expect(fatal(1, [fresh, old])).toBe(false)
  expect(fatal(1, [fresh, old], [])).toBe(true)
  expect(fatal(0, [{ ...fresh, status: {} }, old])).toBeUndefined()
  expect(fatal(0, [old])).toBeUndefined()
})

test('an old pod that is not ready blocks a StatefulSet', () => {
  const set = (spec: object): KubeObject => ({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 's' }, spec })
  const crash = waits('CrashLoopBackOff', { restartCount: 5, lastState: { terminated: { exitCode: 3 } } })
  expect(blockingPods(set({}), [crash], [], { now: start })).toMatchObject([{ name: 'p', reason: 'OldPodNotReady', fatal: true, message: expect.stringContaining('(CrashLoopBackOff: container c exited with 3 5 times)') }])
  expect(blockingPods(set({ podManagementPolicy: 'Parallel' }), [crash], [], { now: start })).toEqual([])
})

test('a budget that lets no pod be evicted', () => {
  const budget = (disruptionsAllowed: number, selector: object): KubeObject => ({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'b', namespace: 'n' }, spec: { selector }, status: { disruptionsAllowed, currentHealthy: 1, desiredHealthy: 1 } })
  const p = pod({}, { labels: { app: 'a' } })
  expect(budgetInTheWay(p, [budget(0, { matchLabels: { app: 'a' } })])).toBe('PodDisruptionBudget b lets no old pod be evicted (1 healthy, 1 needed), so no drain makes room')
  expect(budgetInTheWay(p, [budget(1, { matchLabels: { app: 'a' } }), budget(0, { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['a'] }] })])).toBeUndefined()
})

test('every behaviour of the sandbox is seen for what it is', () => {
  const seen = (image: string, seconds: number): [string, boolean][] => {
    const spec = { containers: [{ name: 'c', image }] }
    let p: KubeObject = { ...pod({}), spec }
    for (const now of [start, at(seconds)]) p = { ...p, status: podAt(p as any, start, now, { podIP: '10.0.0.1', hostIP: '10.0.0.2' }).status }
    return judge(p, seconds)
  }
  expect(seen('nginx', 5)).toEqual([])
  expect(seen('slow', 500)).toEqual([['NotReady', false]])
  expect(seen('does-not-exist', 5)).toEqual([['ImagePullBackOff', false]])
  expect(seen('does-not-exist', 61)).toEqual([['ImagePullBackOff', true]])
  expect(seen('crash', 5)).toEqual([['CrashLoopBackOff', true]])
  expect(seen('oom', 5)).toEqual([['OOMKilled', true]])
  expect(seen('Not Valid', 5)).toEqual([['InvalidImageName', true]])
  expect(seen('config-error', 31)).toEqual([['CreateContainerConfigError', true]])
})

test('the pods that count are those of the newest version', () => {
  const owner = (kind: string, uid: string): object => ({ ownerReferences: [{ apiVersion: 'apps/v1', kind, name: uid, uid, controller: true }] })
  const template = (image: string, labels = {}): object => ({ metadata: { labels: { app: 'd', ...labels } }, spec: { containers: [{ name: 'c', image, resources: {} }] } })
  const deployment: KubeObject = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd', uid: 'd' }, spec: { template: template('new') } }
  const set = (uid: string, image: string): KubeObject => ({ apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: uid, uid, creationTimestamp: '2026-01-01T00:00:00Z', ...owner('Deployment', 'd') }, spec: { template: template(image, { 'pod-template-hash': uid }) } })
  const sets = [set('r1', 'old'), set('r2', 'new')]
  expect(newReplicaSet(deployment, sets)?.metadata.name).toBe('r2')
  expect(newReplicaSet(deployment, [sets[0]!])).toBeUndefined()
  const own = (name: string, kind: string, uid: string, labels = {}): KubeObject => pod({}, { name, labels, ...owner(kind, uid) })
  const pods = [own('old', 'ReplicaSet', 'r1'), own('new', 'ReplicaSet', 'r2'), own('s-0', 'StatefulSet', 's', { 'controller-revision-hash': 'a' }), own('s-1', 'StatefulSet', 's', { 'controller-revision-hash': 'b' })]
  expect(podsOf(deployment, pods, sets).map(p => p.metadata.name)).toEqual(['new'])
  expect(podsOf({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 's', uid: 's' }, status: { updateRevision: 'b' } }, pods).map(p => p.metadata.name)).toEqual(['s-1'])
})
