import { own } from '../json.ts'
import type { JsonMap } from '../json.ts'
import type { ResourceType } from '../resources.ts'
import { selectorText } from '../scale.ts'

/** One column of what kubectl get shows: name, type, format, whether only -o wide shows it, and its cell. */
type Cell = string | number | boolean
interface Column { name: string; type?: string; format?: string; wide?: boolean; of: (o: JsonMap, now: number) => Cell }

/** A meta.k8s.io/v1 Table, as kubectl get asks for (pkg/printers/internalversion/printers.go). */
export function tableOf(type: ResourceType, items: readonly JsonMap[], metadata: JsonMap | undefined, includeObject: string | null): JsonMap {
  const now = Date.now()
  const columns = type.custom === undefined ? own(builtin, `${type.group}/${type.plural}`) as Column[] | undefined ?? plain : customColumns(type)
  return {
    kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: metadata ?? (items[0] ? { resourceVersion: items[0].metadata.resourceVersion } : {}),
    columnDefinitions: columns.map((c) => ({ name: c.name, type: c.type ?? 'string', format: c.format ?? '', description: '', priority: c.wide ? 1 : 0 })),
    rows: items.map((o) => ({
      cells: columns.map((c) => c.of(o, now)),
      ...(includeObject === 'None' ? {} : { object: includeObject === 'Object' ? o : { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: o.metadata } }),
    })),
  }
}

/** k8s.io/apimachinery pkg/util/duration HumanDuration. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`
  if (minutes < 180) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 8) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`
  if (hours < 48) return `${hours}h`
  const days = Math.floor(hours / 24)
  if (hours < 192) return hours % 24 === 0 ? `${days}d` : `${days}d${hours % 24}h`
  if (days < 730) return `${days}d`
  const years = Math.floor(days / 365)
  return days < 2920 && days % 365 !== 0 ? `${years}y${days % 365}d` : `${years}y`
}

const since = (time: unknown, now: number): string => (typeof time === 'string' ? duration(now - Date.parse(time)) : '<unknown>')
const list = (v: unknown): JsonMap[] => (Array.isArray(v) ? v as JsonMap[] : [])
const name: Column = { name: 'Name', format: 'name', of: (o) => o.metadata.name as string }
const age: Column = { name: 'Age', of: (o, now) => since(o.metadata.creationTimestamp, now) }
const created: Column = { name: 'Created At', type: 'date', of: (o) => o.metadata.creationTimestamp as string }
const text = (title: string, of: (o: JsonMap, now: number) => unknown, wide = false): Column => ({ name: title, ...(wide ? { wide } : {}), of: (o, now) => { const v = of(o, now); return v === undefined || v === null || v === '' ? '<none>' : v as Cell } })
const raw = (title: string, of: (o: JsonMap, now: number) => unknown, wide = false): Column => ({ name: title, ...(wide ? { wide } : {}), of: (o, now) => (of(o, now) ?? '') as Cell })
const count = (title: string, of: (o: JsonMap) => unknown): Column => ({ name: title, type: 'integer', of: (o) => (of(o) as number | undefined) ?? 0 })
/** A count that its printer declares as text. */
const number = (title: string, of: (o: JsonMap) => unknown, wide = false): Column => ({ ...count(title, of), type: 'string', ...(wide ? { wide } : {}) })
const integerText = (title: string, of: (o: JsonMap) => unknown): Column => ({ name: title, type: 'integer', of: (o) => of(o) as Cell })
const plain: Column[] = [name, created]

function containersOf(spec: (o: JsonMap) => JsonMap | undefined): Column[] {
  return [
    { name: 'Containers', wide: true, of: (o) => list(spec(o)?.containers).map((c) => c.name).join(',') },
    { name: 'Images', wide: true, of: (o) => list(spec(o)?.containers).map((c) => c.image).join(',') },
  ]
}
const templateContainers = containersOf((o) => o.spec?.template?.spec as JsonMap | undefined)
const selector: Column = { name: 'Selector', wide: true, of: (o) => selectorText(o.spec?.selector as JsonMap | undefined) || '<none>' }

