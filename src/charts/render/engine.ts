import { PintleError, isPintleError } from '../../errors/index.ts'
import type { Host, Value } from '../../language/go/index.ts'
import { ValuesMap, asPlainMap } from '../../language/go/index.ts'
import { helmFunctions } from '../../language/sprig/index.ts'
import { Execution, TemplateSet, unwrapChain, type Span } from '../../language/template/index.ts'
import { marshal } from '../../language/yaml/index.ts'
import { FilesObject, metadataAsMap, tableAt, type Chart, type ChartFile, type Table } from '../chart/index.ts'
import { asValues, valuesMethods } from './values-methods.ts'
import { helmExecError, helmParseError } from './exec-error.ts'

export interface EngineOptions {
  /** Fail on values that are not there (`missingkey=error`). */
  readonly strict?: boolean
  readonly host: Host
  /** Record where every line of the output came from. Slower. */
  readonly trace?: boolean
  /** Milliseconds one template may run. */
  readonly maxTime?: number
}

/** A template with what Helm gives it to render. */
interface Renderable {
  readonly file: ChartFile
  readonly data: ValuesMap
  readonly basePath: string
}

export interface EngineResult {
  /** Rendered text by path, `chart/templates/x.yaml`; partials left out. */
  readonly files: Map<string, string>
  /** With `trace`: origins of the text, by path. */
  readonly spans?: Map<string, readonly Span[]>
}

/**
 * Renders charts as Helm's pkg/engine does. Keeps compiled templates: rendering the same loaded chart again, with the same subcharts
 * enabled, parses nothing.
 */
export class Engine {
  readonly #sets = new Map<string, TemplateSet>()
  readonly #ids = new WeakMap<ChartFile, number>()
  #nextId = 0

  /**
   * @param values what toRenderValues returned: Chart, Capabilities, Release, Values
   * @throws PintleError template.parse, template.exec, template.limit with Helm's text
   */
  render(chart: Chart, values: Table, options: EngineOptions): EngineResult {
    const templates = new Map<string, Renderable>()
    collect(chart, templates, values)
    const names = sortTemplates(templates.keys())
    const set = this.#compile(names, templates, options.strict ?? false)
    const execution = new Execution(set, { host: options.host, ...(options.maxTime === undefined ? {} : { maxTime: options.maxTime }) })
    const files = new Map<string, string>()
    const spans = options.trace ? new Map<string, readonly Span[]>() : undefined
    for (const name of names) {
      if (name.slice(name.lastIndexOf('/') + 1).startsWith('_')) continue
      const { data, basePath } = templates.get(name)!
      const about = new ValuesMap()
      about.set('Name', name)
      about.set('BasePath', basePath)
      data.set('Template', about)
      try {
        if (spans) {
          const traced = execution.trace(name, data)
          spans.set(name, traced.spans)
          files.set(name, traced.output)
        } else files.set(name, execution.execute(name, data))
      } catch (error) {
        throw execFailure(name, error, templates)
      }
    }
    // Go prints nil as "<no value>" even with missingkey=zero; Helm strips it, also where a template wrote it on purpose.
    for (const [name, text] of files) {
      if (!text.includes(noValue)) continue
      files.set(name, text.replaceAll(noValue, ''))
      const traced = spans?.get(name)
      if (traced !== undefined) spans!.set(name, withoutNoValue(traced, text))
    }
    return { files, ...(spans === undefined ? {} : { spans }) }
  }

  #compile(names: readonly string[], templates: ReadonlyMap<string, Renderable>, strict: boolean): TemplateSet {
    const key = `${strict}\n${names.map((name) => `${this.#id(templates.get(name)!.file)} ${name}`).join('\n')}`
    const known = this.#sets.get(key)
    if (known) return known
    const set = new TemplateSet('gotpl', { funcs: helmFunctions, missingKey: strict ? 'error' : 'zero', valuesMethods })
    for (const name of names) {
      try {
        set.parse(name, templates.get(name)!.file.text)
      } catch (error) {
        if (!isPintleError(error)) throw error
        throw new PintleError(error.code, helmParseError(name, error.message), {
          cause: error,
          ...(error.place ? { place: sourceOf(error.place, templates) } : {}),
          ...(error.hint === undefined ? {} : { hint: error.hint }),
        })
      }
    }
    if (this.#sets.size >= 64) this.#sets.clear()
    this.#sets.set(key, set)
    return set
  }

  #id(file: ChartFile): number {
    let id = this.#ids.get(file)
    if (id === undefined) this.#ids.set(file, (id = this.#nextId++))
    return id
  }
}

