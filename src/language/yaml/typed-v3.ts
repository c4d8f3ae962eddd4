import { Int, byteLength, byteSlice, nanosecondsOf, parseDuration, shapeType, type Shape, type StructShape, type Value } from '../go/index.ts'
import { PintleError } from '../../errors/index.ts'
import { DecoderV3, isMerge, scalarValue, toTypedValue } from './decode-v3.ts'
import { aliasNode, composeDocument, mappingNode, scalarNode, sequenceNode, type Node } from './node.ts'
import { Parser } from './parser.ts'
import { Resolver, longPrefix } from './resolve.ts'
import { plainStyle } from './token.ts'
import { yamlError } from './yaml-error.ts'

/** A key that a struct does not have: where it stands, and what it could have been. */
export interface UnknownField {
  /** From 1. */
  readonly line: number
  readonly column: number
  readonly name: string
  readonly known: readonly string[]
}

export interface DecodeV3Options {
  /** KnownFields: a key that a struct does not have is an error. */
  readonly knownFields?: boolean
  /** The target is read into a map[string]interface {} first, and what is wrong with that is all that is told. */
  readonly mapFirst?: boolean
}

/**
 * goyaml.v3's Decoder over typed targets: one value a document. Structs come as maps of the fields that were there, integers as `Int`s, durations as
 * `int64`; what is null leaves a field out. A `custom` shape gets what the document holds, and may throw.
 * @throws PintleError `yaml.parse` with goyaml.v3's text; `details.line`, and `details.unknown` when the first problem is a key that is not known
 */
export function* decodeDocumentsV3(text: string, shape: Shape, options: DecodeV3Options = {}): Generator<Value> {
  const parser = new Parser(text === '' ? '\n' : text, true)
  for (;;) {
    const root = composeDocument(parser)
    if (root === undefined) return
    try {
      yield decode(root, shape, options)
    } catch (error) {
      if (error instanceof RangeError) throw yamlError('yaml: exceeded max depth of 10000')
      throw error
    }
  }
}

/** The first document of a text, as `decodeDocumentsV3` reads it; null when there is none. */
export function unmarshalIntoV3(text: string, shape: Shape, options: DecodeV3Options = {}): Value {
  for (const value of decodeDocumentsV3(text, shape, options)) return value
  return null
}

function decode(root: Node, shape: Shape, options: DecodeV3Options): Value {
  try {
    return new TypedDecoderV3(options.knownFields === true).document(root, shape)
  } catch (error) {
    // The map is read only now: whatever is wrong with it is wrong with the target, too.
    if (options.mapFirst === true && root.kind !== aliasNode && error instanceof PintleError) new TypedDecoderV3(false).document(root, { kind: 'map', elem: { kind: 'any' } })
    throw error
  }
}

/** A map while it is being filled: of a struct or of a Go map. */
type Target = Map<string, Value>

class TypedDecoderV3 extends DecoderV3 {
  readonly #knownFields: boolean
  #unknown: UnknownField | undefined
  #firstLine: number | undefined

  constructor(knownFields: boolean) {
    super()
    this.#knownFields = knownFields
  }

  document(root: Node, shape: Shape): Value {
    this.budget.count()
    const value = this.#typed(root, shape, undefined)
    if (this.problems.length > 0) {
      throw new PintleError('yaml.parse', `yaml: unmarshal errors:\n  ${this.problems.join('\n  ')}`, {
        details: { line: this.#firstLine ?? lineOf(this.problems[0]!), ...(this.#unknown === undefined ? {} : { unknown: this.#unknown }) },
      })
    }
    return value ?? null
  }

  /** `into` is what a merged mapping goes to. undefined when nothing was set. */
  #typed(node: Node, shape: Shape, into: Target | undefined): Value | undefined {
    if (shape.kind === 'any') {
      const value = this.any(node, undefined)
      return value === undefined ? undefined : toTypedValue(value)
    }
    this.budget.count()
    if (node.kind === aliasNode) {
      this.budget.enter(node)
      const value = this.#typed(node.target!, shape, into)
      this.budget.leave(node)
      return value
    }
    if (shape.kind === 'ptr') {
      while (shape.kind === 'ptr') shape = shape.elem
      if (isNull(node)) return null
      this.budget.count()
    }
    if (shape.kind === 'custom') return isNull(node) ? undefined : this.#custom(node, shape)
    if (node.kind === scalarNode) return this.#scalarInto(node, shape)
    if (node.kind === sequenceNode) return this.#sequence(node, shape)
    return this.#mappingInto(node, shape, into)
  }