function podStatus(o: JsonMap): { ready: string; status: string; restarts: Cell; lastRestart?: string } {
  const specs = list(o.spec.containers)
  const statuses = list(o.status?.containerStatuses)
  let status = (o.status?.reason as string | undefined) || (o.status?.phase as string | undefined) || 'Unknown'
  let restarts = 0
  let ready = 0
  let initializing = false
  const inits = list(o.status?.initContainerStatuses)
  for (let i = 0; i < inits.length; i++) {
    const s = inits[i]!
    const state = s.state as JsonMap | undefined
    restarts += (s.restartCount as number | undefined) ?? 0
    if (state?.terminated && state.terminated.exitCode === 0) continue
    const sidecar = list(o.spec.initContainers)[i]?.restartPolicy === 'Always'
    if (sidecar && s.started === true) { if (s.ready) ready++; continue }
    if (state?.terminated) status = `Init:${state.terminated.reason || (state.terminated.signal ? `Signal:${state.terminated.signal}` : `ExitCode:${state.terminated.exitCode}`)}`
    else if (state?.waiting?.reason && state.waiting.reason !== 'PodInitializing') status = `Init:${state.waiting.reason}`
    else status = `Init:${i}/${list(o.spec.initContainers).length}`
    initializing = true
    break
  }
  let last: string | undefined
  if (!initializing) {
    let running = false
    for (const s of [...statuses].reverse()) {
      const state = (s.state ?? {}) as JsonMap
      restarts += (s.restartCount as number | undefined) ?? 0
      const finished = s.lastState?.terminated?.finishedAt as string | undefined
      if (finished !== undefined && (last === undefined || finished > last)) last = finished
      if (state.waiting?.reason) status = state.waiting.reason as string
      else if (state.terminated) status = (state.terminated.reason as string | undefined) || (state.terminated.signal ? `Signal:${state.terminated.signal}` : `ExitCode:${state.terminated.exitCode}`)
      else if (s.ready && state.running) { running = true; ready++ }
    }
    if (status === 'Completed' && running) status = list(o.status?.conditions).some((c) => c.type === 'Ready' && c.status === 'True') ? 'Running' : 'NotReady'
  }
  if (list(o.status?.conditions).some((c) => c.type === 'PodScheduled' && c.reason === 'SchedulingGated')) status = 'SchedulingGated'
  if (o.metadata.deletionTimestamp !== undefined) status = o.status?.reason === 'NodeLost' ? 'Unknown' : 'Terminating'
  const total = specs.length + list(o.spec.initContainers).filter((c) => c.restartPolicy === 'Always').length
  return { ready: `${ready}/${total}`, status, restarts, ...(last && restarts ? { lastRestart: last } : {}) }
}

function externalIp(o: JsonMap): string {
  const external = (o.spec.externalIPs as string[] | undefined)?.join(',') ?? ''
  switch (o.spec.type) {
    case 'LoadBalancer': {
      const ips = list(o.status?.loadBalancer?.ingress).map((i) => i.ip || i.hostname).filter((i) => i)
      return [...ips, ...(external ? [external] : [])].join(',') || '<pending>'
    }
    case 'ExternalName': return (o.spec.externalName as string | undefined) ?? '<none>'
    default: return external || '<none>'
  }
}

const jobDuration = (o: JsonMap, now: number): string => {
  const start = o.status?.startTime as string | undefined
  if (start === undefined) return ''
  const end = o.status?.completionTime as string | undefined
  return duration((end === undefined ? now : Date.parse(end)) - Date.parse(start))
}

function jobState(o: JsonMap): string {
  const has = (type: string): boolean => list(o.status?.conditions).some((c) => c.type === type && c.status === 'True')
  if (has('Complete')) return 'Complete'
  if (has('Failed')) return 'Failed'
  if (o.metadata.deletionTimestamp !== undefined) return 'Terminating'
  if (has('Suspended')) return 'Suspended'
  if (has('FailureTarget')) return 'FailureTarget'
  if (has('SuccessCriteriaMet')) return 'SuccessCriteriaMet'
  return 'Running'
}

