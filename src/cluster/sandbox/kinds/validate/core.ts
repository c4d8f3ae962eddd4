import { isIP } from 'node:net'
import { jsonSyntaxError } from '../../../../language/go/index.ts'
import { equal, isEmptyValue } from '../../json.ts'
import type { JsonMap } from '../../json.ts'
import { parseQuantity } from '../../../kube/index.ts'
import { duplicate, forbiddenField, invalidValue, notSupported, required } from '../../status.ts'
import { labelProblems, subdomainProblems } from '../../../kube/index.ts'
import { configKeyProblems, list, map, portNameProblems, portProblem } from './checks.ts'
import type { Check, Problems } from './checks.ts'

function keys(data: unknown, field: string, out: Problems): void {
  for (const key of Object.keys(map(data)).sort()) for (const p of configKeyProblems(key)) out.push(invalidValue(`${field}[${key}]`, key, p))
}

function sizeOf(o: JsonMap): number {
  let n = 0
  for (const field of ['data', 'binaryData']) for (const v of Object.values(map(o[field])) as string[]) n += field === 'binaryData' || o.kind === 'Secret' ? Math.floor((v ?? '').length * 3 / 4) : Buffer.byteLength(v ?? '')
  return n
}

const limit = 1024 * 1024

export const configMap: Check = (o) => {
  const out: Problems = []
  keys(o.data, 'data', out)
  keys(o.binaryData, 'binaryData', out)
  for (const key of Object.keys(map(o.data))) if (Object.hasOwn(map(o.binaryData), key)) out.push(invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData'))
  if (sizeOf(o) > limit) out.push({ type: 'FieldValueTooLong', field: '', detail: `may not be more than ${limit} bytes` })
  return out
}

/** pkg/apis/core/validation ValidateSecret. Values never appear in the texts. */
export const secret: Check = (o, old) => {
  const out: Problems = []
  keys(o.data, 'data', out)
  if (sizeOf(o) > limit) out.push({ type: 'FieldValueTooLong', field: 'data', detail: `may not be more than ${limit} bytes` })
  const data = map(o.data)
  const need = (key: string): void => { if (!Object.hasOwn(data, key)) out.push(required(`data[${key}]`)) }
  const json = (key: string): void => {
    if (!Object.hasOwn(data, key)) { out.push(required(`data[${key}]`)); return }
    const problem = jsonSyntaxError(Buffer.from(String(data[key] ?? ''), 'base64').toString('utf8'))
    if (problem !== undefined) out.push(invalidValue(`data[${key}]`, '<secret contents redacted>', problem))
  }
  switch (o.type) {
    case 'kubernetes.io/tls': need('tls.crt'); need('tls.key'); break
    case 'kubernetes.io/dockerconfigjson': json('.dockerconfigjson'); break
    case 'kubernetes.io/dockercfg': json('.dockercfg'); break
    case 'kubernetes.io/ssh-auth': need('ssh-privatekey'); break
    case 'kubernetes.io/basic-auth': if (!Object.hasOwn(data, 'username') && !Object.hasOwn(data, 'password')) { need('username'); need('password') } break
    case 'kubernetes.io/service-account-token':
      if (!o.metadata.annotations?.['kubernetes.io/service-account.name']) out.push(required('metadata.annotations[kubernetes.io/service-account.name]'))
      break
    default:
  }
  if (old !== undefined && o.type !== old.type) out.push(invalidValue('type', o.type, 'field is immutable'))
  return out
}

const ipProblem = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'

/** pkg/apis/core/validation ValidateService. */
export const service: Check = (o, old) => {
  const out: Problems = []
  const s = o.spec as JsonMap
  const ports = list(s.ports)
  if (ports.length === 0 && s.clusterIP !== 'None' && s.type !== 'ExternalName') out.push(required('spec.ports'))
  if (s.type === 'LoadBalancer') for (let i = 0; i < ports.length; i++) if (s.clusterIP === 'None') { out.push(invalidValue('spec.clusterIPs[0]', 'None', "may not be set to 'None' for LoadBalancer services")); break }
  if (s.type === 'ExternalName') {
    if (s.clusterIP && s.clusterIP !== 'None') out.push(forbiddenField('spec.clusterIPs', 'may not be set when `type` is \'ExternalName\''))
    if (!s.externalName) out.push(required('spec.externalName'))
    else for (const p of subdomainProblems(String(s.externalName).replace(/\.$/, ''))) out.push(invalidValue('spec.externalName', s.externalName, p))
  }
  const names = new Set<string>()
  ports.forEach((p, i) => servicePort(p, `spec.ports[${i}]`, ports.length > 1, s.clusterIP === 'None', names, out))
  if (!['None', 'ClientIP'].includes(s.sessionAffinity as string)) out.push(notSupported('spec.sessionAffinity', s.sessionAffinity, ['ClientIP', 'None']))
  list(s.clusterIPs).forEach((ip, i) => { if ((ip as unknown) !== 'None' && (ip as unknown) !== '' && isIP(ip as unknown as string) === 0) out.push(invalidValue(`spec.clusterIPs[${i}]`, ip, ipProblem)) })
  list(s.externalIPs).forEach((ip, i) => { if (isIP(ip as unknown as string) === 0) out.push(invalidValue(`spec.externalIPs[${i}]`, ip, ipProblem)) })
  if (!['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'].includes(s.type as string)) out.push(notSupported('spec.type', s.type, ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']))
  if (s.type === 'ClusterIP') ports.forEach((p, i) => { if (p.nodePort) out.push(forbiddenField(`spec.ports[${i}].nodePort`, "may not be used when `type` is 'ClusterIP'")) })
  const seen = new Set<string>()
  ports.forEach((p, i) => {
    const key = `${p.protocol} ${p.port}`
    if (seen.has(key)) out.push(duplicate(`spec.ports[${i}]`, { Name: '', Protocol: p.protocol, AppProtocol: null, Port: p.port, TargetPort: 0, NodePort: 0 }))
    seen.add(key)
  })
  if (old !== undefined) {
    const before = old.spec as JsonMap
    const fixed = (x: JsonMap): boolean => x.type !== 'ExternalName' && !!x.clusterIP
    if (fixed(before) && fixed(s) && !equal(list(before.clusterIPs)[0], list(s.clusterIPs)[0])) out.push(invalidValue('spec.clusterIPs[0]', s.clusterIPs, 'may not change once set'))
  }
  return out
}

function servicePort(p: JsonMap, at: string, named: boolean, headless: boolean, names: Set<string>, out: Problems): void {
  if (named && !p.name) out.push(required(`${at}.name`))
  else if (p.name) {
    for (const m of labelProblems(p.name as string)) out.push(invalidValue(`${at}.name`, p.name, m))
    if (names.has(p.name as string)) out.push(duplicate(`${at}.name`, p.name))
    names.add(p.name as string)
  }
  const port = portProblem(p.port)
  if (port) out.push(invalidValue(`${at}.port`, p.port ?? 0, port))
  if (!['TCP', 'UDP', 'SCTP'].includes(p.protocol as string)) out.push(p.protocol ? notSupported(`${at}.protocol`, p.protocol, ['SCTP', 'TCP', 'UDP']) : required(`${at}.protocol`))
  if (typeof p.targetPort === 'string') { for (const m of portNameProblems(p.targetPort)) out.push(invalidValue(`${at}.targetPort`, p.targetPort, m)) } else {
    const m = portProblem(p.targetPort)
    if (m) out.push(invalidValue(`${at}.targetPort`, p.targetPort ?? 0, m))
  }
  void headless
}

const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']

export const persistentVolumeClaim: Check = (o, old) => {
  const out: Problems = []
  const s = o.spec as JsonMap
  const modes = (s.accessModes ?? []) as string[]
  if (modes.length === 0) out.push(required('spec.accessModes', 'at least 1 access mode is required'))
  for (const mode of modes) if (!accessModes.includes(mode)) out.push(notSupported('spec.accessModes', mode, accessModes))
  const storage = s.resources?.requests?.storage as string | undefined
  if (storage === undefined) out.push(required('spec.resources[storage]'))
  else if ((parseQuantity(storage)?.nano ?? 0n) <= 0n) out.push(invalidValue('spec.resources[storage]', storage, 'must be greater than zero'))
  if (old !== undefined && out.length === 0) {
    const bound = old.status?.phase === 'Bound'
    const bare = (x: JsonMap): JsonMap => {
      const { resources, volumeName, volumeAttributesClassName, storageClassName, ...rest } = x
      // A claim without a class gets one later (retroactive default storage class).
      return { ...rest, storageClassName: old.spec.storageClassName === undefined ? null : storageClassName, resources: bound ? 0 : resources, volumeName: old.spec.volumeName === undefined ? 0 : volumeName, vac: bound ? 0 : volumeAttributesClassName }
    }
    if (!equal(bare(s), bare(old.spec as JsonMap))) out.push(forbiddenField('spec', 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n'))
    else if (bound) {
      const from = parseQuantity((old.spec.resources?.requests?.storage as string | undefined) ?? '0')!.nano
      if ((parseQuantity(storage!)?.nano ?? 0n) < from) out.push(forbiddenField('spec.resources.requests.storage', 'field can not be less than status.capacity'))
    }
  }
  return out
}

export const persistentVolume: Check = (o) => {
  const out: Problems = []
  const s = o.spec as JsonMap
  if (isEmptyValue(s.accessModes)) out.push(required('spec.accessModes'))
  for (const mode of (s.accessModes ?? []) as string[]) if (!accessModes.includes(mode)) out.push(notSupported('spec.accessModes', mode, accessModes))
  if (isEmptyValue(s.capacity)) out.push(required('spec.capacity'))
  if (!Object.hasOwn(map(s.capacity), 'storage') || Object.keys(map(s.capacity)).length > 1) out.push(notSupported('spec.capacity', s.capacity ?? null, ['storage']))
  const types = ['hostPath', 'nfs', 'csi', 'local', 'iscsi', 'awsElasticBlockStore', 'gcePersistentDisk', 'azureDisk', 'azureFile', 'cephfs', 'rbd', 'fc', 'vsphereVolume', 'glusterfs', 'cinder', 'flexVolume', 'flocker', 'photonPersistentDisk', 'portworxVolume', 'quobyte', 'scaleIO', 'storageos']
  if (!types.some((t) => s[t])) out.push(required('spec', 'must specify a volume type'))
  return out
}
