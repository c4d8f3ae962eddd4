import { Int, compareStrings, encodeUtf8, int, jsonMarshal, sprint, type Value } from '../go/index.ts'
import type { ListNode, Node } from './parse.ts'

/**
 * What a parsed template prints for a value. Upstream: k8s.io/client-go/util/jsonpath/jsonpath.go, without AllowMissingKeys. Go's order of the keys of a map
 * is random; here it is that of their names.
 * @throws Error with Go's text: a field that is not there, an index out of bounds, ...
 */
export function evaluateJsonPath(nodes: readonly Node[], value: Value): string {
  return new Evaluation(nodes).find(value, 0).map(printed).join('')
}

/** The values that a parsed template finds, in order; `undefined` where a text of it stands for nothing. @throws as evaluateJsonPath */
export function findJsonPath(nodes: readonly Node[], value: Value): (Value | undefined)[] {
  return new Evaluation(nodes).find(value, 0).flat()
}

type Found = readonly (Value | undefined)[]

class Evaluation {
  readonly #nodes: readonly Node[]
  #beginRange = 0
  #inRange = 0
  #endRange = 0
  #lastEnd = -1

  constructor(nodes: readonly Node[]) {
    this.#nodes = nodes
  }

  /** Results of the nodes from one on, up to the end of the range that is open. */
  find(value: Value | undefined, from: number): Found[] {
    const all: Found[] = []
    for (let i = from; i < this.#nodes.length; i++) {
      const results = this.#walk([value], this.#nodes[i]!)
      if (this.#endRange > 0 && this.#endRange <= this.#inRange) {
        this.#endRange--
        this.#lastEnd = i
        break
      }
      if (this.#beginRange > 0) {
        this.#beginRange--
        this.#inRange++
        for (const result of results) all.push(...this.find(result, i + 1))
        // The nodes of a range that found nothing are run all the same, to find its end.
        if (results.length === 0) this.find(undefined, i + 1)
        this.#inRange--
        if (this.#lastEnd > i) i = this.#lastEnd
        continue
      }
      all.push(results)
    }
    return all
  }

  #walk(input: Found, node: Node): Found {
    switch (node.type) {
      case 'list': return this.#list(input, node)
      case 'text': return [node.text]
      case 'field': return field(input, node.name)
      case 'array': return array(input, node)
      case 'filter': return this.#filter(input, node)
      case 'int': return input.map(() => int(node.value))
      case 'float':
      case 'bool': return input.map(() => node.value)
      case 'wildcard': return input.flatMap((v) => children(v))
      case 'recursive': return recursive(input)
      case 'union': return node.lists.flatMap((list) => this.#list(input, list))
      case 'identifier': return this.#identifier(input, node.name)
    }
  }

  #list(input: Found, { nodes }: ListNode): Found {
    let found = input
    for (const node of nodes) found = this.#walk(found, node)
    return found
  }

  #identifier(input: Found, name: string): Found {
    if (name === 'range') {
      this.#beginRange++
      return input
    }
    if (name !== 'end') throw new Error(`unrecognized identifier ${name}`)
    if (this.#inRange === 0) throw new Error('not in range, nothing to end')
    this.#endRange++
    return []
  }

  #filter(input: Found, { left, right, operator }: Extract<Node, { type: 'filter' }>): Found {
    const out: (Value | undefined)[] = []
    for (const value of input) {
      if (!Array.isArray(value)) throw new Error(`${value === undefined || value === null ? '<invalid reflect.Value>' : sprint([value])} is not array or slice and cannot be filtered`)
      for (const item of value) {
        let lefts: Found
        try {
          lefts = this.#list([item], left)
        } catch (error) {
          if (operator === 'exists') continue
          throw error
        }
        if (operator === 'exists') {
          if (lefts.length > 0) out.push(item)
          continue
        }
        if (lefts.length === 0) continue
        if (lefts.length > 1) throw new Error('can only compare one element at a time')
        const rights = this.#list([item], right)
        if (rights.length === 0) continue
        if (rights.length > 1) throw new Error('can only compare one element at a time')
        if (passes(lefts[0], operator, rights[0])) out.push(item)
      }
    }
    return out
  }
}

function field(input: Found, name: string): Found {
  if (input.length === 0) return []
  const out: Value[] = []
  for (const value of input) {
    const found = value instanceof Map ? value.get(name) : undefined
    if (found !== undefined) out.push(found)
  }
  if (out.length === 0) throw new Error(`${name} is not found`)
  return out
}

function array(input: Found, { from = 0, to, step = 1, single }: Extract<Node, { type: 'array' }>): Found {
  const out: Value[] = []
  for (const value of input) {
    if (value === null) continue
    if (!Array.isArray(value)) throw new Error('the value is not array or slice')
    const { length } = value
    const first = from < 0 ? from + length : from
    let last = to ?? length
    if (last < 0 || (last === 0 && single)) last += length
    // Asking for nothing ends it, whatever was found before.
    if (first === last) return out
    if (first >= length || first < 0) throw new Error(`array index out of bounds: index ${first}, length ${length}`)
    if (last > length || last < 0) throw new Error(`array index out of bounds: index ${last - 1}, length ${length}`)
    if (first > last) throw new Error(`starting index ${first} is greater than ending index ${last}`)
    if (step <= 0) throw new Error('step must be > 0')
    for (let i = first; i < last; i += step) out.push(value[i]!)
  }
  return out
}

function children(value: Value | undefined): Value[] {
  if (value instanceof Map) return [...value.keys()].sort(compareStrings).map((key) => value.get(key)!)
  if (Array.isArray(value)) return value
  return typeof value === 'string' ? [...encodeUtf8(value)].map((byte) => int(byte)) : []
}

function recursive(input: Found): Found {
  const out: (Value | undefined)[] = []
  for (const value of input) {
    const below = children(value)
    if (below.length > 0) out.push(value, ...recursive(below))
  }
  return out
}

type Comparable = { kind: 'int' | 'float' | 'string' | 'bool'; value: bigint | number | string | boolean }

function comparable(value: Value | undefined): Comparable {
  if (value instanceof Int) return { kind: 'int', value: value.value }
  switch (typeof value) {
    case 'number': return { kind: 'float', value }
    case 'string': return { kind: 'string', value }
    case 'boolean': return { kind: 'bool', value }
  }
  throw new Error('invalid type for comparison')
}

/** Comparisons as old Go templates make them: an integer and a fraction are no pair. Upstream: third_party/forked/golang/template/funcs.go. */
function passes(left: Value | undefined, operator: string, right: Value | undefined): boolean {
  if (!['<', '>', '==', '!=', '<=', '>='].includes(operator)) throw new Error(`unrecognized filter operator ${operator}`)
  const a = comparable(left)
  const b = comparable(right)
  if (a.kind !== b.kind) throw new Error('incompatible types for comparison')
  const equal = a.value === b.value
  if (operator === '==') return equal
  if (operator === '!=') return !equal
  if (a.kind === 'bool') throw new Error('invalid type for comparison')
  const less = a.kind === 'string' ? compareStrings(a.value as string, b.value as string) < 0 : a.value < b.value
  switch (operator) {
    case '<': return less
    case '<=': return less || equal
    case '>': return !less && !equal
    default: return !less
  }
}

/** PrintResults: collections as JSON, with spaces between the results of one node. */
function printed(results: Found): string {
  return results.map((value) => {
    if (value === undefined) return '<no value>'
    if (value === null) return 'null'
    return value instanceof Map || Array.isArray(value) ? jsonMarshal(value) : sprint([value])
  }).join(' ')
}
