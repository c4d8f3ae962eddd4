import { relative } from 'node:path'
import { valueLayers, type Chart } from '../../charts/chart/index.ts'
import { pathKeys, type ObjectChange, type PlacedLine } from '../../cluster/diff/index.ts'
import type { Locate } from '../../cluster/release/index.ts'
import { marshalPlain, positions } from '../../language/yaml/index.ts'
import { layerSources } from './commands/explain.ts'
import type { CommandContext } from './command.ts'

/** Origins beyond this many places are not looked up. */
const maxOrigins = 500

/** Says which template line wrote a place of an object, and which file, line or flag set the values in it. */
export class Origins {
  readonly #chart: Chart
  readonly #locate: Locate
  readonly #sources: Awaited<ReturnType<typeof layerSources>>
  readonly #known = new Map<string, string | undefined>()
  readonly #paths = new WeakMap<ObjectChange, readonly (readonly string[] | undefined)[]>()
  #left = maxOrigins

  private constructor(chart: Chart, locate: Locate, sources: Awaited<ReturnType<typeof layerSources>>) {
    this.#chart = chart
    this.#locate = locate
    this.#sources = sources
  }

  static async of(context: CommandContext, chart: Chart, locate: Locate): Promise<Origins> {
    return new Origins(chart, locate, await layerSources(context))
  }

  /** Of a changed field, by its path. */
  field(change: ObjectChange, path: string): string | undefined {
    return this.#origin(change, pathKeys(path))
  }

  /** Of a line that is added; lines that go were written by nobody now. */
  line(change: ObjectChange, line: PlacedLine): string | undefined {
    if (line.kind !== '+' || change.after === undefined) return undefined
    let paths = this.#paths.get(change)
    if (paths === undefined) this.#paths.set(change, (paths = linePaths(change.after)))
    const keys = paths[line.at]
    return keys === undefined ? undefined : this.#origin(change, keys)
  }

  #origin(change: ObjectChange, keys: readonly string[]): string | undefined {
    // What a chart writes as stringData is read as data.
    const key = JSON.stringify([change.kind, change.name, keys])
    if (this.#known.has(key)) return this.#known.get(key)
    if (this.#left-- <= 0) return undefined
    const found = (change.kind === 'Secret' && keys[0] === 'data' ? this.#exact(change, ['stringData', ...keys.slice(1)]) : undefined) ?? this.#locate({ kind: change.kind, name: change.name, keys })
    const origin = found && `${found.place.file}:${found.place.line}${found.values.length === 0 ? '' : `, from ${found.values.map((value) => this.#value(value)).join(', ')}`}`
    this.#known.set(key, origin)
    return origin
  }

  /** Only where the template writes that very field. */
  #exact(change: ObjectChange, keys: readonly string[]): ReturnType<Locate> {
    const [found, around] = [this.#locate({ kind: change.kind, name: change.name, keys }), this.#locate({ kind: change.kind, name: change.name, keys: ['kind'] })]
    return found !== undefined && found.place.line !== around?.place.line ? found : undefined
  }

  #value(value: string): string {
    const layer = valueLayers(this.#chart, value.split('.'), this.#sources).at(-1)
    if (layer === undefined) return value
    return `${value} (${layer.file === undefined ? layer.source : `${relative(process.cwd(), layer.file) || layer.file}${layer.line === undefined ? '' : `:${layer.line}`}`})`
  }
}

/** For each line of an object's YAML, the keys of what stands on it; items of lists by their names where they have some. */
function linePaths(object: object): (readonly string[] | undefined)[] {
  const text = marshalPlain(object)
  const out: (readonly string[] | undefined)[] = []
  for (const { path, line } of positions(text)) {
    if (path.length === 0) continue
    let at: unknown = object
    out[line - 1] = path.map((step) => {
      at = (at as Record<string | number, unknown> | undefined)?.[step]
      const name = typeof step === 'number' ? (at as { name?: unknown } | undefined)?.name : undefined
      return typeof name === 'string' ? `name=${name}` : String(step)
    })
  }
  // Lines of a longer text belong to where it begins.
  for (let i = 1; i < text.split('\n').length; i++) out[i] ??= out[i - 1]
  return out
}