  /** What UnmarshalYAML(unmarshal) does: each attempt takes back what it found wrong, and throws it. */
  #custom(node: Node, shape: Extract<Shape, { kind: 'custom' }>): Value | undefined {
    const { unmarshalYaml } = shape as SelfDecoding
    const line = this.#firstLine
    try {
      return unmarshalYaml((as) => {
        const problems = this.problems
        this.problems = []
        const value = this.#typed(node, as, undefined)
        const found = this.problems
        this.problems = problems
        if (found.length > 0) throw new Misfit(found)
        this.#firstLine = line
        return value ?? null
      })
    } catch (error) {
      if (!(error instanceof Misfit)) throw error instanceof PintleError ? error : yamlError((error as Error).message, node.line + 1, node.column + 1)
      this.problems.push(...error.problems)
      return undefined
    }
  }

  #scalarInto(node: Node, shape: Shape): Value | undefined {
    const value = scalarValue(node.tag, node.value, node.style === plainStyle)
    if (value === null) return undefined
    switch (shape.kind) {
      case 'string': return node.tag === `${longPrefix}binary` && typeof value === 'string' ? value : node.value
      case 'bool':
        if (typeof value === 'boolean') return value
        if (typeof value === 'string' && yes.test(value)) return true
        if (typeof value === 'string' && no.test(value)) return false
        break
      case 'float64':
        if (value instanceof Int) return Number(value.value)
        if (typeof value === 'number') return value
        break
      case 'struct': case 'slice': case 'map': break
      default: {
        if (shape.kind === 'int64' && shape.type === 'time.Duration') {
          const nanoseconds = typeof value === 'string' ? durationOf(value) : undefined
          if (nanoseconds !== undefined) return new Int(nanoseconds, 'int64')
          break
        }
        if (value instanceof Int && value.value <= 0x7fffffffffffffffn) return value
        if (typeof value === 'number' && value <= 0x7fffffffffffffff) return new Int(BigInt(Math.trunc(value)))
      }
    }
    this.#mismatch(node, shape)
    return undefined
  }

  #sequence(node: Node, shape: Shape): Value | undefined {
    if (shape.kind !== 'slice') {
      this.#mismatch(node, shape)
      return undefined
    }
    const list: Value[] = []
    for (const child of node.children) {
      const value = this.#typed(child, shape.elem, undefined)
      // null is there for a pointer, a map or a list, and nothing for the rest.
      if (value !== undefined) list.push(value)
      else if (isNull(child) && (shape.elem.kind === 'slice' || shape.elem.kind === 'map')) list.push(null)
    }
    return list
  }

  #mappingInto(node: Node, shape: Shape, into: Target | undefined): Value | undefined {
    const before = this.problems.length
    if (this.duplicates(node)) {
      this.#firstLine ??= lineOf(this.problems[before]!)
      return undefined
    }
    if (shape.kind !== 'struct' && shape.kind !== 'map') {
      this.#mismatch(node, shape)
      return undefined
    }
    const target = into ?? new Map<string, Value>()
    const fields = shape.kind === 'struct' ? fieldsOf(shape) : undefined
    const merged = this.merged
    this.merged = undefined
    let mergeNode: Node | undefined
    const { children } = node
    for (let i = 0; i < children.length; i += 2) {
      const key = children[i]!
      if (isMerge(key)) {
        mergeNode = children[i + 1]!
        continue
      }
      const name = this.#typed(key, { kind: 'string' }, undefined) as string | undefined
      if (name === undefined) continue
      if (merged !== undefined) {
        if (merged.has(`s${name}`)) continue
        merged.add(`s${name}`)
      }
      if (fields === undefined) {
        const value = this.#typed(children[i + 1]!, (shape as { elem: Shape }).elem, undefined)
        if (value !== undefined || (isNull(children[i + 1]!) && !target.has(name))) target.set(name, value ?? null)
        continue
      }
      const field = fields.get(name)
      if (field !== undefined) {
        const value = this.#typed(children[i + 1]!, field, undefined)
        if (value !== undefined) target.set(name, value)
      } else if (this.#knownFields) {
        this.#firstLine ??= key.line + 1
        if (this.problems.length === 0) this.#unknown = { line: key.line + 1, column: key.column + 1, name, known: [...fields.keys()] }
        this.problems.push(`line ${key.line + 1}: field ${name} not found in type ${shapeType(shape)}`)
      }
    }
    this.merged = merged
    if (mergeNode !== undefined) this.#mergeInto(node, mergeNode, shape, target)
    return target
  }

  #mergeInto(parent: Node, node: Node, shape: Shape, target: Target): void {
    const merged = this.merged
    if (merged === undefined) {
      this.merged = new Set()
      for (let i = 0; i < parent.children.length; i += 2) {
        const key = this.any(parent.children[i]!, undefined)
        if (typeof key === 'string') this.merged!.add(`s${key}`)
      }
    }
    for (const source of node.kind === sequenceNode ? node.children : [node]) {
      const real = source.kind === aliasNode ? source.target! : source
      if (real.kind !== mappingNode) throw yamlError('yaml: map merge requires map or sequence of maps as the value', node.line + 1, node.column + 1)
      this.#typed(source, shape, target)
    }
    this.merged = merged
  }

  #mismatch(node: Node, shape: Shape): void {
    this.#firstLine ??= node.line + 1
    const tag = shortTag(node)
    let value = ''
    if (tag !== '!!seq' && tag !== '!!map') value = ` \`${shortened(node.value)}\``
    this.problems.push(`line ${node.line + 1}: cannot unmarshal ${tag}${value} into ${shapeType(shape)}`)
  }
}

