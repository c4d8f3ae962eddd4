import { Int, type Value } from '../../language/go/index.ts'
import { positions, type Position } from '../../language/yaml/index.ts'
import type { Chart } from './chart.ts'
import { isTable, type Table } from './merge-maps.ts'
import { jsonPrefix } from './strvals/json-prefix.ts'
import { parseSet, parseSetFile, parseSetJson, parseSetLiteral, parseSetString } from './strvals/parse.ts'
import type { ValueSources } from './values-options.ts'
import { splitDocuments } from './values-yaml.ts'

/** One place that sets a value. */
export interface ValueLayer {
  /** `values.yaml of checkout-api`, `prod.yaml`, `--set image.tag=...` (without the value). */
  readonly source: string
  /** File to open, when there is one. */
  readonly file?: string
  /** From 1. */
  readonly line?: number
  readonly column?: number
  /** Scalars only; null deletes what lower layers set. */
  readonly value?: string | number | boolean | null
  /** Not a scalar: a map or a list, whose parts are merged or replaced. */
  readonly kind: 'scalar' | 'mapping' | 'sequence' | 'alias' | 'flag'
}

export interface LayerSources extends ValueSources {
  /** Text of each values file, by the name given on the command line. */
  readonly texts?: ReadonlyMap<string, string>
  /** Files whose text is not what is in them: what a script gave. Its lines are nobody's. */
  readonly unplaced?: ReadonlySet<string>
  /** Who sets what is laid over everything. */
  readonly overSource?: string
}

/**
 * Every place that sets a value, lowest layer first: defaults of the subchart, of its parents, values files in order, flags in Helm's order.
 * The last one wins, except that maps merge.
 * @param keys from the root chart's values: ['session-cache', 'maxMemory']
 */
export function valueLayers(chart: Chart, keys: readonly (string | number)[], sources: LayerSources): ValueLayer[] {
  const out: ValueLayer[] = []
  const defaults: ValueLayer[] = []
  let scope: Chart | undefined = chart
  for (let depth = 0; scope !== undefined; depth++) {
    const file = scope.valuesFile
    if (file !== undefined) {
      const found = find(file.text, keys.slice(depth))
      const path = scope === chart ? 'values.yaml' : `${scope.chartFullPath.slice(scope.chartFullPath.indexOf('/') + 1)}/values.yaml`
      if (found) defaults.unshift({ source: `values.yaml of ${scope.name}`, file: chart.path === undefined ? path : `${chart.path}/${path}`, ...place(found) })
    }
    if (depth > 0 && keys[depth] === 'global' && depth < keys.length - 1) {
      // Globals of the charts above win over those of the subchart.
      return [...defaults, ...valueLayers(chart, keys.slice(depth), sources)]
    }
    const next: string | number | undefined = keys[depth]
    scope = typeof next === 'string' && depth < keys.length - 1 ? scope.dependencies.find((d) => d.name === next) : undefined
  }
  out.push(...defaults)
  for (const name of sources.valueFiles ?? []) {
    const text = sources.texts?.get(name)
    const found = text === undefined ? undefined : find(text, keys)
    if (!found) continue
    const { line, column, ...rest } = place(found)
    out.push({ source: name, file: name, ...rest, ...(sources.unplaced?.has(name) === true ? {} : { line: line!, column: column! }) })
  }
  const flags: [string, readonly string[] | undefined, (text: string, into: Table) => void][] = [
    ['--set-json', sources.setJson, jsonInto],
    ['--set', sources.set, parseSet],
    ['--set-string', sources.setString, parseSetString],
    // What is in the file is not known here, nor is it wanted: such files often hold secrets.
    ['--set-file', sources.setFile, (text, into) => parseSetFile(text, into, (name) => `contents of ${name}`)],
    ['--set-literal', sources.setLiteral, parseSetLiteral],
  ]
  for (const [flag, expressions, parse] of flags) {
    for (const expression of expressions ?? []) {
      const set: Table = new Map()
      try {
        parse(expression, set)
      } catch {
        // A broken expression is reported by whoever reads its values.
        continue
      }
      const value = at(set, keys)
      if (value === undefined) continue
      const scalar = value instanceof Int ? Number(value.value) : value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined
      out.push({ source: expression.trimStart().startsWith('{') ? `${flag} {...}` : `${flag} ${expression.split('=')[0]}=...`, kind: 'flag', ...(scalar === undefined ? {} : { value: scalar }) })
    }
  }
  const over = sources.over === undefined ? undefined : at(sources.over, keys)
  if (over !== undefined) out.push({ source: sources.overSource ?? 'over all others', kind: isTable(over) ? 'mapping' : 'flag', ...(typeof over === 'string' ? { value: over } : {}) })
  return out
}

/** Where a values file sets the keys; of its documents the last one that does counts. */
function find(text: string, keys: readonly (string | number)[]): Position | undefined {
  try {
    for (const document of splitDocuments(text, '').reverse()) {
      for (const p of positions(document.text)) {
        if (p.path.length === keys.length && p.path.every((step, i) => String(step) === String(keys[i]))) {
          return { ...p, line: p.line + document.line, valueLine: p.valueLine + document.line }
        }
      }
    }
  } catch {
    // A broken file is reported by whoever reads its values.
  }
  return undefined
}

function jsonInto(text: string, into: Table): void {
  const trimmed = text.trim()
  if (!trimmed.startsWith('{')) return parseSetJson(text, into)
  const { value } = jsonPrefix(trimmed)
  if (isTable(value)) for (const [key, item] of value) into.set(key, item)
}

function place(p: Position): Pick<ValueLayer, 'line' | 'column' | 'value' | 'kind'> {
  return { line: p.line, column: p.column, kind: p.kind, ...(p.kind === 'scalar' ? { value: typeof p.value === 'bigint' ? String(p.value) : (p.value ?? null) } : {}) }
}

function at(table: Table, keys: readonly (string | number)[]): Value | undefined {
  let value: Value | undefined = table as Value
  for (const key of keys) {
    if (isTable(value)) value = value.get(String(key))
    else if (Array.isArray(value)) value = value[Number(key)]
    else return undefined
  }
  return value
}
