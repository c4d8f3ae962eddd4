import { sortAsGo } from '../../language/go/index.ts'
import type { YamlNode } from '../../language/yaml/index.ts'

/** Keys that come first, in this order, in maps that have some of them: the list of which a map has most. Upstream: ytbx's restructure.go. */
const orders: readonly (readonly string[])[] = [
  ['name', 'director_uuid', 'releases', 'instance_groups', 'networks', 'resource_pools', 'compilation'], ['name', 'url', 'version', 'sha1'],
  ['jobs', 'resources', 'resource_types'], ['name', 'type', 'source'], ['get'], ['put'], ['task'],
  ['releases', 'instance_groups', 'configuration', 'variables'], ['auth', 'templates'], ['apiVersion', 'kind', 'metadata', 'spec', 'status'],
  ['name'], ['key'], ['id'],
]

/** A node with the keys of its maps in the order dyff shows them in: well-known ones first, then the flat before the deep. */
export function restructured(node: YamlNode): YamlNode {
  if (node.kind === 'mapping') {
    const content = inOrder(node.content)
    return { ...node, content: content.map((child, i) => (i % 2 === 0 ? child : restructured(child))) }
  }
  return node.kind === 'sequence' || node.kind === 'document' ? { ...node, content: node.content.map(restructured) } : node
}

function inOrder(content: YamlNode[]): YamlNode[] {
  const keys = content.filter((_, i) => i % 2 === 0).map((key) => key.value)
  const known = new Set(keys)
  let best: readonly string[] = []
  for (const order of orders) {
    const found = order.filter((key) => known.has(key))
    if (found.length > best.length) best = found
  }
  if (best.length === 0) return content
  // Of equal keys, the last counts for all.
  const places = new Map(keys.map((key, i) => [key, i * 2]))
  const firsts = new Map(keys.map((key, i) => [key, i * 2] as const).toReversed())
  const first = new Set(best)
  const rest = keys.filter((key) => !first.has(key)).map((key) => ({ key, depth: depthOf(content[firsts.get(key)! + 1]!) }))
  sortAsGo(rest, (a, b) => a.depth < b.depth)
  return [...best, ...rest.map(({ key }) => key)].flatMap((key) => content.slice(places.get(key)!, places.get(key)! + 2))
}

/** How many steps lead to the deepest value; empty lists and maps are none. */
const depthOf = (node: YamlNode): number => Math.max(0, leafDepth(node))

function leafDepth(node: YamlNode): number {
  if (node.kind !== 'mapping' && node.kind !== 'sequence') return 0
  let most = -Infinity
  if (node.kind === 'mapping') {
    for (let i = 1; i < node.content.length; i += 2) most = Math.max(most, 1 + leafDepth(node.content[i]!))
    return most
  }
  const name = nameField(node)
  for (const item of node.content) {
    if (name === undefined) most = Math.max(most, 1 + leafDepth(item))
    else for (let i = 0; i + 1 < item.content.length; i += 2) if (item.content[i]!.value !== name) most = Math.max(most, 2 + leafDepth(item.content[i + 1]!))
  }
  return most
}

/** The field that tells the items apart, which is no step of its own. */
function nameField(list: YamlNode): string | undefined {
  const counts = new Map<string, number>()
  for (const item of list.content) for (let i = 0; i < item.content.length; i += 2) counts.set(item.content[i]!.value, (counts.get(item.content[i]!.value) ?? 0) + 1)
  return ['name', 'key', 'id'].find((field) => counts.has(field) && counts.get(field) === list.content.length)
}
