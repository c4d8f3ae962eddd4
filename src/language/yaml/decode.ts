import { Int, compareStrings, decodeUtf8, formatFloat, sprintf, type Value } from '../go/index.ts'
import { aliasNode, mappingNode, scalarNode, sequenceNode, type Node } from './node.ts'
import { Resolver, longPrefix, mergeTag, timestampTag } from './resolve.ts'
import { yamlError } from './yaml-error.ts'

/** What goyaml.v2 makes of a document: integers are `Int`s ('int' or 'uint64'), floats numbers, and keys of maps can be anything. */
export type YamlValue = null | boolean | string | number | Int | YamlMap | YamlValue[]

/** map[interface {}]interface {}: entries by a text that tells keys of different types apart. */
export class YamlMap {
  readonly entries = new Map<string, [key: YamlValue, value: YamlValue]>()
  /** With goyaml.v3 a mapping of string keys is a map[string]interface {}. */
  stringKeys = false

  get goType(): string {
    return this.stringKeys ? 'map[string]interface {}' : 'map[interface {}]interface {}'
  }
}

export function keyIdentity(key: YamlValue): string {
  switch (typeof key) {
    case 'string': return `s${key}`
    case 'number': return Number.isNaN(key) ? `n${nan++}` : `f${key === 0 ? 0 : key}`
    case 'boolean': return key ? 'b1' : 'b0'
  }
  return key instanceof Int ? `${key.kind}${key.value}` : 'null'
}
let nan = 0

/** Counts what is decoded, and how much of it by way of aliases. */
export class AliasBudget {
  /** Aliases being expanded. */
  readonly #expanding = new Set<Node>()
  #decodeCount = 0
  #aliasCount = 0

  /** Before every node. */
  count(): void {
    this.#decodeCount++
    if (this.#expanding.size > 0) this.#aliasCount++
    if (this.#aliasCount > 100 && this.#decodeCount > 1000 && this.#aliasCount / this.#decodeCount > allowedAliasRatio(this.#decodeCount)) {
      throw yamlError('yaml: document contains excessive aliasing')
    }
  }

  enter(alias: Node): void {
    if (this.#expanding.has(alias)) throw yamlError(`yaml: anchor '${alias.value}' value contains itself`, alias.line + 1, alias.column + 1)
    this.#expanding.add(alias)
  }

  leave(alias: Node): void {
    this.#expanding.delete(alias)
  }
}

/** Decodes nodes into values by the rules of goyaml.v2 for a target of type interface {} (decode.go). */
export class Decoder {
  readonly #strict: boolean
  readonly #resolver = new Resolver()
  readonly #problems: string[] = []
  readonly #budget = new AliasBudget()

  constructor(strict: boolean) {
    this.#strict = strict
  }

  decode(root: Node): YamlValue {
    let value: YamlValue
    try {
      // The document counts as a node of its own.
      this.#budget.count()
      value = this.#decode(root)
    } catch (error) {
      if (error instanceof RangeError) throw yamlError('yaml: exceeded max depth of 10000')
      throw error
    }
    if (this.#problems.length > 0) throw yamlError(`yaml: unmarshal errors:\n  ${this.#problems.join('\n  ')}`)
    return value
  }

  #decode(node: Node): YamlValue {
    this.#budget.count()
    switch (node.kind) {
      case scalarNode: return this.#scalar(node)
      case mappingNode: {
        const map = new YamlMap()
        this.#mapping(node, map)
        return map
      }
      case sequenceNode: {
        const list: YamlValue[] = []
        for (const child of node.children) list.push(this.#decode(child))
        return list
      }
      default: {
        this.#budget.enter(node)
        const value = this.#decode(node.target!)
        this.#budget.leave(node)
        return value
      }
    }
  }

  #scalar(node: Node): YamlValue {
    if (node.tag === '' && !node.implicit) return node.value
    const value = this.#resolver.resolveTagged(node.tag, node.value)
    if (typeof value === 'number') return this.#resolver.tag === 'int' ? new Int(BigInt(value)) : value
    if (typeof value === 'bigint') return new Int(value, value > 0x7fffffffffffffffn ? 'uint64' : 'int')
    if (node.tag === `${longPrefix}binary`) return decodeUtf8(decodeBase64(value as string))
    return this.#resolver.tag === timestampTag ? node.value : value
  }

  #mapping(node: Node, map: YamlMap): void {
    const children = node.children
    for (let i = 0; i < children.length; i += 2) {
      const keyNode = children[i]!
      const valueNode = children[i + 1]!
      if (isMerge(keyNode)) {
        this.#merge(valueNode, map)
        continue
      }
      const key = this.#decode(keyNode)
      if (key instanceof YamlMap || Array.isArray(key)) {
        throw yamlError(`yaml: invalid map key: ${goSyntax(key)}`, keyNode.line + 1, keyNode.column + 1)
      }
      const value = this.#decode(valueNode)
      const id = keyIdentity(key)
      if (this.#strict && map.entries.has(id)) this.#problems.push(`line ${valueNode.line + 1}: key ${key === null ? '<nil>' : goSyntax(key)} already set in map`)
      else map.entries.set(id, [key, value])
    }
  }

  #merge(node: Node, map: YamlMap): void {
    if (node.kind === sequenceNode) {
      // Backwards, because earlier ones take precedence.
      for (let i = node.children.length - 1; i >= 0; i--) this.#mergeOne(node.children[i]!, map)
    } else {
      this.#mergeOne(node, map)
    }
  }

  #mergeOne(node: Node, map: YamlMap): void {
    const target = node.kind === aliasNode ? node.target! : node
    if (target.kind !== mappingNode) {
      throw yamlError('yaml: map merge requires map or sequence of maps as the value', node.line + 1, node.column + 1)
    }
    this.#budget.count()
    if (node.kind === aliasNode) {
      this.#budget.enter(node)
      this.#budget.count()
    }
    this.#mapping(target, map)
    if (node.kind === aliasNode) this.#budget.leave(node)
  }
}

