import type { KubeObject } from '../kube/index.ts'
import { field, isKind } from './status-fields.ts'

/** A store of External Secrets as an object names it. */
export interface StoreRef { kind: 'SecretStore' | 'ClusterSecretStore'; name: string }

export const externalSecretsGroup = 'external-secrets.io'
const inGroup = (object: KubeObject, group: string): boolean => object.apiVersion.startsWith(`${group}/`)

/** Whether the object is one of those an operator turns into Secrets, or a store they are read from. */
export function isSecretSource(object: Pick<KubeObject, 'apiVersion' | 'kind'>): boolean {
  const kinds = object.apiVersion.startsWith(`${externalSecretsGroup}/`) ? externalKinds : object.apiVersion.startsWith('bitnami.com/') ? ['SealedSecret'] : []
  return kinds.includes(object.kind)
}
const externalKinds: readonly string[] = ['SecretStore', 'ClusterSecretStore', 'ExternalSecret', 'ClusterExternalSecret', 'PushSecret']

/** What is explained first when several things are not ready: stores, then what reads them, then everything else. */
export function explainedAs(kind: string): number {
  return kind === 'SecretStore' || kind === 'ClusterSecretStore' ? 0 : ['ExternalSecret', 'ClusterExternalSecret', 'PushSecret', 'SealedSecret'].includes(kind) ? 1 : 2
}

/** The Secret an object of an operator will be made into; undefined when it is none, or makes something else. */
export function madeSecret(object: KubeObject): string | undefined {
  const { name } = object.metadata
  const said = (...path: string[]): string | undefined => {
    const value = field(object, ...path)
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  if (isKind(object, externalSecretsGroup, 'ExternalSecret')) {
    return field(object, 'spec', 'target', 'manifest') !== undefined || said('spec', 'target', 'creationPolicy') === 'None' ? undefined : (said('spec', 'target', 'name') ?? name)
  }
  if (isKind(object, 'bitnami.com', 'SealedSecret')) return said('spec', 'template', 'metadata', 'name') ?? name
  if (isKind(object, 'cert-manager.io', 'Certificate')) return said('spec', 'secretName') ?? name
  if (object.kind === 'VaultStaticSecret' || object.kind === 'VaultDynamicSecret') return said('spec', 'destination', 'name') ?? name
  return undefined
}

/** The stores an ExternalSecret, ClusterExternalSecret or PushSecret names, each once. */
export function storesOf(object: KubeObject): StoreRef[] {
  if (!inGroup(object, externalSecretsGroup)) return []
  const spec = object.kind === 'ClusterExternalSecret' ? field(object, 'spec', 'externalSecretSpec') : field(object, 'spec')
  const named = [
    field(spec, 'secretStoreRef'), ...list(field(spec, 'secretStoreRefs')),
    ...[...list(field(spec, 'data')), ...list(field(spec, 'dataFrom'))].flatMap((entry) => [field(entry, 'sourceRef', 'storeRef'), field(entry, 'sourceRef', 'secretStoreRef')]),
  ]
  const found = new Map<string, StoreRef>()
  for (const ref of named) {
    const name = field(ref, 'name')
    if (typeof name !== 'string' || name === '') continue
    const kind = field(ref, 'kind') === 'ClusterSecretStore' ? 'ClusterSecretStore' : 'SecretStore'
    found.set(`${kind}/${name}`, { kind, name })
  }
  return [...found.values()]
}

/** The keys an ExternalSecret asks its store for, as `key` or `key/property`. */
export function remoteKeys(object: KubeObject): string[] {
  const refs = [...list(field(object, 'spec', 'data')).map((d) => field(d, 'remoteRef')), ...list(field(object, 'spec', 'dataFrom')).map((d) => field(d, 'extract'))]
  return [...new Set(refs.flatMap((ref) => {
    const [key, property] = [field(ref, 'key'), field(ref, 'property')]
    return typeof key !== 'string' || key === '' ? [] : [typeof property === 'string' && property !== '' ? `${key} (${property})` : key]
  }))]
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
