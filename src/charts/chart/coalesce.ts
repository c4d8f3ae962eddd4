import { ValuesMap, formatValue, quote, sprintf } from '../../language/go/index.ts'
import type { Chart } from './chart.ts'
import type { Log } from './log.ts'
import { copyTable, isTable } from './merge-maps.ts'
import type { Table } from './merge-maps.ts'

/**
 * All values of a chart and its subcharts: `values` over the chart's own defaults, globals pushed down, nulls removing
 * what they override (CoalesceValues of pkg/chart/common/util). `values` is not changed.
 * @throws Error `type mismatch on NAME: ...` when the value of a subchart is no table
 */
export function coalesceValues(chart: Chart, values: Table, log?: Log): ValuesMap {
  const copy = copyTable(values, new ValuesMap())
  coalesce(new Coalescer(log, false), chart, copy, '')
  return copy
}

/** Like coalesceValues, but nulls stay, for another round later (MergeValues). */
export function mergeValues(chart: Chart, values: Table, log?: Log): ValuesMap {
  const copy = copyTable(values, new ValuesMap())
  coalesce(new Coalescer(log, true), chart, copy, '')
  return copy
}

/** Lays `dest` over `source`, into `dest`; both may change (CoalesceTables and, with `merge`, MergeTables). */
export function coalesceTables(dest: Table, source: Table, merge: boolean, log?: Log): Table {
  new Coalescer(log, merge).tables(dest, source, '', merge)
  return dest
}

const join = (prefix: string, key: string): string => (prefix === '' ? key : `${prefix}.${key}`)

function coalesce(run: Coalescer, chart: Chart, dest: Table, prefix: string): void {
  run.chartValues(chart, dest, prefix)
  for (const child of chart.dependencies) {
    let table = dest.get(child.name)
    if (table === undefined) {
      table = new Map()
      dest.set(child.name, table)
    } else if (!isTable(table)) {
      throw new Error(sprintf('type mismatch on %s: %t', [child.name, table]))
    }
    const childPrefix = join(prefix, chart.name)
    run.globals(table, dest, childPrefix)
    coalesce(run, child, table, childPrefix)
  }
}

class Coalescer {
  private readonly log: Log | undefined
  private readonly merge: boolean

  constructor(log: Log | undefined, merge: boolean) {
    this.log = log
    this.merge = merge
  }

  private warn(message: string): void {
    // Helm prints these with log.Printf, which its slog setup shows as INFO.
    this.log?.({ level: 'info', message })
  }

  /** Copies `source.global` into `dest.global`; what is in source wins. */
  globals(dest: Table, source: Table, prefix: string): void {
    const destGlobals = dest.get('global')
    if (destGlobals !== undefined && !isTable(destGlobals)) {
      return this.warn('warning: skipping globals because destination global is not a table.')
    }
    const sourceGlobals = source.get('global')
    if (sourceGlobals !== undefined && !isTable(sourceGlobals)) {
      return this.warn('warning: skipping globals because source global is not a table.')
    }
    const out: Table = destGlobals ?? new Map()
    for (const [key, value] of sourceGlobals ?? []) {
      const old = out.get(key)
      if (isTable(value)) {
        if (old === undefined) {
          out.set(key, new Map(value))
        } else if (!isTable(old)) {
          this.warn(`Conflict: cannot merge map onto non-map for ${quote(key)}. Skipping.`)
        } else {
          // Shallow: tables below are shared between parent and child, as in Helm.
          const copy: Table = new Map(value)
          this.tables(copy, old, join(prefix, key), true)
          out.set(key, copy)
        }
      } else if (isTable(old)) {
        this.warn(`key ${key} is table. Skipping`)
      } else {
        out.set(key, value)
      }
    }
    dest.set('global', out)
  }

  /** Lays `values` over the chart's defaults, into `values`. */
  chartValues(chart: Chart, values: Table, prefix: string): void {
    if (chart.values === null) return
    const { merge } = this
    const fullName = join(prefix, chart.name)
    for (const [key, value] of copyTable(chart.values)) {
      const given = values.get(key)
      if (given === undefined) {
        if (!merge) {
          if (value === null) continue
          if (isTable(value)) removeNulls(value)
        }
        values.set(key, value)
      } else if (given === null && !merge) {
        values.delete(key)
      } else if (isTable(given)) {
        if (!isTable(value)) {
          if (value !== null) this.warn(`warning: skipped value for ${fullName}.${key}: Not a table.`)
          continue
        }
        const keepNulls = merge || chart.dependencies.some((child) => child.name === key)
        if (!keepNulls) removeNulls(value)
        this.tables(given, value, join(fullName, key), keepNulls)
      }
    }
  }

  /** Lays `dest` over `source`, into `dest` (coalesceTablesFullKey). */
  tables(dest: Table, source: Table, prefix: string, merge: boolean): void {
    // A null in dest nulls the key in source as well, visibly for whoever holds source (imported values show it).
    let nulled: Set<string> | undefined
    for (const [key, value] of dest) {
      if (value !== null) continue
      const old = source.get(key)
      if (old !== null && old !== undefined) (nulled ??= new Set()).add(key)
      source.set(key, null)
    }
    for (const [key, value] of source) {
      const old = dest.get(key)
      if (old === undefined) {
        dest.set(key, value)
      } else if (old === null) {
        // The user nulls a default: the key goes. A null on both sides stays.
        if (!merge && nulled?.has(key)) dest.delete(key)
      } else if (isTable(value)) {
        if (isTable(old)) this.tables(old, value, join(prefix, key), merge)
        else this.warn(`warning: cannot overwrite table with non table for ${join(prefix, key)} (${formatValue(value)})`)
      } else if (isTable(old) && value !== null) {
        this.warn(`warning: destination for ${join(prefix, key)} is a table. Ignoring non-table value (${formatValue(value)})`)
      }
    }
  }
}

/** Removes nulls from a table and the tables within (cleanNilValues). */
function removeNulls(table: Table): void {
  for (const [key, value] of table) {
    if (value === null) table.delete(key)
    else if (isTable(value)) removeNulls(value)
  }
}
