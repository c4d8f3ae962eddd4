import { createHash } from 'node:crypto'
import { encodeUtf8, jsonMarshal, type Value } from '../../../language/go/index.ts'
import { treeValue } from '../../../language/yaml/index.ts'
import { refuse } from '../refusal.ts'
import { anno } from '../resource/annotations.ts'
import type { Resource } from '../resource/resource.ts'
import type { ResourceMap } from '../resource/resource-map.ts'
import { lookup } from '../tree/fields.ts'

/** Puts a hash of their content behind the names of generated objects. Upstream: HashTransformer. */
export function addHashes(map: ResourceMap): void {
  for (const resource of map.list) {
    if (!resource.isEnabled(anno.needsHash)) continue
    const hash = hashOf(resource)
    resource.storeId()
    resource.setName(`${resource.name}-${hash}`)
  }
}

/** Upstream: hasher.go. The name is looked up under `metadata/name`, which is no field, so that it does not count. */
export function hashOf(resource: Resource): string {
  switch (resource.kind) {
    case 'ConfigMap': return encoded(content(resource, 'ConfigMap', ['data'], 'binaryData'))
    case 'Secret': return encoded(content(resource, 'Secret', ['type', 'data'], 'stringData'))
    // Upstream hashes the parser's nodes, line numbers and all; no generator makes such objects.
    default: return refuse(`the name of a ${resource.kind} cannot have a hash`)
  }
}

function content(resource: Resource, kind: string, fields: readonly string[], optional: string): string {
  const value = (name: string): Value => {
    const node = lookup(resource.node, [name])
    if (node === undefined) return ''
    return node.kind === 'scalar' ? node.value : treeValue(node)
  }
  const map = new Map<string, Value>([['kind', kind], ['name', ''], ...fields.map((name): [string, Value] => [name, value(name)])])
  const more = value(optional)
  if (more instanceof Map) map.set(optional, more)
  return jsonMarshal(map)
}

const letters: Readonly<Record<string, string>> = { 0: 'g', 1: 'h', 3: 'k', a: 'm', e: 't' }

/** The first ten digits of a SHA-256, without those that can be read as words. */
function encoded(text: string): string {
  return createHash('sha256').update(encodeUtf8(text)).digest('hex').slice(0, 10).replace(/[013ae]/g, (digit) => letters[digit]!)
}