function isMerge(node: Node): boolean {
  return node.kind === scalarNode && node.value === '<<' && (node.implicit || node.tag === longPrefix + mergeTag)
}

/** How much of the decoding may come from aliases: less the larger the document. */
function allowedAliasRatio(decodeCount: number): number {
  const low = 400000
  const high = 4000000
  if (decodeCount <= low) return 0.99
  if (decodeCount >= high) return 0.10
  return 0.99 - 0.89 * ((decodeCount - low) / (high - low))
}

/** base64.StdEncoding.DecodeString: padding is required, line breaks are ignored. */
export function decodeBase64(text: string): Uint8Array {
  const clean = text.replace(/[\r\n]/g, '')
  if (clean.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(clean)) throw yamlError('yaml: !!binary value contains invalid base64 data')
  return Uint8Array.from(atob(clean), (c) => c.charCodeAt(0))
}

/** `%#v` of a decoded value. */
export function goSyntax(value: YamlValue): string {
  if (value === null) return 'interface {}(nil)'
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`
  if (!(value instanceof YamlMap)) return sprintf('%#v', [value])
  const list = [...value.entries.values()].sort(([a], [b]) => compareKeys(a, b))
  return `${value.goType}{${list.map(([k, v]) => `${goSyntax(k)}:${goSyntax(v)}`).join(', ')}}`
}

/** The order of internal/fmtsort. Between types it follows their addresses in the program, which are in this order in Helm's. */
function compareKeys(a: YamlValue, b: YamlValue): number {
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b)
  if (a instanceof Int && b instanceof Int && a.kind === b.kind) return a.value < b.value ? -1 : a.value > b.value ? 1 : 0
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  return rank(a) - rank(b)
}

function rank(key: YamlValue): number {
  if (key instanceof Int) return key.kind === 'uint64' ? 2 : 3
  return key === null ? 0 : typeof key === 'string' ? 1 : typeof key === 'number' ? 4 : 5
}

/** The text of a key in JSON (sigs.k8s.io/yaml convertToJSONableObject). */
export function keyText(key: YamlValue, value: YamlValue): string {
  switch (typeof key) {
    case 'string': return key
    case 'boolean': return key ? 'true' : 'false'
    case 'number': return floatText(key)
  }
  if (key instanceof Int && key.kind === 'int') return key.value.toString()
  const type = key instanceof Int ? key.kind : '%!s(<nil>)'
  throw yamlError(`unsupported map key of type: ${type}, key: ${key === null ? '<nil>' : goSyntax(key)}, value: ${value === null ? '<nil>' : goSyntax(value)}`)
}

/** A float as sigs.k8s.io/yaml spells it in keys; in strings it keeps Go's words for infinities. */
function floatText(f: number): string {
  if (Number.isNaN(f)) return '.nan'
  if (f === Infinity) return '.inf'
  if (f === -Infinity) return '-.inf'
  return formatFloat(f, 'g', -1, 32)
}

/** YAML value -> JSON -> interface {}: keys become strings and numbers float64. */
export function toJsonValue(value: YamlValue): Value {
  const out = convert(value)
  checkNumbers(value)
  return out
}

function convert(value: YamlValue): Value {
  if (value === null || typeof value !== 'object') return typeof value === 'string' ? jsonString(value) : value
  if (value instanceof Int) return Number(value.value)
  if (Array.isArray(value)) return value.map(convert)
  const map = new Map<string, Value>()
  for (const [key, item] of value.entries.values()) map.set(jsonString(keyText(key, item)), convert(item))
  return map
}

/** What a string becomes on its way through JSON: bytes that are not UTF-8 (from !!binary) are lost. */
export function jsonString(s: string): string {
  return (s as string & { isWellFormed(): boolean }).isWellFormed() ? s : (s as string & { toWellFormed(): string }).toWellFormed()
}

/** encoding/json refuses NaN and infinities, the first one in the order of sorted keys. */
export function checkNumbers(value: YamlValue): void {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw yamlError(`json: unsupported value: ${formatFloat(value, 'g')}`)
  } else if (Array.isArray(value)) {
    for (const item of value) checkNumbers(item)
  } else if (value instanceof YamlMap) {
    const list = [...value.entries.values()].filter(([, item]) => typeof item === 'number' || (typeof item === 'object' && !(item instanceof Int)))
    if (list.length > 1) list.sort(([a, av], [b, bv]) => compareStrings(keyText(a, av), keyText(b, bv)))
    for (const [, item] of list) checkNumbers(item)
  }
}

/** The value for `jsonMarshal`, as sigs.k8s.io/yaml's YAMLToJSON writes it: integers keep all their digits. */
export function toJsonTree(value: YamlValue): Value {
  if (Array.isArray(value)) return value.map(toJsonTree)
  if (!(value instanceof YamlMap)) return value
  const map = new Map<string, Value>()
  for (const [key, item] of value.entries.values()) map.set(keyText(key, item), toJsonTree(item))
  return map
}
