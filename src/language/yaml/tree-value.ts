import { Int, decodeUtf8, formatFloat, type Value } from '../go/index.ts'
import { decodeBase64 } from './decode.ts'
import { Resolver, isBase60Float, longPrefix } from './resolve.ts'
import { readRaw } from './raw.ts'
import { compareKeysV3 } from './sort-keys.ts'
import { TreeNode, treeStyle } from './tree.ts'
import { scalarForm } from './tree-form.ts'
import { readTree } from './tree-read.ts'
import { writeTree } from './tree-write.ts'
import { timeOf } from './decode-v3.ts'
import { goSyntaxV3, unmarshalV3 } from './unmarshal-v3.ts'
import { yamlError } from './yaml-error.ts'

const resolver = new Resolver(true)
const resolver11 = new Resolver()

/** The tag a plain text has for goyaml.v3, short. */
export function plainTag(text: string): string {
  resolver.resolve(text)
  return `!!${resolver.tag}`
}

/**
 * What a tree is once it has been written and read again, as kyaml does before it makes JSON: the tag and style of a node decide, and
 * where there is no tag its text. Integers stay integers (`Int`), times are times.
 * @throws PintleError yaml.parse: duplicate keys, with the lines of the text written; Error with encoding/json's text on keys that are no strings
 */
export function treeValue(node: TreeNode): Value {
  return new Reader(node).value(node, true)
}

class Reader {
  readonly #root: TreeNode
  constructor(root: TreeNode) {
    this.#root = root
  }

  value(node: TreeNode, top: boolean): Value {
    switch (node.kind) {
      case 'scalar': return scalarValue(node)
      case 'alias': return this.value(node.alias!, top)
      case 'sequence': return node.content.map((child) => this.value(child, false))
      default: return this.#mapping(node, top)
    }
  }

  #mapping(node: TreeNode, top: boolean): Value {
    const map = new Map<string, Value>()
    const { content } = node
    for (let i = 0; i < content.length; i += 2) {
      const key = content[i]!
      if (key.kind !== 'scalar' || map.has(key.value)) return unmarshalV3(writeTree(this.#root))
      if (!top && typeof scalarValue(key) !== 'string') throw new Error('json: unsupported type: map[interface {}]interface {}')
      map.set(key.value, this.value(content[i + 1]!, false))
    }
    return map
  }
}

function scalarValue(node: TreeNode): Value {
  const { tag, style } = scalarForm(node)
  // What is folded is not always read as it was: see Emitter.
  if (style === treeStyle.folded && node.value.includes('\n')) return readTree(writeTree(new TreeNode('mapping', '', '', 0, [new TreeNode('scalar', '', 'k'), node])))!.content[1]!.value
  if (tag === '' && style !== 0) return node.value
  const value = resolver.resolveTagged(tag === '' ? '' : tag.startsWith('!!') ? longPrefix + tag.slice(2) : tag, node.value)
  if (typeof value === 'number') return resolver.tag === 'int' ? new Int(BigInt(value)) : value
  if (typeof value === 'bigint') return new Int(value, value > 0x7fffffffffffffffn ? 'uint64' : 'int')
  if (tag === '!!binary') return decodeUtf8(decodeBase64(value as string))
  return resolver.tag === 'timestamp' ? timeOf(node.value) : value
}

/** `%#v` of what goyaml.v3 makes of a mapping that is given to a map[string]interface {}; nil where it cannot. */
export function treeGoSyntax(node: TreeNode): string {
  try {
    return goSyntaxV3(writeTree(node))
  } catch {
    return 'map[string]interface {}(nil)'
  }
}

/**
 * The tree of a value, as goyaml.v3 writes it and reads it again: kyaml's FromMap. Strings that would be something else get double quotes,
 * those of several lines are blocks, keys are sorted.
 */
export function treeOf(value: Value): TreeNode {
  switch (typeof value) {
    case 'string': return stringNode(value)
    case 'boolean': return new TreeNode('scalar', '!!bool', value ? 'true' : 'false')
    case 'number': {
      const text = floatText(value)
      return new TreeNode('scalar', plainTag(text), text)
    }
  }
  if (value === null || value === undefined) return new TreeNode('scalar', '!!null', 'null')
  if (value instanceof Int) return new TreeNode('scalar', '!!int', value.value.toString())
  if (value instanceof Map) {
    const node = new TreeNode('mapping', '!!map', '', value.size === 0 ? treeStyle.flow : 0)
    for (const key of [...value.keys()].sort(compareKeysV3)) node.content.push(stringNode(key), treeOf(value.get(key)!))
    return node
  }
  if (Array.isArray(value)) return new TreeNode('sequence', '!!seq', '', value.length === 0 ? treeStyle.flow : 0, value.map(treeOf))
  throw yamlError('yaml: cannot marshal type')
}

function stringNode(text: string): TreeNode {
  if (text.includes('\n')) return new TreeNode('scalar', '!!str', text, treeStyle.literal)
  resolver.resolve(text)
  const plain = resolver.tag === 'str' && !isBase60Float(text) && !isOldBool(text)
  return new TreeNode('scalar', '!!str', text, plain ? 0 : treeStyle.doubleQuoted)
}

function floatText(f: number): string {
  if (Number.isNaN(f)) return '.nan'
  if (!Number.isFinite(f)) return f > 0 ? '.inf' : '-.inf'
  return formatFloat(f, 'g')
}

/** Words that are booleans for goyaml.v2. */
function isOldBool(text: string): boolean {
  resolver11.resolve(text)
  return resolver11.tag === 'bool'
}

/**
 * Whether a text of one line is anything but a string for goyaml.v2: a number, `yes`, or `a: b`. Upstream: kyaml's IsValueNonString.
 */
export function isNonString11(text: string): boolean {
  if (text === '' || text.includes('\n')) return false
  resolver11.resolve(text)
  if (resolver11.tag !== 'str' && resolver11.tag !== 'timestamp') return true
  if (/^[\w./@+-]+$/.test(text)) return false
  try {
    return typeof readRaw(text) !== 'string'
  } catch {
    return false
  }
}
