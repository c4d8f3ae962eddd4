import { isTable, type Chart } from '../chart/index.ts'
import { freeValues } from '../checks/index.ts'
import type { Value } from '../../language/go/index.ts'
import { inferredType } from './inferred-types.ts'
import { SchemaTypes, type NamedType } from './schema-types.ts'
import { commentLines, intersection, plain, text, typeName, unknown, type Field, type Type } from './type-text.ts'
import { valueComments, valueOrder } from './value-comments.ts'

/**
 * TypeScript types of a chart's values: `Values`, all that templates see, and `ValuesFile`, what a values file may set of it. They come from
 * values.schema.json, or without one from values.yaml with its comments; values of subcharts stand under their names, `global` has those of all.
 *
 * ```ts
 * writeFileSync('shop.ts', valuesTypes(await loadChart('./charts/shop')))
 * ```
 * @returns a module without imports
 */
export function valuesTypes(chart: Chart): string {
  const taken = new Set(['Values', 'ValuesFile', 'Array', 'Record'])
  const named: NamedType[] = []
  const values = valuesOf(chart, taken, named, 0)
  const { name, version } = chart.metadata
  const out = [
    ...commentLines([`The values of the chart ${name} ${version}. Written by \`pintle types\`: changes are lost.`], ''),
    '',
    ...commentLines(['What the templates see: defaults and all that is set over them.'], ''),
    declaration('Values', values),
    '',
    ...commentLines(['What a values file may set; null takes a default away.', '', '@example export default { replicas: 2 } satisfies ValuesFile'], ''),
    'export type ValuesFile = Settable<Values>',
    '',
    'type Settable<T> = T extends readonly unknown[] ? T : T extends object ? { [K in keyof T]?: Settable<T[K]> | null } : T',
  ]
  for (const { name: alias, type, comment } of named) out.push('', ...commentLines(comment, ''), declaration(alias, type))
  return `${out.join('\n')}\n`
}

function declaration(name: string, type: Type): string {
  return type.is === 'object' && (type.fields.length > 0 || type.index !== undefined) ? `export interface ${name} ${text(type)}` : `export type ${name} = ${text(type)}`
}

/** Charts nest; nobody nests them deeper. */
const maxDepth = 16

function valuesOf(chart: Chart, taken: Set<string>, named: NamedType[], depth: number): Type {
  const own = ownValues(chart, taken, named)
  if (depth > maxDepth) return own
  const children: Field[] = []
  const shared: Type[] = []
  for (const { name, child } of dependenciesOf(chart)) {
    const alias = typeName(name, taken)
    const type = child === undefined ? undefined : valuesOf(child, taken, named, depth + 1)
    const mine = field(own, name)
    if (type === undefined) {
      if (mine === undefined) children.push({ name, type: { is: 'object', fields: [], index: unknown }, optional: true, comment: [`Values of the chart ${name}, which is not in charts/.`] })
      continue
    }
    named.push({ name: alias, type, comment: [`The values of the chart ${child!.name} ${child!.metadata.version}.`] })
    const global = field(type, 'global')
    if (global !== undefined && global.is === 'object') shared.push(global)
    // What the chart itself says about the subchart's values, beyond what that knows: often the condition to use it.
    const more = mine === undefined ? undefined : beyond(mine, type)
    children.push({ name, type: more === undefined ? plain(alias) : intersection([plain(alias), more]), optional: true, comment: [] })
  }
  if (children.length === 0) return own
  const without = own.is === 'object' ? { ...own, fields: own.fields.filter((f) => !children.some((c) => c.name === f.name) && f.name !== 'global') } : own
  const global = field(own, 'global')
  if (children.length > 0) children.push({ name: 'global', type: intersection([...(global === undefined ? [] : [global]), ...shared, { is: 'object', fields: [], index: unknown }]), optional: true, comment: ['Values that all charts see.'] })
  if (without.is === 'object') return { ...without, fields: [...without.fields, ...children] }
  return intersection([without, { is: 'object', fields: children, index: unknown }])
}

/** The fields of a type that another lacks. */
function beyond(mine: Type, theirs: Type): Type | undefined {
  if (mine.is !== 'object' || theirs.is !== 'object' || theirs.index !== undefined) return undefined
  const fields = mine.fields.flatMap((f) => {
    const other = field(theirs, f.name)
    const type = other === undefined ? f.type : beyond(f.type, other)
    return type === undefined ? [] : [{ ...f, type, optional: true }]
  })
  return fields.length === 0 ? undefined : { is: 'object', fields }
}

function ownValues(chart: Chart, taken: Set<string>, named: NamedType[]): Type {
  const inferred = inferredType((chart.values ?? new Map<string, Value>()) as Value, { ...saidOf(chart.valuesFile?.text), isFree: freeValues(chart) })
  const schema = parsed(chart.schema?.text)
  if (schema === undefined) return inferred
  const types = new SchemaTypes(schema as never, taken)
  const type = types.root()
  named.push(...types.named)
  return completed(type, inferred)
}

/** What a schema says, with what default values have beside that, where it allows for more: many schemas tell a part only. */
function completed(schema: Type, inferred: Type): Type {
  if (schema.is !== 'object' || inferred.is !== 'object') return schema
  const fields = schema.fields.map((f) => {
    const other = inferred.fields.find((i) => i.name === f.name)
    return other === undefined ? f : { ...f, type: completed(f.type, other.type), comment: f.comment.length > 0 ? f.comment : other.comment }
  })
  if (schema.open !== true) return { ...schema, fields }
  const more = inferred.fields.filter((i) => !fields.some((f) => f.name === i.name)).map((f) => ({ ...f, optional: true }))
  const index = schema.index ?? (inferred.fields.length > 0 ? inferred.index : undefined)
  return { ...schema, fields: [...fields, ...more], ...(index === undefined ? {} : { index }) }
}

function saidOf(source = ''): { comments: Map<string, string[]>; order: Map<string, number> } {
  try {
    return { comments: valueComments(source), order: valueOrder(source) }
  } catch {
    // Several documents, of which only the first can be read: types without comments.
    return { comments: new Map(), order: new Map() }
  }
}

/** A schema that is no JSON, or says nothing, is none. */
function parsed(source: string | undefined): unknown {
  try {
    const schema: unknown = source === undefined ? undefined : JSON.parse(source)
    return typeof schema === 'object' && schema !== null && Object.keys(schema).some((key) => !['$schema', '$id', 'title', 'description', 'type'].includes(key)) ? schema : undefined
  } catch {
    return undefined
  }
}

/** The charts below by the names their values have, those that are not there too. */
function dependenciesOf(chart: Chart): { name: string; child: Chart | undefined }[] {
  const out = new Map<string, Chart | undefined>()
  const used = new Set<string>()
  for (const dependency of chart.metadata.dependencies ?? []) {
    if (dependency === null) continue
    used.add(dependency.name)
    out.set(dependency.alias || dependency.name, chart.dependencies.find((c) => c.name === dependency.name))
  }
  for (const child of chart.dependencies) if (!used.has(child.name)) out.set(child.name, child)
  return [...out].filter(([, child]) => child?.isLibrary !== true || isTable(child.values)).map(([name, child]) => ({ name, child }))
}

function field(type: Type, name: string): Type | undefined {
  return type.is === 'object' ? type.fields.find((f) => f.name === name)?.type : undefined
}