/** A type with an UnmarshalYAML: it reads itself as other shapes, of which one may fail, and may throw what fails the whole document. */
export type SelfDecoding = Extract<Shape, { kind: 'custom' }> & { readonly unmarshalYaml: (unmarshal: (as: Shape) => Value) => Value }

/** What did not fit in one attempt of an UnmarshalYAML. */
class Misfit extends Error {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(`yaml: unmarshal errors:\n  ${problems.join('\n  ')}`)
    this.problems = problems
  }
}

const yes = /^(?:y|Y|yes|Yes|YES|on|On|ON)$/
const no = /^(?:n|N|no|No|NO|off|Off|OFF)$/

function isNull(node: Node): boolean {
  return node.kind === scalarNode && shortTag(node) === '!!null'
}

/** Go counts and cuts the text by bytes. */
function shortened(text: string): string {
  return byteLength(text) > 10 ? `${byteSlice(text, 0, 7)}...` : text
}

function shortTag(node: Node): string {
  if (node.tag !== '' && node.tag !== '!') return node.tag.startsWith(longPrefix) ? `!!${node.tag.slice(longPrefix.length)}` : node.tag
  if (node.kind === mappingNode) return '!!map'
  if (node.kind === sequenceNode) return '!!seq'
  if (node.style !== plainStyle) return '!!str'
  if (node.value === '<<') return '!!merge'
  const resolver = new Resolver(true)
  resolver.resolve(node.value)
  return `!!${resolver.tag}`
}

const fieldTables = new WeakMap<StructShape, ReadonlyMap<string, Shape>>()

function fieldsOf(shape: StructShape): ReadonlyMap<string, Shape> {
  let table = fieldTables.get(shape)
  if (table === undefined) fieldTables.set(shape, (table = new Map(shape.fields.map((field) => [field.name, field.shape]))))
  return table
}

function durationOf(text: string): bigint | undefined {
  try {
    return nanosecondsOf(parseDuration(text))
  } catch {
    return undefined
  }
}

function lineOf(problem: string): number {
  return Number(/^line (\d+)/.exec(problem)?.[1] ?? 1)
}
