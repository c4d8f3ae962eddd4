import { isPintleError } from '../../../errors/index.ts'
import type { Value } from '../../../language/go/index.ts'
import { parseTemplate, type ParsedTree } from '../../../language/template/index.ts'
import { positions, type Position } from '../../../language/yaml/index.ts'
import type { Chart } from '../../chart/index.ts'
import type { Finding } from '../finding.ts'
import { root } from './abstract.ts'
import { Reads } from './reads.ts'
import { TemplateReader, TooComplex, type BareRead, type NamedTree } from './template-reader.ts'

/**
 * Compares a chart's values.yaml with what its templates read, without running them: values that nothing reads, and reads of what has no default and is not
 * protected by a condition, `default`, `required`, `index` or the like. Values of subcharts and globals are left to those charts.
 * @returns nothing for charts that cannot be judged: library charts, templates that do not parse, values handed to templates that are not there
 */
export function checkValues(chart: Chart): Finding[] {
  if (chart.isLibrary) return []
  const reads = new Reads()
  let reader: TemplateReader
  try {
    reader = readTemplates(chart, reads)
  } catch (error) {
    // Said by others.
    if (error instanceof TooComplex || isPintleError(error, 'template.parse', 'template.limit')) return []
    throw error
  }
  const text = chart.valuesFile?.text ?? ''
  let places: Position[]
  try {
    places = [...positions(text)]
  } catch {
    return []
  }
  const foreign = new Set([...(chart.metadata.dependencies ?? []).flatMap((d) => (d === null ? [] : [d.name, d.alias])), ...chart.dependencies.map((d) => d.name), 'global', 'tags', 'exports'])
  return [...unused(reads, places, text, foreign), ...undefinedReads(chart, reader.bare, text, foreign)]
}

/**
 * Which parts of a chart's values its templates take together with all that is in them (toYaml and the like): such a part may hold anything.
 * @returns for a path of keys, `*` for items; all parts of a chart that cannot be judged
 */
export function freeValues(chart: Chart): (path: readonly string[]) => boolean {
  const reads = new Reads()
  try {
    readTemplates(chart, reads)
  } catch (error) {
    if (error instanceof TooComplex || isPintleError(error, 'template.parse', 'template.limit')) return () => true
    throw error
  }
  // Where all values are handed on to what is not followed, only what is taken by name counts.
  reads.all = false
  return (path) => path.length > 0 && reads.covers(path)
}

/** The names of functions do not matter here. */
const anyFunction = (name: string): boolean => name !== 'break' && name !== 'continue'

function readTemplates(chart: Chart, reads: Reads): TemplateReader {
  const templates = new Map<string, NamedTree>()
  const files: { tree: ParsedTree; file: string }[] = []
  collect(chart, templates, files, chart)
  const reader = new TemplateReader(reads, templates, (text) => {
    try {
      return [...parseTemplate('tpl', text, anyFunction).values()]
    } catch {
      return []
    }
  })
  for (const { tree, file } of files) reader.run(tree, file, root)
  // What nobody calls by name may be called by others, or by a name that is computed.
  for (const [name, { tree, file }] of templates) if (file.startsWith('templates/') && !reader.called.has(name)) reader.run(tree, file, root, true)
  // Texts among the values that go through tpl, and what comments say about such.
  for (const value of texts(chart.values)) reader.runText(value, root)
  const mentions = (text: string): void => {
    for (const m of text.matchAll(/\.Values((?:\.\w+)+)/g)) reads.add(m[1]!.slice(1).split('.'), true)
  }
  mentions(chart.valuesFile?.text ?? '')
  if (reader.usesFiles) for (const file of chart.files) mentions(file.text)
  // What the chart above decides by whether to use this one.
  reads.add(['enabled'], false)
  for (const dependency of chart.metadata.dependencies ?? []) {
    for (const condition of (dependency?.condition ?? '').split(',')) if (condition.trim() !== '') reads.add(condition.trim().split('.'), true)
    for (const item of dependency?.importValues ?? []) {
      const parent = item instanceof Map ? (item as Map<string, Value>).get('parent') : undefined
      if (typeof parent === 'string') reads.add(parent.split('.'), true)
    }
  }
  return reader
}

/** The trees of a chart and its subcharts; templates of the charts above win. */
function collect(chart: Chart, templates: Map<string, NamedTree>, files: { tree: ParsedTree; file: string }[], top: Chart): void {
  for (const { name, text } of chart.templates) {
    const file = chart === top ? name : `${chart.chartFullPath.slice(top.chartFullPath.length + 1)}/${name}`
    for (const [key, tree] of parseTemplate(file, text, anyFunction)) {
      if (key === file) {
        // Files that start with _ render nothing.
        if (chart === top) files.push({ tree, file })
      } else if (!templates.has(key)) templates.set(key, { tree, file })
    }
  }
  for (const child of chart.dependencies) collect(child, templates, files, top)
}

