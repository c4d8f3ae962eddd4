import type { KubeObject } from '../../cluster/kube/index.ts'

/** A field that a manifest says and somebody else has changed since it was applied. */
export interface TakenField { readonly path: string; readonly by?: string }

type Trie = Readonly<Record<string, any>>
interface Entry { readonly manager: string; readonly fields: Trie }

/**
 * Fields of a manifest that its manager does not own any more, by the server's books: whoever changes a value takes it from the manager before. Values are not
 * compared, for the server writes many of them in another form.
 * @param own managers whose writes are the release's
 */
export function takenFields(manifest: KubeObject, live: KubeObject, own: ReadonlySet<string>, except: (path: string) => boolean = () => false): TakenField[] {
  const entries = (live.metadata.managedFields ?? []).filter((m: any) => m.subresource === undefined || m.subresource === '' || m.subresource === 'scale').map((m: any): Entry => ({ manager: String(m.manager ?? ''), fields: m.fieldsV1 ?? {} }))
  const ours = entries.filter((e) => own.has(e.manager))
  if (ours.length === 0) return []
  const others = entries.filter((e) => !own.has(e.manager))
  const taken: TakenField[] = []
  const { apiVersion: _version, kind: _kind, status: _status, metadata, ...rest } = asData(manifest)
  const walk = (value: unknown, path: string, mine: readonly Trie[], theirs: readonly Entry[]): void => {
    if (value === null || value === undefined || except(path)) return
    // An owned field without anything below it is owned as a whole: a value, or an atomic list or map.
    if (mine.some((t) => Object.keys(t).length === 0)) return
    const by = theirs.find((e) => Object.keys(e.fields).length === 0)?.manager
    // Lost as a whole, with all below it.
    if (by !== undefined && mine.length === 0) return void taken.push({ path, by })
    if (Array.isArray(value)) {
      if (mine.length === 0) return void taken.push({ path })
      for (const item of value) {
        const key = mine.flatMap(Object.keys).concat(theirs.flatMap((e) => Object.keys(e.fields))).find((k) => means(k, item))
        // Items without a name cannot be told apart here.
        if (key !== undefined) walk(item, `${path}[${label(key)}]`, below(mine, key), belowEntries(theirs, key))
        else if (typeof item === 'object' && item !== null) taken.push({ path: `${path}[]` })
      }
      return
    }
    if (typeof value === 'object') {
      if (Object.keys(value).length === 0) return
      for (const [key, inner] of Object.entries(value)) walk(inner, path === '' ? key : `${path}.${key}`, below(mine, `f:${key}`), belowEntries(theirs, `f:${key}`))
      return
    }
    taken.push({ path })
  }
  const tries = ours.map((e) => e.fields)
  for (const key of ['labels', 'annotations'] as const) if (metadata[key]) walk(metadata[key], `metadata.${key}`, below(below(tries, 'f:metadata'), `f:${key}`), belowEntries(belowEntries(others, 'f:metadata'), `f:${key}`))
  for (const [key, value] of Object.entries(rest)) walk(value, key, below(tries, `f:${key}`), belowEntries(others, `f:${key}`))
  return taken
}

function asData(manifest: KubeObject): KubeObject {
  const { stringData, ...rest } = manifest
  return (stringData === undefined ? rest : { ...rest, data: { ...rest.data, ...stringData } }) as KubeObject
}

const below = (tries: readonly Trie[], key: string): Trie[] => tries.flatMap((t) => (Object.hasOwn(t, key) ? [t[key]] : []))
const belowEntries = (entries: readonly Entry[], key: string): Entry[] => entries.flatMap((e) => (Object.hasOwn(e.fields, key) ? [{ ...e, fields: e.fields[key] }] : []))

/** Whether `k:{"name":"a"}` or `v:"a"` means an item of a list. A key's fields that the manifest leaves out have the server's defaults. */
function means(key: string, item: unknown): boolean {
  if (!key.startsWith('k:') && !key.startsWith('v:')) return false
  const named = JSON.parse(key.slice(2)) as unknown
  if (key.startsWith('v:')) return named === item
  return typeof item === 'object' && item !== null && Object.entries(named as object).every(([k, v]) => !Object.hasOwn(item, k) || (item as any)[k] === v) && Object.keys(named as object).some((k) => Object.hasOwn(item, k))
}

const label = (key: string): string => Object.values(JSON.parse(key.slice(2)) as object).join(',') || key.slice(2)
