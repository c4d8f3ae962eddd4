import { Int, Time, decodeUtf8, parseTime, type Value } from '../go/index.ts'
import { AnyKeyMap } from './any-key-map.ts'
import { AliasBudget, YamlMap, decodeBase64, goSyntax, keyIdentity, type YamlValue } from './decode.ts'
import { aliasNode, mappingNode, scalarNode, sequenceNode, type Node } from './node.ts'
import { plainStyle } from './token.ts'
import { Resolver, longPrefix } from './resolve.ts'
import { yamlError } from './yaml-error.ts'

/** What goyaml.v3 makes of a document: as YamlValue, with times. */
export type ValueV3 = null | boolean | string | number | Int | Time | YamlMap | ValueV3[]

/** Decodes nodes into values by the rules of goyaml.v3 for a target of type interface {} (decode.go). */
export class DecoderV3 {
  protected readonly resolver = new Resolver(true)
  protected readonly budget = new AliasBudget()
  /** What does not fit, in goyaml's words. */
  protected problems: string[] = []
  /** Keys that a mapping into which others are being merged has already. */
  protected merged: Set<string> | undefined

  decode(root: Node): ValueV3 | undefined {
    this.budget.count()
    const value = this.any(root, undefined)
    this.end()
    return value
  }

  protected end(): void {
    if (this.problems.length > 0) throw yamlError(`yaml: unmarshal errors:\n  ${this.problems.join('\n  ')}`)
  }

  /** `into` is the map a merged mapping goes to. undefined when nothing could be decoded. */
  protected any(node: Node, into: YamlMap | undefined): ValueV3 | undefined {
    this.budget.count()
    switch (node.kind) {
      case aliasNode: {
        this.budget.enter(node)
        const value = this.any(node.target!, into)
        this.budget.leave(node)
        return value
      }
      case scalarNode: return scalarValue(node.tag, node.value, node.style === plainStyle)
      case sequenceNode: {
        const list: ValueV3[] = []
        for (const child of node.children) {
          const value = this.any(child, undefined)
          // What could not be decoded is left out; null is there.
          if (value !== undefined) list.push(value)
        }
        return list
      }
      default: return this.#mapping(node, into)
    }
  }

  #mapping(node: Node, into: YamlMap | undefined): YamlMap | undefined {
    const children = node.children
    if (this.duplicates(node)) return undefined
    const map = into ?? new YamlMap()
    if (into === undefined) map.stringKeys = children.every((child, i) => i % 2 === 1 || this.#isStringKey(child))
    const merged = this.merged
    this.merged = undefined
    let mergeNode: Node | undefined
    for (let i = 0; i < children.length; i += 2) {
      const keyNode = children[i]!
      if (isMerge(keyNode)) {
        mergeNode = children[i + 1]!
        continue
      }
      const key = this.any(keyNode, undefined)
      if (key === undefined) continue
      if (key instanceof YamlMap || Array.isArray(key)) {
        if (merged !== undefined) throw yamlError(`yaml: runtime error: hash of unhashable type ${goType(key)}`)
        throw yamlError(`yaml: invalid map key: ${goSyntax(key as YamlValue)}`, keyNode.line + 1, keyNode.column + 1)
      }
      const id = identity(key)
      if (merged !== undefined) {
        if (merged.has(id)) continue
        merged.add(id)
      }
      const value = this.any(children[i + 1]!, undefined)
      if (value !== undefined) map.entries.set(id, [key as YamlValue, value as YamlValue])
    }
    this.merged = merged
    if (mergeNode !== undefined) this.#merge(node, mergeNode, map)
    return map
  }

  /** Notes every pair of equal keys; whether there is one. */
  protected duplicates(node: Node): boolean {
    const children = node.children
    const lines = new Map<string, number[]>()
    let found = false
    const before = this.problems.length
    for (let i = 0; i < children.length; i += 2) {
      const key = children[i]!
      const id = `${key.kind}${key.value}`
      const list = lines.get(id)
      if (list === undefined) lines.set(id, [i])
      else list.push(i)
      found ||= list !== undefined
    }
    if (!found) return false
    for (let i = 0; i < children.length; i += 2) {
      const key = children[i]!
      for (const j of lines.get(`${key.kind}${key.value}`)!) {
        if (j <= i) continue
        const other = children[j]!
        this.problems.push(`line ${other.line + 1}: mapping key ${goSyntax(other.value)} already defined at line ${key.line + 1}`)
        if (this.problems.length - before > 1000) return true
      }
    }
    return true
  }