function* texts(value: Value | null): Generator<string> {
  if (typeof value === 'string') yield value
  else if (Array.isArray(value)) for (const item of value as Value[]) yield* texts(item)
  else if (value instanceof Map) for (const item of value.values()) yield* texts(item as Value)
}

function* unused(reads: Reads, places: readonly Position[], text: string, foreign: ReadonlySet<string>): Generator<Finding> {
  if (reads.all) return
  const lines = text.split('\n')
  /** Reported with all that is below. */
  const told: (readonly (string | number)[])[] = []
  for (const { path, line, column } of places) {
    if (path.length === 0 || foreign.has(String(path[0])) || told.some((t) => t.every((step, i) => step === path[i]))) continue
    if (reads.touches(path.map((step) => (typeof step === 'number' ? '*' : step)))) continue
    told.push(path)
    // An anchor is there for its aliases.
    if (/:\s*&\w/.test(lines[line - 1] ?? '')) continue
    yield { rule: 'values/unused', severity: 'warning', path: 'values.yaml', line, column, message: `no template reads ${pathText(path)}` }
  }
}

function* undefinedReads(chart: Chart, bare: readonly BareRead[], text: string, foreign: ReadonlySet<string>): Generator<Finding> {
  const schema = schemaOf(chart)
  /** The first read of each, and how many more there are. */
  const told = new Map<string, { readonly first: BareRead; more: number }>()
  // What fails says more than what stays empty.
  for (const read of [...bare].sort((a, b) => Number(a.use === 'output') - Number(b.use === 'output'))) {
    const { path, template } = read
    if (path.length === 0 || path.includes('*') || foreign.has(path[0]!) || template.startsWith('charts/')) continue
    if (provided(chart.values, path) || declared(schema, path) || mentioned(text, path)) continue
    const known = path.map((_, i) => told.get(path.slice(0, i + 1).join('.'))).find((t) => t !== undefined && (t.first.use === 'member' || t.first.path.length === path.length))
    if (known === undefined) told.set(path.join('.'), { first: read, more: 0 })
    else if (known.first.template !== template || lineOf(chart, known.first) !== lineOf(chart, read)) known.more++
  }
  for (const { first, more } of told.values()) {
    const { path, use, template, pos } = first
    yield {
      rule: 'values/undefined', severity: 'warning', path: template, line: lineOf(chart, first), column: columnOf(textOf(chart, template), pos),
      message: `.Values.${path.join('.')} has no default${use === 'member' ? ': reading a field of it fails' : ''}${more === 0 ? '' : ` (and ${more} more such reads)`}`,
    }
  }
}

function textOf(chart: Chart, template: string): string {
  return chart.templates.find((t) => t.name === template)?.text ?? ''
}

function lineOf(chart: Chart, { template, pos }: BareRead): number {
  return textOf(chart, template).slice(0, pos).split('\n').length
}

/** Of the beginning of a chain of fields, which for Go stands at its second field. */
function columnOf(text: string, pos: number): number {
  let start = pos
  while (start > 0 && /[\w.$]/.test(text[start - 1]!)) start--
  return start - text.lastIndexOf('\n', start - 1)
}

/** Whether the default values hold the key, null too. */
function provided(values: Value | null, path: readonly string[]): boolean {
  let value: Value | undefined = values
  for (const key of path) {
    if (!(value instanceof Map)) return false
    const map = value as ReadonlyMap<string, Value>
    if (!map.has(key)) return false
    value = map.get(key)
  }
  return true
}

/** Whether values.yaml speaks of the key in a comment: a usual way to document what has no default. */
function mentioned(text: string, path: readonly string[]): boolean {
  const key = path.at(-1)!.replaceAll(/[^\w]/g, '\\$&')
  return new RegExp(`^[ \\t]*#.*\\b${key}\\b`, 'm').test(text)
}

function schemaOf(chart: Chart): unknown {
  try {
    return chart.schema === undefined ? undefined : JSON.parse(chart.schema.text)
  } catch {
    return undefined
  }
}

/** Whether values.schema.json knows the key, as far as plain properties go; what it refers to elsewhere counts as known. */
function declared(schema: unknown, path: readonly string[]): boolean {
  let at = schema
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return false
    if ('$ref' in at || 'allOf' in at || 'anyOf' in at || 'oneOf' in at) return true
    const properties = (at as { properties?: Record<string, unknown> }).properties
    if (properties === undefined || !Object.hasOwn(properties, key)) return false
    at = properties[key]
  }
  return true
}

function pathText(path: readonly (string | number)[]): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : /^[\w-]+$/.test(step) ? `${i === 0 ? '' : '.'}${step}` : `[${JSON.stringify(step)}]`)).join('')
}
