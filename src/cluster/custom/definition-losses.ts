import { equalJson } from '../kube/index.ts'
import type { JsonMap, KubeObject } from '../kube/index.ts'

/** What a change of a definition would break, seen from the definition alone. */
export interface DefinitionLoss {
  /** `names` and `scope` change what the definition is; `stored` and `conversion` make objects unreadable; `served` turns clients away. */
  kind: 'scope' | 'names' | 'stored' | 'served' | 'conversion'
  /** Field of the definition. */
  field: string
  version?: string
  message: string
  advice: string
}

/** Compares a live definition with what it would become. Whether a version that is no longer served matters, only objects and clients tell. */
export function definitionLosses(live: KubeObject, next: KubeObject): DefinitionLoss[] {
  const out: DefinitionLoss[] = []
  const text = (value: unknown): string => JSON.stringify(value ?? null)
  for (const field of ['group', 'scope'] as const) {
    if (live.spec[field] !== next.spec[field]) out.push({ kind: 'scope', field: `spec.${field}`, message: `changes from ${text(live.spec[field])} to ${text(next.spec[field])}`, advice: 'A definition keeps its group and scope: give the new one another name, and move the objects over.' })
  }
  for (const field of ['kind', 'plural', 'singular', 'listKind'] as const) {
    const [before, after] = [live.spec.names?.[field], next.spec.names?.[field]]
    if (after !== undefined && before !== after) out.push({ kind: 'names', field: `spec.names.${field}`, message: `changes from ${text(before)} to ${text(after)}: clients and manifests that use the old name would fail`, advice: 'Keep the names, or define another kind and move the objects over.' })
  }
  const versions = versionsOf(next)
  for (const version of (live.status?.storedVersions ?? []) as string[]) {
    if (versions.has(version)) continue
    out.push({ kind: 'stored', field: 'spec.versions', version, message: `${version} is removed, and objects may still be stored in it (status.storedVersions)`, advice: `Keep ${version} with served: false, write every object once so that it is stored anew, take ${version} out of status.storedVersions, then remove it.` })
  }
  for (const [name, version] of versionsOf(live)) {
    if (version.served === true && versions.get(name)?.served !== true) {
      out.push({ kind: 'served', field: `spec.versions[name=${name}].served`, version: name, message: `${name} would not be served any more`, advice: `Move clients and manifests to ${[...versions.values()].filter((v) => v.served === true).map((v) => String(v.name)).join(', ') || 'another version'} first.` })
    }
  }
  const stored = (live.status?.storedVersions ?? []) as string[]
  const [before, after] = [live.spec.conversion?.strategy ?? 'None', next.spec.conversion?.strategy ?? 'None']
  if (before === 'Webhook' && after === 'None' && (stored.length > 1 || schemasDiffer(next))) {
    out.push({ kind: 'conversion', field: 'spec.conversion.strategy', message: `the webhook that converts between ${[...new Set([...stored, ...versionsOf(next).keys()])].join(', ')} is taken away: objects would be read as if nothing differed`, advice: 'Keep the webhook until all objects are stored in one version and only that one is served.' })
  }
  return out
}

export function versionsOf(definition: KubeObject): Map<string, JsonMap> {
  return new Map(((definition.spec?.versions ?? []) as JsonMap[]).map((v) => [String(v.name), v]))
}

function schemasDiffer(definition: KubeObject): boolean {
  const schemas = [...versionsOf(definition).values()].filter((v) => v.served === true).map((v) => v.schema)
  return schemas.some((schema) => !equalJson(schema, schemas[0]))
}
