import { own } from '../json.ts'
import type { JsonMap } from '../json.ts'
import { parseQuantity } from '../../kube/index.ts'
import { labelProblems } from '../../kube/index.ts'
import { list, map } from './validate/checks.ts'

const podNames = new Set(['apps/deployments', 'apps/statefulsets', 'apps/replicasets', 'apps/daemonsets', 'batch/jobs', 'batch/cronjobs', '/replicationcontrollers'])

/** What a server warns of when it stores an object, beyond unknown fields; `old` is undefined for a create. */
export function storageWarnings(table: string, object: JsonMap, old?: JsonMap): string[] {
  const out: string[] = []
  if (old === undefined) names(table, object, out)
  // An update warns again only when it changes what was asked for.
  else if (object.metadata.generation !== undefined && object.metadata.generation === old.metadata.generation) return out
  const meta = (t: JsonMap | undefined): JsonMap => map(t?.metadata)
  switch (table) {
    case '/pods': podWarnings(map(object.spec), map(object.metadata), '', out); break
    case 'apps/deployments': case 'apps/statefulsets': case 'apps/replicasets': case 'apps/daemonsets': case '/replicationcontrollers': case 'batch/jobs':
      podWarnings(map(object.spec?.template?.spec), meta(object.spec?.template as JsonMap), 'spec.template.', out)
      break
    case 'batch/cronjobs':
      podWarnings(map(object.spec?.jobTemplate?.spec?.template?.spec), meta(object.spec?.jobTemplate?.spec?.template as JsonMap), 'spec.jobTemplate.spec.template.', out)
      break
    case '/services': serviceWarnings(object, out); break
    case 'networking.k8s.io/ingresses':
      if (old === undefined && object.metadata.annotations?.['kubernetes.io/ingress.class'] !== undefined) out.push('annotation "kubernetes.io/ingress.class" is deprecated, please use \'spec.ingressClassName\' instead')
      break
    default:
  }
  return out
}

function names(table: string, object: JsonMap, out: string[]): void {
  const name = object.metadata.name as string | undefined
  const problems = name ? labelProblems(name) : []
  if (problems.length === 0) return
  const where = table === '/pods' ? "the Pod's hostname" : podNames.has(table) ? 'Pod names and hostnames' : undefined
  if (where !== undefined) out.push(`metadata.name: this is used in ${where}, which can result in surprising behavior; a DNS label is recommended: [${problems.join(' ')}]`)
}

const nodeLabels: Record<string, string> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
}

const annotations: Record<string, string> = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
}

/** pkg/api/pod/warnings.go, the ones manifests meet. `at` is the path of the template with a dot, or nothing for a pod. */
function podWarnings(spec: JsonMap, metadata: JsonMap, at: string, out: string[]): void {
  for (const key of Object.keys(map(spec.nodeSelector))) {
    const message = own(nodeLabels, key) as string | undefined
    if (message) out.push(`${at}spec.nodeSelector[${key}]: ${message}`)
  }
  list(spec.topologySpreadConstraints).forEach((t, i) => {
    if (!t.labelSelector) out.push(`${at}spec.topologySpreadConstraints[${i}].labelSelector: a null labelSelector results in matching no pod`)
  })
  const given = map(metadata.annotations)
  for (const key of Object.keys(annotations)) if (Object.hasOwn(given, key)) out.push(`${at}metadata.annotations[${key}]: ${annotations[key]}`)
  list(spec.volumes).forEach((v, i) => { if (v.gitRepo) out.push(`${at}spec.volumes[${i}].gitRepo: deprecated in v1.11, and disabled by default in v1.33+`) })
  twice(list(spec.hostAliases), 'ip', `${at}spec.hostAliases`, out)
  twice(list(spec.imagePullSecrets), 'name', `${at}spec.imagePullSecrets`, out)
  list(spec.imagePullSecrets).forEach((s, i) => { if (!s.name) out.push(`${at}spec.imagePullSecrets[${i}].name: invalid empty name ""`) })
  const containers: [JsonMap, string][] = [
    ...list(spec.initContainers).map((c, i): [JsonMap, string] => [c, `${at}spec.initContainers[${i}]`]), ...list(spec.containers).map((c, i): [JsonMap, string] => [c, `${at}spec.containers[${i}]`]),
  ]
  for (const [c, path] of containers) containerWarnings(c, path, spec, given, at, out)
  const ports = new Map<string, { path: string; host: number }[]>()
  const names = new Map<string, string>()
  for (const [c, path] of containers) {
    list(c.ports).forEach((p, i) => {
      const here = `${path}.ports[${i}]`
      const key = `${p.containerPort}/${p.protocol}`
      const others = ports.get(key) ?? []
      const host = (p.hostPort as number | undefined) ?? 0
      for (const other of others) {
        if (other.host === host) out.push(`${here}: duplicate port definition with ${other.path}`)
        else if (other.host === 0 || host === 0) out.push(`${here}: overlapping port definition with ${other.path}`)
      }
      ports.set(key, [...others, { path: here, host }])
    })
  }
  for (const [c, path] of containers) {
    list(c.ports).forEach((p, i) => {
      if (!p.name) return
      const other = names.get(p.name as string)
      if (other === undefined) names.set(p.name as string, `${path}.ports[${i}]`)
      else out.push(`${path}.ports[${i}]: duplicate port name ${JSON.stringify(p.name)} with ${other}, services and probes that select ports by name will use ${other}`)
    })
  }
}

