import { equalJson } from '../../cluster/kube/index.ts'
import type { KubeObject } from '../../cluster/kube/index.ts'
import type { Manifest, Name } from './manifest.ts'

/** A ConfigMap or Secret that pods read. */
export interface ConfigRef { readonly kind: 'ConfigMap' | 'Secret'; readonly name: string }

/**
 * A pod template with the names of what its pods read as configuration exchanged: `envFrom`, `env`, volumes, projected volumes. Credentials for images are none.
 * @param rename is asked for each; undefined leaves it
 */
export function withReferences(template: any, rename: (ref: ConfigRef) => string | undefined): any {
  const renamed = (kind: ConfigRef['kind'], key: string, source: any): any => {
    const name = isMap(source) && typeof source[key] === 'string' ? rename({ kind, name: source[key] }) : undefined
    return name === undefined ? source : { ...source, [key]: name }
  }
  const refs = (holder: any, config: string, secret: string): any => (isMap(holder)
    ? { ...holder, ...(holder[config] !== undefined && { [config]: renamed('ConfigMap', 'name', holder[config]) }), ...(holder[secret] !== undefined && { [secret]: renamed('Secret', 'name', holder[secret]) }) }
    : holder)
  const container = (c: any): any => (isMap(c)
    ? {
        ...c,
        ...(Array.isArray(c.envFrom) && { envFrom: c.envFrom.map((e: any) => refs(e, 'configMapRef', 'secretRef')) }),
        ...(Array.isArray(c.env) && { env: c.env.map((e: any) => (isMap(e?.valueFrom) ? { ...e, valueFrom: refs(e.valueFrom, 'configMapKeyRef', 'secretKeyRef') } : e)) }),
      }
    : c)
  const volume = (v: any): any => {
    if (!isMap(v)) return v
    const out: any = { ...v, ...(v.configMap !== undefined && { configMap: renamed('ConfigMap', 'name', v.configMap) }), ...(v.secret !== undefined && { secret: renamed('Secret', 'secretName', v.secret) }) }
    if (Array.isArray(v.projected?.sources)) out.projected = { ...v.projected, sources: v.projected.sources.map((s: any) => refs(s, 'configMap', 'secret')) }
    return out
  }
  const spec = template?.spec
  if (!isMap(spec)) return template
  const each = (key: string, change: (item: any) => any): object => (Array.isArray(spec[key]) ? { [key]: spec[key].map(change) } : {})
  return { ...template, spec: { ...spec, ...each('initContainers', container), ...each('containers', container), ...each('volumes', volume) } }
}

/** What the pods of a workload read as configuration. */
export function configOf(workload: KubeObject): readonly ConfigRef[] {
  const found = new Map<string, ConfigRef>()
  withReferences(workload.spec?.template, (ref) => {
    found.set(`${ref.kind}/${ref.name}`, ref)
    return undefined
  })
  return [...found.values()]
}

/** The configuration that the pods read of both revisions, where it differs. Labels of it are not read by pods. */
export function changedConfig(stable: Manifest, target: Manifest, now: KubeObject): ConfigRef[] {
  const { namespace } = target.nameOf(now)
  return configOf(now).filter(({ kind, name }) => {
    const at: Name = { kind, group: '', namespace, name }
    const [before, after] = [stable.find(at), target.find(at)]
    return before !== undefined && after !== undefined && ['data', 'binaryData', 'stringData', 'type'].some((key) => !equalJson(before[key] ?? null, after[key] ?? null))
  })
}

const isMap = (value: unknown): value is Record<string, any> => typeof value === 'object' && value !== null && !Array.isArray(value)