const ingressAddresses = (o: JsonMap): string => list(o.status?.loadBalancer?.ingress).map((i) => i.ip || i.hostname).join(',')
const modes: Record<string, string> = { ReadWriteOnce: 'RWO', ReadOnlyMany: 'ROX', ReadWriteMany: 'RWX', ReadWriteOncePod: 'RWOP' }
const shortModes = (v: unknown): string => ((v ?? []) as string[]).map((m) => modes[m] ?? m).join(',')
const subjects = (kind: string) => (o: JsonMap): string => list(o.subjects).filter((s) => s.kind === kind).map((s) => (kind === 'ServiceAccount' ? `${s.namespace}/${s.name}` : s.name)).join(', ')
const unset = (v: unknown): Cell => (v === undefined || v === null || v === '' ? '<unset>' : v as Cell)
function nodeStatus(o: JsonMap): string {
  const ready = list(o.status?.conditions).find((c) => c.type === 'Ready')
  return [ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady', ...(o.spec?.unschedulable ? ['SchedulingDisabled'] : [])].join(',')
}
const hard = (o: JsonMap, pick: (k: string) => boolean): string => Object.keys((o.status?.hard ?? {}) as JsonMap).sort().filter(pick).map((k) => `${k}: ${o.status?.used?.[k] ?? 0}/${o.status.hard[k]}`).join(', ')

const replicas: Column[] = [count('Desired', (o) => o.spec.replicas), count('Current', (o) => o.status?.replicas), count('Ready', (o) => o.status?.readyReplicas), age]

const builtin: Record<string, Column[]> = {
  '/pods': [
    name, { name: 'Ready', of: (o) => podStatus(o).ready }, { name: 'Status', of: (o) => podStatus(o).status },
    { name: 'Restarts', of: (o, now) => { const { restarts, lastRestart } = podStatus(o); return lastRestart ? `${restarts} (${since(lastRestart, now)} ago)` : String(restarts) } }, age,
    text('IP', (o) => o.status?.podIP, true), text('Node', (o) => o.spec.nodeName, true), text('Nominated Node', (o) => o.status?.nominatedNodeName, true),
    text('Readiness Gates', (o) => { const g = list(o.spec.readinessGates); return g.length ? `${g.filter((x) => list(o.status?.conditions).some((c) => c.type === x.conditionType && c.status === 'True')).length}/${g.length}` : undefined }, true),
  ],
  'apps/deployments': [
    name, raw('Ready', (o) => `${o.status?.readyReplicas ?? 0}/${o.spec.replicas ?? 0}`), number('Up-to-date', (o) => o.status?.updatedReplicas), number('Available', (o) => o.status?.availableReplicas), age, ...templateContainers, selector,
  ],
  'apps/replicasets': [name, ...replicas, ...templateContainers, selector],
  '/replicationcontrollers': [name, ...replicas, ...templateContainers, selector],
  'apps/statefulsets': [name, raw('Ready', (o) => `${o.status?.readyReplicas ?? 0}/${o.spec.replicas ?? 0}`), age, ...templateContainers],
  'apps/daemonsets': [
    name, count('Desired', (o) => o.status?.desiredNumberScheduled), count('Current', (o) => o.status?.currentNumberScheduled), count('Ready', (o) => o.status?.numberReady),
    count('Up-to-date', (o) => o.status?.updatedNumberScheduled), count('Available', (o) => o.status?.numberAvailable),
    text('Node Selector', (o) => Object.entries((o.spec.template.spec.nodeSelector ?? {}) as JsonMap).map(([k, v]) => `${k}=${v}`).join(',')), age, ...templateContainers, selector,
  ],
  'apps/controllerrevisions': [
    name, text('Controller', (o) => { const c = list(o.metadata.ownerReferences).find((r) => r.controller); return c && `${String(c.kind).toLowerCase()}.${String(c.apiVersion).split('/')[0]}/${c.name}` }), raw('Revision', (o) => o.revision), age,
  ],
  'batch/jobs': [
    name, raw('Status', jobState), raw('Completions', (o) => `${o.status?.succeeded ?? 0}/${o.spec.completions ?? ((o.spec.parallelism ?? 1) > 1 ? `1 of ${o.spec.parallelism}` : 1)}`), raw('Duration', jobDuration), age, ...templateContainers, selector,
  ],
  'batch/cronjobs': [
    name, raw('Schedule', (o) => o.spec.schedule), text('Timezone', (o) => o.spec.timeZone), { name: 'Suspend', type: 'boolean', of: (o) => (o.spec.suspend === true ? 'True' : 'False') }, count('Active', (o) => list(o.status?.active).length),
    text('Last Schedule', (o, now) => (o.status?.lastScheduleTime ? since(o.status.lastScheduleTime, now) : undefined)), age, ...containersOf((o) => o.spec.jobTemplate?.spec?.template?.spec as JsonMap),
    { name: 'Selector', wide: true, of: (o) => selectorText(o.spec.jobTemplate?.spec?.selector as JsonMap | undefined) || '<none>' },
  ],
  '/services': [
    name, raw('Type', (o) => o.spec.type), text('Cluster-IP', (o) => o.spec.clusterIP), raw('External-IP', externalIp),
    text('Port(s)', (o) => list(o.spec.ports).map((p) => `${p.port}${p.nodePort ? `:${p.nodePort}` : ''}/${p.protocol}`).join(',')), age, { name: 'Selector', wide: true, of: (o) => selectorText(o.spec.selector ? { matchLabels: o.spec.selector } : undefined) || '<none>' },
  ],
  'networking.k8s.io/ingresses': [
    name, text('Class', (o) => o.spec.ingressClassName ?? o.metadata.annotations?.['kubernetes.io/ingress.class']),
    raw('Hosts', (o) => { const h = list(o.spec.rules).map((r) => r.host).filter((x) => x); return h.length > 3 ? `${h.slice(0, 3).join(',')} + ${h.length - 3} more...` : h.join(',') || '*' }),
    raw('Address', ingressAddresses), raw('Ports', (o) => (list(o.spec.tls).length ? '80, 443' : '80')), age,
  ],
  'networking.k8s.io/ingressclasses': [name, raw('Controller', (o) => o.spec.controller), text('Parameters', (o) => o.spec.parameters && `${o.spec.parameters.kind}.${o.spec.parameters.apiGroup ?? ''}/${o.spec.parameters.name}`), age],
  'networking.k8s.io/networkpolicies': [name, text('Pod-Selector', (o) => selectorText(o.spec?.podSelector as JsonMap | undefined)), age],
  '/configmaps': [name, number('Data', (o) => Object.keys(o.data ?? {}).length + Object.keys(o.binaryData ?? {}).length), age],
  '/secrets': [name, raw('Type', (o) => o.type), number('Data', (o) => Object.keys(o.data ?? {}).length), age],
  '/serviceaccounts': [name, age],
  '/namespaces': [name, raw('Status', (o) => o.status?.phase), age],
  '/nodes': [
    name, raw('Status', nodeStatus),
    text('Roles', (o) => Object.keys((o.metadata.labels ?? {}) as JsonMap).map((k) => /^node-role\.kubernetes\.io\/(.+)$/.exec(k)?.[1]).filter((x) => x).join(',')), age, raw('Version', (o) => o.status?.nodeInfo?.kubeletVersion),
    text('Internal-IP', (o) => list(o.status?.addresses).find((a) => a.type === 'InternalIP')?.address, true), text('External-IP', (o) => list(o.status?.addresses).find((a) => a.type === 'ExternalIP')?.address, true),
    { name: 'OS-Image', wide: true, of: (o) => o.status?.nodeInfo?.osImage || '<unknown>' }, { name: 'Kernel-Version', wide: true, of: (o) => o.status?.nodeInfo?.kernelVersion || '<unknown>' },
    { name: 'Container-Runtime', wide: true, of: (o) => o.status?.nodeInfo?.containerRuntimeVersion || '<unknown>' },
  ],
  '/persistentvolumeclaims': [
    name, raw('Status', (o) => (o.metadata.deletionTimestamp ? 'Terminating' : o.status?.phase)), raw('Volume', (o) => o.spec.volumeName), raw('Capacity', (o) => (o.spec.volumeName ? o.status?.capacity?.storage : '')),
    raw('Access Modes', (o) => (o.spec.volumeName ? shortModes(o.status?.accessModes) : '')), raw('StorageClass', (o) => o.spec.storageClassName), raw('VolumeAttributesClass', (o) => unset(o.spec.volumeAttributesClassName)), age,
    raw('VolumeMode', (o) => unset(o.spec.volumeMode), true),
  ],
  '/persistentvolumes': [
    name, raw('Capacity', (o) => o.spec.capacity?.storage), raw('Access Modes', (o) => shortModes(o.spec.accessModes)), raw('Reclaim Policy', (o) => o.spec.persistentVolumeReclaimPolicy),
    raw('Status', (o) => (o.metadata.deletionTimestamp ? 'Terminating' : o.status?.phase)), raw('Claim', (o) => (o.spec.claimRef ? `${o.spec.claimRef.namespace}/${o.spec.claimRef.name}` : '')), raw('StorageClass', (o) => o.spec.storageClassName),
    raw('VolumeAttributesClass', (o) => unset(o.spec.volumeAttributesClassName)), raw('Reason', (o) => o.status?.reason), age, raw('VolumeMode', (o) => unset(o.spec.volumeMode), true),
  ],
  'storage.k8s.io/storageclasses': [
    { ...name, of: (o) => `${o.metadata.name}${o.metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true' ? ' (default)' : ''}` }, raw('Provisioner', (o) => o.provisioner), raw('ReclaimPolicy', (o) => o.reclaimPolicy),
    raw('VolumeBindingMode', (o) => o.volumeBindingMode), { name: 'AllowVolumeExpansion', of: (o) => o.allowVolumeExpansion === true }, age,
  ],
  'autoscaling/horizontalpodautoscalers': [
    name, raw('Reference', (o) => `${o.spec.scaleTargetRef?.kind}/${o.spec.scaleTargetRef?.name}`), raw('Targets', targets), raw('MinPods', (o) => (o.spec.minReplicas === undefined ? '<unset>' : String(o.spec.minReplicas))), number('MaxPods', (o) => o.spec.maxReplicas), number('Replicas', (o) => o.status?.currentReplicas), age,
  ],
  'policy/poddisruptionbudgets': [
    name, raw('Min Available', (o) => String(o.spec.minAvailable ?? 'N/A')), raw('Max Unavailable', (o) => String(o.spec.maxUnavailable ?? 'N/A')), count('Allowed Disruptions', (o) => o.status?.disruptionsAllowed), age,
  ],
  '/events': [
    { name: 'Last Seen', of: (o, now) => since(o.lastTimestamp ?? o.eventTime ?? o.firstTimestamp ?? o.metadata.creationTimestamp, now) }, raw('Type', (o) => o.type), raw('Reason', (o) => o.reason),
    raw('Object', (o) => `${String(o.involvedObject?.kind ?? '').toLowerCase()}/${o.involvedObject?.name}`), raw('Subobject', (o) => o.involvedObject?.fieldPath, true), raw('Source', (o) => [o.source?.component, o.source?.host].filter((x) => x).join(', '), true),
    raw('Message', (o) => String(o.message ?? '').trim()), { name: 'First Seen', wide: true, of: (o, now) => since(o.firstTimestamp ?? o.eventTime ?? o.metadata.creationTimestamp, now) },
    number('Count', (o) => o.count ?? 1, true), { ...name, wide: true },
  ],
  'rbac.authorization.k8s.io/roles': plain,
  'rbac.authorization.k8s.io/clusterroles': plain,
  'rbac.authorization.k8s.io/rolebindings': bindings(),
  'rbac.authorization.k8s.io/clusterrolebindings': bindings(),
  'apiextensions.k8s.io/customresourcedefinitions': plain,
  'apiregistration.k8s.io/apiservices': [
    name, raw('Service', (o) => (o.spec.service ? `${o.spec.service.namespace}/${o.spec.service.name}` : 'Local')),
    raw('Available', (o) => { const c = list(o.status?.conditions).find((x) => x.type === 'Available'); return c === undefined ? 'Unknown' : c.status === 'True' ? 'True' : `${c.status} (${c.reason})` }), age,
  ],
  '/endpoints': [name, text('Endpoints', endpoints), age],
  'discovery.k8s.io/endpointslices': [
    name, raw('AddressType', (o) => o.addressType), raw('Ports', (o) => (list(o.ports).length ? list(o.ports).map((p) => p.port ?? '*').slice(0, 3).join(',') : '<unset>')),
    raw('Endpoints', (o) => (list(o.endpoints).length ? list(o.endpoints).flatMap((e) => e.addresses as string[]).slice(0, 3).join(',') : '<unset>')), age,
  ],
  'coordination.k8s.io/leases': [name, raw('Holder', (o) => o.spec?.holderIdentity), age],
  'scheduling.k8s.io/priorityclasses': [name, integerText('Value', (o) => o.value), { name: 'Global-Default', type: 'boolean', of: (o) => o.globalDefault === true }, age, raw('PreemptionPolicy', (o) => o.preemptionPolicy)],
  'admissionregistration.k8s.io/validatingwebhookconfigurations': [name, count('Webhooks', (o) => list(o.webhooks).length), age],
  'admissionregistration.k8s.io/mutatingwebhookconfigurations': [name, count('Webhooks', (o) => list(o.webhooks).length), age],
  '/resourcequotas': [name, raw('Request', (o) => hard(o, (k) => !k.startsWith('limits.'))), raw('Limit', (o) => hard(o, (k) => k.startsWith('limits.'))), age],
}

function bindings(): Column[] {
  return [name, raw('Role', (o) => `${o.roleRef.kind}/${o.roleRef.name}`), age, raw('Users', subjects('User'), true), raw('Groups', subjects('Group'), true), raw('ServiceAccounts', subjects('ServiceAccount'), true)]
}

function targets(o: JsonMap): string {
  const metrics = list(o.spec.metrics)
  if (metrics.length === 0) return o.spec.targetCPUUtilizationPercentage === undefined ? '<none>' : `cpu: <unknown>/${o.spec.targetCPUUtilizationPercentage}%`
  return metrics.map((m) => {
    const r = (m.resource ?? m.containerResource) as JsonMap | undefined
    if (r?.target?.averageUtilization !== undefined) return `${r.name}: <unknown>/${r.target.averageUtilization}%`
    const target = (r ?? m.pods ?? m.object ?? m.external)?.target as JsonMap | undefined
    return `${r ? `${r.name}: ` : ''}<unknown>/${target?.averageValue ?? target?.value ?? '<auto>'}`
  }).join(', ')
}

function endpoints(o: JsonMap): string {
  const all = list(o.subsets).flatMap((s) => (list(s.ports).length === 0 ? list(s.addresses).map((a) => a.ip as string) : list(s.ports).flatMap((p) => list(s.addresses).map((a) => `${a.ip}:${p.port}`))))
  return all.length > 3 ? `${all.slice(0, 3).join(',')} + ${all.length - 3} more...` : all.join(',')
}

/** additionalPrinterColumns; Age alone when there are none. */
function customColumns(type: ResourceType): Column[] {
  const given = list(type.custom!.version.additionalPrinterColumns)
  if (given.length === 0) return [name, age]
  return [name, ...given.map((c): Column => ({
    name: c.name as string, type: c.type as string, ...(c.format ? { format: c.format as string } : {}), ...((c.priority ?? 0) > 0 ? { wide: true } : {}),
    of: (o, now) => {
      const v = jsonPath(o, c.jsonPath as string)
      if (v === undefined || v === null) return null as unknown as Cell
      if (c.type === 'date') return since(v, now)
      return typeof v === 'object' ? JSON.stringify(v) : v as Cell
    },
  }))]
}

/** The paths printer columns use: fields, indexes, and one filter on equality. */
function jsonPath(o: unknown, path: string): unknown {
  let at: unknown = o
  for (const step of path.match(/\.?[^.[\]]+|\[[^\]]*\]|\['[^']*'\]/g) ?? []) {
    if (at === undefined || at === null) return undefined
    const filter = /^\[\?\(@\.([\w.]+)\s*==\s*["']([^"']*)["']\)\]$/.exec(step)
    if (filter !== null) at = list(at).find((x) => String(x[filter[1]!]) === filter[2])
    else if (step.startsWith('[')) {
      const key = step.slice(1, -1).replace(/^['"]|['"]$/g, '')
      at = Array.isArray(at) ? at[key === '*' ? 0 : Number(key)] : own(at as JsonMap, key)
    } else at = own(at as JsonMap, step.replace(/^\./, '').replace(/\\/g, ''))
  }
  return at
}