/** recAllTpls of pkg/engine/engine.go: every template of the chart and its subcharts with the values of its scope. */
function collect(chart: Chart, templates: Map<string, Renderable>, values: Table): ValuesMap {
  const about = metadataAsMap(chart.metadata)
  about.set('IsRoot', chart.isRoot)
  const subcharts = new Map<string, Value>()
  const data = new ValuesMap()
  for (const [key, value] of [
    ['Chart', about],
    ['Files', FilesObject.of(chart.files, (v) => marshal(v).replace(/\n$/, ''))],
    ['Release', values.get('Release') ?? null],
    ['Capabilities', values.get('Capabilities') ?? null],
    ['Values', scoped(chart, values)],
    ['Subcharts', subcharts],
  ] as [string, Value][]) data.set(key, value)
  for (const child of chart.dependencies) subcharts.set(child.name, asPlainMap(collect(child, templates, data)))
  const path = chart.chartFullPath
  for (const file of chart.templates) {
    if (chart.isLibrary && !file.name.slice(file.name.lastIndexOf('/') + 1).startsWith('_')) continue
    templates.set(`${path}/${file.name}`, { file, data, basePath: `${path}/templates` })
  }
  return data
}

function scoped(chart: Chart, values: Table): Value {
  if (chart.isRoot) return values.get('Values') ?? null
  try {
    const table = tableAt(values, `Values.${chart.name}`)
    return asValues(table)
  } catch {
    return new ValuesMap()
  }
}

/** Deeper paths first, and among equals the later name first: Helm's reversed byPathLen. */
function sortTemplates(names: Iterable<string>): string[] {
  const depth = new Map<string, number>()
  for (const name of names) {
    let count = 0
    for (let i = name.indexOf('/'); i >= 0; i = name.indexOf('/', i + 1)) count++
    depth.set(name, count)
  }
  return [...depth.keys()].sort((a, b) => depth.get(b)! - depth.get(a)! || (a < b ? 1 : a > b ? -1 : 0))
}

function execFailure(name: string, error: unknown, templates: ReadonlyMap<string, Renderable>): unknown {
  if (!isPintleError(error) || (error.code !== 'template.exec' && error.code !== 'template.parse')) return error
  const chain = unwrapChain(error)
  const deepest = innermost(error)
  const place = deepest.place ?? error.place
  return new PintleError('template.exec', helmExecError(name, chain), {
    cause: error,
    ...(place ? { place: sourceOf(place, templates) } : {}),
    hint: 'Set the value the template asks for, or run `pintle explain` to see where it comes from.',
  })
}

/** The error nearest to the cause that still knows its place. */
function innermost(error: PintleError): PintleError {
  let found = error
  for (let e: unknown = error; e instanceof Error; e = e.cause) if (isPintleError(e) && e.place) found = e
  return found
}

function sourceOf(place: NonNullable<PintleError['place']>, templates: ReadonlyMap<string, Renderable>): NonNullable<PintleError['place']> {
  const text = place.source ?? templates.get(place.file)?.file.text
  return { ...place, ...(text === undefined ? {} : { source: text }) }
}

const noValue = '<no value>'

/** Spans of a text as they are once `<no value>` is taken out of it. */
function withoutNoValue(spans: readonly Span[], text: string): Span[] {
  const gone: number[] = []
  for (let at = text.indexOf(noValue); at >= 0; at = text.indexOf(noValue, at + noValue.length)) gone.push(at)
  const moved = (offset: number): number => {
    let [low, high] = [0, gone.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (gone[middle]! < offset) low = middle + 1
      else high = middle
    }
    return low === 0 ? offset : Math.max(gone[low - 1]!, offset - noValue.length) - noValue.length * (low - 1)
  }
  return spans.map((span) => ({ ...span, start: moved(span.start), end: moved(span.end) }))
}
