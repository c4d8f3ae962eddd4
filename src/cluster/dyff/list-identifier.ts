import { compareStrings } from '../../language/go/index.ts'
import type { YamlNode } from '../../language/yaml/index.ts'

/** How an item of a list is told from the others; undefined for items that cannot be. */
export interface ListIdentifier {
  /** A field, or `resource`. */
  readonly field: string
  nameOf(item: YamlNode): string | undefined
}

/** More than so many items, and any field that is different in each will do. */
const guessAbove = 3
const usual = ['name', 'key', 'id', 'manager']

export const resolved = (node: YamlNode): YamlNode => {
  let at = node
  while (at.alias !== undefined) at = at.alias
  return at
}

export function member(map: YamlNode, key: string): YamlNode | undefined {
  for (let i = 0; i + 1 < map.content.length; i += 2) if (resolved(map.content[i]!).value === key) return map.content[i + 1]
  return undefined
}

const byField = (field: string): ListIdentifier => ({
  field,
  nameOf(item) {
    for (let i = 0; i + 1 < item.content.length; i += 2) if (item.content[i]!.value === field) return resolved(item.content[i + 1]!).value
    return undefined
  },
})

/** Kubernetes' objects: by version, kind, namespace and name. */
export const byResource: ListIdentifier = {
  field: 'resource',
  nameOf(item) {
    if (item.kind !== 'mapping') return undefined
    const at = (...path: string[]): string | undefined => {
      let node: YamlNode | undefined = item
      for (const key of path) node = node?.kind === 'mapping' ? member(node, key) : undefined
      return node?.value
    }
    const parts = [at('apiVersion'), at('kind')]
    const namespace = at('metadata', 'namespace')
    if (namespace !== undefined) parts.push(namespace)
    parts.push(at('metadata', 'name'))
    return parts.includes(undefined) ? undefined : parts.join('/')
  },
}

/** What tells the items of both lists apart: a usual name, else any field in longer lists, else what resources are known by. Upstream: sequenceNodes in core.go. */
export function listIdentifier(before: YamlNode, after: YamlNode): ListIdentifier | undefined {
  const [old, now] = [distinct(before, false), distinct(after, false)]
  const covers = (counts: ReadonlyMap<string, ReadonlySet<string>>, field: string, list: YamlNode): boolean => counts.has(field) && counts.get(field)!.size === list.content.length
  const known = usual.find((field) => covers(old, field, before) && covers(now, field, after))
  if (known !== undefined) return byField(known)
  const [oldText, nowText] = [distinct(before, true), distinct(after, true)]
  const guessed = [...oldText.keys()].sort(compareStrings).find((field) => covers(oldText, field, before) && covers(nowText, field, after) && before.content.length > guessAbove)
  if (guessed !== undefined) return byField(guessed)
  const all = (list: YamlNode): boolean => list.content.every((item) => byResource.nameOf(item) !== undefined)
  return all(before) && all(after) ? byResource : undefined
}

/** The values of each field in the items of a list; `strings`: only of fields that are strings, in lists of nothing but maps. */
function distinct(list: YamlNode, strings: boolean): Map<string, Set<string>> {
  const out = new Map<string, Set<string>>()
  for (const item of list.content) {
    if (item.kind !== 'mapping') {
      if (strings) return new Map()
      continue
    }
    for (let i = 0; i + 1 < item.content.length; i += 2) {
      const [key, value] = [resolved(item.content[i]!), resolved(item.content[i + 1]!)]
      if (strings && (key.kind !== 'scalar' || key.tag !== '!!str' || value.kind !== 'scalar' || value.tag !== '!!str')) continue
      if (key.kind !== 'scalar') continue
      const values = out.get(key.value) ?? new Set()
      out.set(key.value, values.add(value.value))
    }
  }
  return out
}
