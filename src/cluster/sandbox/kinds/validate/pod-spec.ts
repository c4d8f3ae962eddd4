import { equal, own } from '../../json.ts'
import type { JsonMap } from '../../json.ts'
import { formatQuantity, parseQuantity } from '../../../kube/index.ts'
import { duplicate, forbiddenField, invalidValue, notSupported, required } from '../../status.ts'
import { labelProblems, labelValueProblems, qualifiedNameProblems, subdomainProblems } from '../../../kube/index.ts'
import { internal, labels, list, map, nonNegative, portNameProblems, portProblem } from './checks.ts'
import type { Check, Problems } from './checks.ts'

/** The order in which an enumeration's values are told matters to no one but tests; Kubernetes' is kept where it does not sort. */
const unsorted = (field: string, value: unknown, supported: readonly string[]): Problems[number] =>
  ({ type: 'FieldValueNotSupported', field, value, detail: `supported values: ${supported.map((s) => JSON.stringify(s)).join(', ')}` })

/** pkg/apis/core/validation ValidatePodSpec, as far as manifests go wrong. */
export function podSpec(spec: JsonMap, at: string, out: Problems): void {
  const volumes = volumeNames(spec, `${at}.volumes`, out)
  const containers = list(spec.containers)
  if (containers.length === 0) out.push(required(`${at}.containers`))
  const names = new Set<string>()
  containers.forEach((c, i) => container(c, `${at}.containers[${i}]`, spec, volumes, names, out))
  list(spec.initContainers).forEach((c, i) => {
    container(c, `${at}.initContainers[${i}]`, spec, volumes, names, out, true)
  })
  if (!['Always', 'OnFailure', 'Never'].includes(spec.restartPolicy as string)) out.push(unsorted(`${at}.restartPolicy`, spec.restartPolicy, ['Always', 'OnFailure', 'Never']))
  if (!['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'].includes(spec.dnsPolicy as string)) out.push(unsorted(`${at}.dnsPolicy`, spec.dnsPolicy, ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']))
  labels(spec.nodeSelector, `${at}.nodeSelector`, out)
  const security = map(spec.securityContext)
  for (const key of ['runAsUser', 'runAsGroup', 'fsGroup']) {
    const id = security[key] as number | undefined
    if (id !== undefined && (id < 0 || id > 2147483647)) out.push(invalidValue(`${at}.securityContext.${key}`, id, 'must be between 0 and 2147483647, inclusive'))
  }
  if (spec.serviceAccountName) for (const p of subdomainProblems(spec.serviceAccountName as string)) out.push(invalidValue(`${at}.serviceAccountName`, spec.serviceAccountName, p))
  list(spec.tolerations).forEach((t, i) => toleration(t, `${at}.tolerations[${i}]`, out))
  if (typeof spec.activeDeadlineSeconds === 'number' && (spec.activeDeadlineSeconds < 1 || spec.activeDeadlineSeconds > 2147483647)) {
    out.push(invalidValue(`${at}.activeDeadlineSeconds`, spec.activeDeadlineSeconds, 'must be between 1 and 2147483647, inclusive'))
  }
  for (const key of ['hostname', 'subdomain']) if (spec[key]) for (const p of labelProblems(spec[key] as string)) out.push(invalidValue(`${at}.${key}`, spec[key], p))
}

function toleration(t: JsonMap, at: string, out: Problems): void {
  if (t.key) for (const p of qualifiedNameProblems(t.key as string)) out.push(invalidValue(`${at}.key`, t.key, p))
  if (!t.key && t.operator !== 'Exists') out.push(invalidValue(`${at}.operator`, t.operator ?? '', 'operator must be Exists when `key` is empty, which means "match all values and all keys"'))
  if (t.tolerationSeconds !== undefined && t.effect !== 'NoExecute') out.push(invalidValue(`${at}.effect`, t.effect ?? '', "effect must be 'NoExecute' when `tolerationSeconds` is set"))
  switch (t.operator) {
    case undefined: case '': case 'Equal':
      for (const p of labelValueProblems((t.value as string | undefined) ?? '').slice(0, 1)) out.push(invalidValue(`${at}.operator`, t.value, p))
      break
    case 'Exists':
      if (t.value) out.push(invalidValue(`${at}.operator`, internal(t, ['Key', 'Operator', 'Value', 'Effect', 'TolerationSeconds']), "value must be empty when `operator` is 'Exists'"))
      break
    default: out.push(notSupported(`${at}.operator`, t.operator, ['Equal', 'Exists']))
  }
  if (t.effect && !['NoSchedule', 'PreferNoSchedule', 'NoExecute'].includes(t.effect as string)) out.push(notSupported(`${at}.effect`, t.effect, ['NoExecute', 'NoSchedule', 'PreferNoSchedule']))
}

function volumeNames(spec: JsonMap, at: string, out: Problems): Set<string> {
  const names = new Set<string>()
  list(spec.volumes).forEach((v, i) => {
    const here = `${at}[${i}]`
    const sources = Object.keys(v).filter((k) => k !== 'name').sort((a, b) => Number(b === 'emptyDir') - Number(a === 'emptyDir'))
    sources.slice(1).forEach((s) => out.push(forbiddenField(`${here}.${s}`, 'may not specify more than 1 volume type')))
    source(v, here, out)
    const name = (v.name as string | undefined) ?? ''
    if (name === '') out.push(required(`${here}.name`))
    else for (const p of labelProblems(name)) out.push(invalidValue(`${here}.name`, name, p))
    if (names.has(name)) out.push(duplicate(`${here}.name`, name))
    names.add(name)
  })
  return names
}

function source(v: JsonMap, at: string, out: Problems): void {
  const need = (value: unknown, field: string): void => { if (!value) out.push(required(field)) }
  if (v.configMap) { need(v.configMap.name, `${at}.configMap.name`); items(v.configMap as JsonMap, `${at}.configMap`, out) }
  if (v.secret) { need(v.secret.secretName, `${at}.secret.secretName`); items(v.secret as JsonMap, `${at}.secret`, out) }
  if (v.persistentVolumeClaim) need(v.persistentVolumeClaim.claimName, `${at}.persistentVolumeClaim.claimName`)
  if (v.hostPath) need(v.hostPath.path, `${at}.hostPath.path`)
  if (v.nfs) { need(v.nfs.server, `${at}.nfs.server`); need(v.nfs.path, `${at}.nfs.path`) }
  if (v.csi) need(v.csi.driver, `${at}.csi.driver`)
  list(v.projected?.sources).forEach((s, i) => {
    for (const key of ['configMap', 'secret']) if (s[key]) { need(s[key].name, `${at}.projected.sources[${i}].${key}.name`); items(s[key] as JsonMap, `${at}.projected.sources[${i}].${key}`, out) }
    if (s.serviceAccountToken) need(s.serviceAccountToken.path, `${at}.projected.sources[${i}].serviceAccountToken.path`)
  })
}

function items(volume: JsonMap, at: string, out: Problems): void {
  list(volume.items).forEach((k, i) => {
    if (!k.key) out.push(required(`${at}.items[${i}].key`))
    if (!k.path) out.push(required(`${at}.items[${i}].path`))
  })
}

const standardResources = new Set(['cpu', 'memory', 'ephemeral-storage'])

function container(c: JsonMap, at: string, spec: JsonMap, volumes: ReadonlySet<string>, names: Set<string>, out: Problems, init = false): void {
  const name = (c.name as string | undefined) ?? ''
  if (name === '') out.push(required(`${at}.name`))
  else for (const p of labelProblems(name)) out.push(invalidValue(`${at}.name`, name, p))
  const image = (c.image as string | undefined) ?? ''
  const imageProblem = image === '' ? required(`${at}.image`) : image !== image.trim() ? invalidValue(`${at}.image`, image, 'must not have leading or trailing whitespace') : undefined
  const double = name !== '' && names.has(name) ? duplicate(`${at}.name`, name) : undefined
  names.add(name)
  if (!init && double) out.push(double)
  if (imageProblem) out.push(imageProblem)
  if (init && double) out.push(double)
  if (init && c.restartPolicy === undefined) for (const key of ['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle']) if (c[key]) out.push(forbiddenField(`${at}.${key}`, 'may not be set for init containers without restartPolicy=Always'))
  probes(c, at, out)
  ports(c, at, spec, out)
  env(c, at, out)
  mounts(c, at, volumes, out)
  if (!['Always', 'IfNotPresent', 'Never'].includes(c.imagePullPolicy as string)) out.push(c.imagePullPolicy ? notSupported(`${at}.imagePullPolicy`, c.imagePullPolicy, ['Always', 'IfNotPresent', 'Never']) : required(`${at}.imagePullPolicy`))
  resources(map(c.resources), `${at}.resources`, out)
  const security = map(c.securityContext)
  if (security.privileged === true && security.allowPrivilegeEscalation === false) {
    out.push(invalidValue(`${at}.securityContext`, {
      Capabilities: security.capabilities ?? null, Privileged: true, SELinuxOptions: security.seLinuxOptions ?? null, WindowsOptions: security.windowsOptions ?? null, RunAsUser: security.runAsUser ?? null,
      RunAsGroup: security.runAsGroup ?? null, RunAsNonRoot: security.runAsNonRoot ?? null, ReadOnlyRootFilesystem: security.readOnlyRootFilesystem ?? null, AllowPrivilegeEscalation: false,
      ProcMount: security.procMount ?? null, SeccompProfile: security.seccompProfile ?? null, AppArmorProfile: security.appArmorProfile ?? null,
    }, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'))
  }
  for (const key of ['runAsUser', 'runAsGroup']) if (typeof security[key] === 'number' && security[key] < 0) out.push(invalidValue(`${at}.securityContext.${key}`, security[key], 'must be between 0 and 2147483647, inclusive'))
}

function handlers(h: JsonMap, at: string, out: Problems): void {
  let found = 0
  const one = (key: string, check: (v: JsonMap, here: string) => void): void => {
    if (h[key] === undefined || h[key] === null) return
    if (found++ > 0) out.push(forbiddenField(`${at}.${key}`, 'may not specify more than 1 handler type'))
    else check(map(h[key]), `${at}.${key}`)
  }
  one('exec', (v, here) => { if (list(v.command).length === 0) out.push(required(`${here}.command`)) })
  one('httpGet', (v, here) => {
    if (!v.path) out.push(required(`${here}.path`))
    intOrName(v.port, `${here}.port`, out)
    if (v.scheme !== 'HTTP' && v.scheme !== 'HTTPS') out.push(notSupported(`${here}.scheme`, v.scheme, ['HTTP', 'HTTPS']))
  })
  one('tcpSocket', (v, here) => intOrName(v.port, `${here}.port`, out))
  one('grpc', (v, here) => { const p = portProblem(v.port); if (p) out.push(invalidValue(`${here}.port`, v.port, p)) })
  one('sleep', () => {})
  if (found === 0) out.push(required(at, 'must specify a handler type'))
}

function intOrName(port: unknown, at: string, out: Problems): void {
  if (typeof port === 'string') for (const p of portNameProblems(port)) out.push(invalidValue(at, port, p))
  else {
    const p = portProblem(port)
    if (p) out.push(invalidValue(at, port ?? 0, p))
  }
}

function probes(c: JsonMap, at: string, out: Problems): void {
  for (const key of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = c[key] as JsonMap | undefined
    if (!probe) continue
    const here = `${at}.${key}`
    handlers(probe, here, out)
    for (const field of ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold']) nonNegative(probe[field], `${here}.${field}`, out)
    if (key !== 'readinessProbe' && probe.successThreshold !== 1 && probe.successThreshold !== undefined) out.push(invalidValue(`${here}.successThreshold`, probe.successThreshold, 'must be 1'))
  }
  for (const key of ['postStart', 'preStop']) if (c.lifecycle?.[key]) handlers(c.lifecycle[key] as JsonMap, `${at}.lifecycle.${key}`, out)
}

function ports(c: JsonMap, at: string, spec: JsonMap, out: Problems): void {
  const names = new Set<string>()
  list(c.ports).forEach((p, i) => {
    const here = `${at}.ports[${i}]`
    if (p.name) {
      const problems = portNameProblems(p.name as string)
      for (const m of problems) out.push(invalidValue(`${here}.name`, p.name, m))
      if (problems.length === 0 && names.has(p.name as string)) out.push(duplicate(`${here}.name`, p.name))
      names.add(p.name as string)
    }
    if (!p.containerPort) out.push(required(`${here}.containerPort`))
    else { const m = portProblem(p.containerPort); if (m) out.push(invalidValue(`${here}.containerPort`, p.containerPort, m)) }
    if (p.hostPort) { const m = portProblem(p.hostPort); if (m) out.push(invalidValue(`${here}.hostPort`, p.hostPort, m)) }
    if (!['TCP', 'UDP', 'SCTP'].includes(p.protocol as string)) out.push(p.protocol ? notSupported(`${here}.protocol`, p.protocol, ['SCTP', 'TCP', 'UDP']) : required(`${here}.protocol`))
    // A pod's host ports have been filled in by now; a template's may be left out.
    if (spec.hostNetwork === true && p.hostPort && p.hostPort !== p.containerPort) out.push(invalidValue(`${here}.hostPort`, p.hostPort, 'must match `containerPort` when `hostNetwork` is true'))
  })
}

const envSources = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef']

function env(c: JsonMap, at: string, out: Problems): void {
  list(c.env).forEach((e, i) => {
    const here = `${at}.env[${i}]`
    const name = (e.name as string | undefined) ?? ''
    if (name === '') out.push(required(`${here}.name`))
    else if (!/^[ -<>-~]+$/.test(name)) out.push(invalidValue(`${here}.name`, name, "a valid environment variable name must consist only of printable ASCII characters other than '='"))
    const from = e.valueFrom as JsonMap | undefined
    if (from === undefined) return
    const given = envSources.filter((s) => from[s])
    if (given.length > 0 && e.value) out.push(invalidValue(`${here}.valueFrom`, '', 'may not be specified when `value` is not empty'))
    else if (given.length > 1) out.push(invalidValue(`${here}.valueFrom`, '', 'may not have more than one field specified at a time'))
    if (given.length === 0) out.push(invalidValue(`${here}.valueFrom`, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`'))
    for (const s of ['configMapKeyRef', 'secretKeyRef']) if (from[s] && !from[s].key) out.push(required(`${here}.valueFrom.${s}.key`))
    if (from.fieldRef && !from.fieldRef.fieldPath) out.push(required(`${here}.valueFrom.fieldRef.fieldPath`))
    if (from.resourceFieldRef && !from.resourceFieldRef.resource) out.push(required(`${here}.valueFrom.resourceFieldRef.resource`))
  })
  list(c.envFrom).forEach((e, i) => {
    const here = `${at}.envFrom[${i}]`
    if (e.configMapRef && e.secretRef) out.push(invalidValue(here, '', 'may not have more than one field specified at a time'))
    else if (!e.configMapRef && !e.secretRef) out.push(invalidValue(here, '', 'must specify one of: `configMapRef` or `secretRef`'))
  })
}

function mounts(c: JsonMap, at: string, volumes: ReadonlySet<string>, out: Problems): void {
  const paths = new Set<string>()
  list(c.volumeMounts).forEach((m, i) => {
    const here = `${at}.volumeMounts[${i}]`
    if (!m.name) out.push(required(`${here}.name`))
    if (m.name && !volumes.has(m.name as string)) out.push({ type: 'FieldValueNotFound', field: `${here}.name`, value: m.name, detail: '' })
    if (!m.mountPath) out.push(required(`${here}.mountPath`))
    else if (paths.has(m.mountPath as string)) out.push(invalidValue(`${here}.mountPath`, m.mountPath, 'must be unique'))
    paths.add(m.mountPath as string)
    if (m.subPath && String(m.subPath).split('/').includes('..')) out.push(invalidValue(`${here}.subPath`, m.subPath, "must not contain '..'"))
  })
}

function resources(r: JsonMap, at: string, out: Problems): void {
  const limits = map(r.limits)
  const requests = map(r.requests)
  const check = (amounts: JsonMap, here: string): void => {
    for (const key of Object.keys(amounts)) {
      const field = `${here}[${key}]`
      for (const p of qualifiedNameProblems(key)) out.push(invalidValue(field, key, p))
      if (!key.includes('/') && !standardResources.has(key) && !key.startsWith('hugepages-')) {
        if (qualifiedNameProblems(key).length === 0) out.push(invalidValue(field, key, 'must be a standard resource type or fully qualified'))
        out.push(invalidValue(field, key, 'must be a standard resource for containers'))
      }
      const q = parseQuantity(amounts[key] as string)
      if (q !== undefined && q.nano < 0n) out.push(invalidValue(field, formatQuantity(q), 'must be greater than or equal to 0'))
    }
  }
  check(limits, `${at}.limits`)
  check(requests, `${at}.requests`)
  for (const key of Object.keys(requests)) {
    const limit = own(limits, key) as string | undefined
    const request = requests[key] as string
    if (limit !== undefined && (parseQuantity(request)?.nano ?? 0n) > (parseQuantity(limit)?.nano ?? 0n)) {
      out.push(invalidValue(`${at}.requests`, request, `must be less than or equal to ${key} limit of ${limit}`))
    }
  }
}

const mutable = '`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

/** A pod, and what of it may change. */
export const pod: Check = (o, old) => {
  const out: Problems = []
  podSpec(o.spec as JsonMap, 'spec', out)
  if (old === undefined || out.length > 0) return out
  const count = (p: JsonMap, key: string): number => list(p.spec[key]).length
  if (count(o, 'containers') !== count(old, 'containers')) out.push(forbiddenField('spec.containers', 'pod updates may not add or remove containers'))
  else if (count(o, 'initContainers') !== count(old, 'initContainers')) out.push(forbiddenField('spec.initContainers', 'pod updates may not add or remove containers'))
  else {
    const bare = (p: JsonMap): JsonMap => ({
      ...p.spec, activeDeadlineSeconds: 0, tolerations: 0, terminationGracePeriodSeconds: 0, nodeName: 0, ephemeralContainers: 0, schedulingGates: 0,
      containers: list(p.spec.containers).map((c) => ({ ...c, image: '' })), initContainers: list(p.spec.initContainers).map((c) => ({ ...c, image: '' })),
    })
    const lost = list(old.spec.tolerations).some((t) => !list(o.spec.tolerations).some((u) => equal(t, u)))
    const moved = old.spec.nodeName !== undefined && old.spec.nodeName !== o.spec.nodeName
    if (lost || moved || !equal(bare(o), bare(old))) out.push(forbiddenField('spec', `pod updates may not change fields other than ${mutable}\n`))
  }
  return out
}