  #isStringKey(node: Node): boolean {
    if (node.kind === aliasNode) return this.#isStringKey(node.target!)
    if (node.kind !== scalarNode) return false
    if (isMerge(node)) return true
    const tag = node.tag === '!' ? '' : node.tag
    if (tag !== '') return tag === `${longPrefix}str` || tag === `${longPrefix}merge`
    if (node.style !== plainStyle) return true
    this.resolver.resolve(node.value)
    return this.resolver.tag === 'str'
  }

  #merge(parent: Node, node: Node, map: YamlMap): void {
    const merged = this.merged
    if (merged === undefined) {
      this.merged = new Set()
      for (let i = 0; i < parent.children.length; i += 2) {
        const key = this.any(parent.children[i]!, undefined)
        if (key === undefined) continue
        if (key instanceof YamlMap || Array.isArray(key)) throw yamlError(`yaml: runtime error: hash of unhashable type ${goType(key)}`)
        this.merged!.add(identity(key))
      }
    }
    for (const source of node.kind === sequenceNode ? node.children : [node]) {
      const target = source.kind === aliasNode ? source.target! : source
      if (target.kind !== mappingNode) throw yamlError('yaml: map merge requires map or sequence of maps as the value', node.line + 1, node.column + 1)
      this.any(source, map)
    }
    this.merged = merged
  }
}

/**
 * A scalar with its tag in the long form; without a tag it is what its text means when it is plain, else a string.
 * @throws PintleError yaml.parse when it does not fit its tag
 */
export function scalarValue(given: string, text: string, plain: boolean): null | boolean | string | number | Int | Time {
  const tag = given === '!' ? '' : given
  if (tag === `${longPrefix}str` || (tag === '' && !plain)) return text
  const resolver = new Resolver(true)
  const value = resolver.resolveTagged(tag, text)
  if (typeof value === 'number') return resolver.tag === 'int' ? new Int(BigInt(value)) : value
  if (typeof value === 'bigint') return new Int(value, value > 0x7fffffffffffffffn ? 'uint64' : 'int')
  if (tag === `${longPrefix}binary`) return decodeUtf8(decodeBase64(value as string))
  return resolver.tag === 'timestamp' ? timeOf(text) : value
}

/** Whether a key is `<<`. */
export function isMerge(node: Node): boolean {
  if (node.kind !== scalarNode || node.value !== '<<') return false
  return node.tag === '' || node.tag === '!' ? node.style === plainStyle : node.tag === `${longPrefix}merge`
}

function identity(key: ValueV3): string {
  return key instanceof Time ? `t${key.seconds}.${key.nanosecond}.${key.location.name}` : keyIdentity(key as YamlValue)
}

function goType(key: YamlMap | readonly unknown[]): string {
  return key instanceof YamlMap ? key.goType : '[]interface {}'
}

const layouts = ['2006-1-2T15:4:5.999999999Z07:00', '2006-1-2t15:4:5.999999999Z07:00', '2006-1-2 15:4:5.999999999', '2006-1-2']

/** A scalar that is a timestamp, as a time. */
export function timeOf(text: string): Time {
  for (const layout of layouts) {
    try {
      return parseTime(layout, text)
    } catch {
      continue
    }
  }
  throw yamlError(`yaml: cannot decode !!str \`${text}\` as a !!timestamp`)
}

/** A decoded value in which maps with keys that are no strings keep them (`AnyKeyMap`). */
export function toTypedValue(value: ValueV3): Value {
  if (Array.isArray(value)) return value.map(toTypedValue)
  if (!(value instanceof YamlMap)) return value
  if (value.stringKeys) {
    const map = new Map<string, Value>()
    for (const [key, item] of value.entries.values()) map.set(key as string, toTypedValue(item as ValueV3))
    return map
  }
  const map = new AnyKeyMap()
  for (const [key, item] of value.entries.values()) map.setKey(textOf(key as ValueV3), key as Value, toTypedValue(item as ValueV3))
  return map
}

/** A decoded value with keys as text. */
export function toValue(value: ValueV3): Value {
  if (Array.isArray(value)) return value.map(toValue)
  if (!(value instanceof YamlMap)) return value
  const map = new Map<string, Value>()
  for (const [key, item] of value.entries.values()) map.set(textOf(key as ValueV3), toValue(item as ValueV3))
  return map
}

function textOf(key: ValueV3): string {
  if (key === null) return 'null'
  if (key instanceof Int) return key.value.toString()
  return key instanceof Time ? key.text() : String(key)
}

