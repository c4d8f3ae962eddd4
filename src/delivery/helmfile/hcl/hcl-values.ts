import { PintleError } from '../../../errors/index.ts'
import type { Value } from '../../../language/go/index.ts'
import type { Values } from '../values-merge.ts'
import { evaluate } from './evaluate.ts'
import { hclError, placeText } from './hcl-error.ts'
import { referencesOf, type HclAttribute, type HclReference } from './node.ts'
import { HclParser } from './parser.ts'

/** A file of values, with what it keeps for itself. */
interface HclFile {
  readonly values: readonly HclAttribute[]
  readonly locals: readonly HclAttribute[]
}

/**
 * Values written in HCL: `values` blocks of all files together, which refer to each other as `hv.NAME`, and to `local.NAME` of the `locals` block of their own file. What several define is
 * merged, the later file over the earlier. Upstream: pkg/hcllang/hcl_loader.go.
 * @throws PintleError helmfile.hcl
 */
export async function hclValues(files: readonly { readonly path: string; readonly text: string }[]): Promise<Values> {
  const parsed = files.map(({ path, text }) => readFile(path, text))
  const locals = new Map<string, Value>()
  for (const [i, { locals: attributes }] of parsed.entries()) locals.set(files[i]!.path, localsOf(attributes))
  const definitions = new Map<string, HclAttribute[]>()
  for (const { values } of parsed) for (const attribute of values) definitions.set(attribute.name, [...(definitions.get(attribute.name) ?? []), attribute])
  const values: Values = new Map()
  for (const name of inOrder(definitions, 'values')) {
    const all = definitions.get(name)!
    let merged: Value = null
    for (const [i, attribute] of all.entries()) {
      const scope = new Map<string, Value>([...(values.size > 0 ? [['hv', new Map(values)] as [string, Value]] : []), ['local', locals.get(attribute.place.file) ?? new Map()]])
      const value = evaluated(attribute, scope, all.length > 1)
      merged = i === 0 ? value : mergeHcl(merged, value)
    }
    values.set(name, merged)
  }
  if (holdsInfinity(values)) throw new PintleError('helmfile.hcl', 'could not marshal cty value : failed to serialize value: cannot serialize infinity as JSON')
  return values
}

function readFile(path: string, text: string): HclFile {
  const blocks = new HclParser(path, text).blocks()
  const values: HclAttribute[] = []
  let locals: readonly HclAttribute[] | undefined
  for (const { type, attributes, place } of blocks) {
    if (type === 'values') values.push(...attributes)
    else if (type !== 'locals') throw hclError(place, 'Unsupported block type', `Blocks of type ${JSON.stringify(type)} are not expected here.`, text)
    else if (locals !== undefined) throw hclError(blocks[0]!.place, 'A file can only support exactly 1 `locals` block', '', text)
    else locals = attributes
  }
  return { values, locals: locals ?? [] }
}

function localsOf(attributes: readonly HclAttribute[]): Value {
  const definitions = new Map(attributes.map((attribute) => [attribute.name, [attribute]]))
  const locals: Values = new Map()
  for (const name of inOrder(definitions, 'locals')) locals.set(name, evaluated(definitions.get(name)![0]!, new Map(locals.size > 0 ? [['local', new Map(locals)]] : []), false))
  return locals
}

function evaluated(attribute: HclAttribute, scope: Map<string, Value>, several: boolean): Value {
  try {
    return evaluate(attribute.expression, scope)
  } catch (error) {
    const at = several ? ` at ${attribute.place.file}:${attribute.place.line}` : ''
    const { place } = error as PintleError
    throw new PintleError('helmfile.hcl', `error when trying to evaluate variable ${attribute.name}${at} : ${(error as Error).message}`, { cause: error, ...(place === undefined ? {} : { place }) })
  }
}

/** Names in an order in which each comes after those it refers to. */
function inOrder(definitions: ReadonlyMap<string, readonly HclAttribute[]>, block: 'values' | 'locals'): string[] {
  const needs = new Map<string, Set<string>>()
  for (const [name, attributes] of definitions) {
    needs.set(name, new Set(attributes.flatMap((attribute) => referencesOf(attribute.expression).flatMap((reference) => nameIn(reference, block)))))
  }
  for (const [name, own] of needs) {
    for (const need of own) if (!needs.has(need)) throw new PintleError('helmfile.hcl', `variables ${JSON.stringify(name)} depend(s) on undefined vars ${JSON.stringify(need)}`)
  }
  const done = new Set<string>()
  const order: string[] = []
  const visit = (name: string, way: readonly string[]): void => {
    if (done.has(name)) return
    if (way.includes(name)) throw new PintleError('helmfile.hcl', `error while building the DAG variable graph : cycle detected: ${[...way.slice(way.indexOf(name)), name].join(' -> ')}`)
    for (const need of needs.get(name)!) visit(need, [...way, name])
    done.add(name)
    order.push(name)
  }
  for (const name of needs.keys()) visit(name, [])
  return order
}

/** The name a reference is to; locals are known before values are. */
function nameIn({ root, name, steps, place }: HclReference, block: 'values' | 'locals'): string[] {
  if (root === 'local' && block === 'values') return []
  if (steps === 0) throw new PintleError('helmfile.hcl', `${placeText(place)}: Invalid reference; The ${JSON.stringify(root)} object cannot be accessed directly. Instead, access it from one of its root.`)
  if (name === undefined) throw new PintleError('helmfile.hcl', `${placeText(place)}: Invalid reference; The ${JSON.stringify(root)} object does not support this operation.`)
  return [name]
}

/** ctyMergeValues: objects by their keys, null keeps what was there, all else is replaced. */
function mergeHcl(a: Value, b: Value): Value {
  if (b === null) return a
  if (a instanceof Map && b instanceof Map) {
    const out = new Map(a)
    for (const [key, value] of b) out.set(key, out.has(key) ? mergeHcl(out.get(key)!, value) : value)
    return out
  }
  return b
}

function holdsInfinity(value: Value): boolean {
  if (Array.isArray(value)) return value.some(holdsInfinity)
  if (value instanceof Map) return [...value.values()].some(holdsInfinity)
  return typeof value === 'number' && !Number.isFinite(value)
}