function twice(items: JsonMap[], key: string, path: string, out: string[]): void {
  const seen = new Set<unknown>()
  items.forEach((item, i) => {
    if (seen.has(item[key])) out.push(`${path}[${i}].${key}: duplicate ${key} ${JSON.stringify(item[key])}`)
    seen.add(item[key])
  })
}

function containerWarnings(c: JsonMap, path: string, spec: JsonMap, given: JsonMap, at: string, out: string[]): void {
  const armour = `container.apparmor.security.beta.kubernetes.io/${c.name}`
  if (at !== '' && !c.securityContext?.appArmorProfile && Object.hasOwn(given, armour) && !spec.securityContext?.appArmorProfile) {
    out.push(`${at}metadata.annotations[${armour}]: deprecated since v1.30; use the "appArmorProfile" field instead`)
  }
  for (const kind of ['limits', 'requests']) {
    for (const resource of ['memory', 'ephemeral-storage']) {
      const amount = map(c.resources?.[kind])[resource] as string | undefined
      if (amount !== undefined && (parseQuantity(amount)?.nano ?? 0n) % 1_000_000_000n !== 0n) out.push(`${path}.resources.${kind}[${resource}]: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`)
    }
  }
  const seen = new Set<string>()
  list(c.env).forEach((e, i) => {
    const name = e.name as string
    if (seen.has(name) && (e.valueFrom || e.value === `$(${name})` || !String(e.value ?? '').includes(`$(${name})`))) {
      out.push(`${path}.env[${i}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`)
    }
    seen.add(name)
  })
}

function serviceWarnings(o: JsonMap, out: string[]): void {
  const s = map(o.spec)
  const headless = s.type === 'ClusterIP' && s.clusterIP === 'None'
  const external = list(s.externalIPs).length > 0
  if (o.metadata.annotations?.['service.kubernetes.io/topology-aware-hints'] !== undefined) out.push('annotation service.kubernetes.io/topology-aware-hints is deprecated, please use service.kubernetes.io/topology-mode instead')
  if (headless) {
    if (s.loadBalancerIP) out.push('spec.loadBalancerIP is ignored for headless services')
    if (external) out.push('spec.externalIPs is ignored for headless services')
    if (s.sessionAffinity !== 'None') out.push('spec.SessionAffinity is ignored for headless services')
  } else if (external && s.type !== 'ExternalName') out.push('spec.externalIPs is deprecated and may no longer be implemented in some clusters')
  if (s.type === 'ExternalName' && external) out.push('spec.externalIPs is ignored when spec.type is "ExternalName"')
  if (s.type !== 'ExternalName' && s.externalName) out.push('spec.externalName is ignored when spec.type is not "ExternalName"')
  if (s.trafficDistribution === 'PreferClose') out.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"')
}
