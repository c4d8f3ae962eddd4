import { StringMap, formatValue } from '../../language/go/index.ts'
import type { Value } from '../../language/go/index.ts'
import { PintleError } from '../../errors/index.ts'
import type { Chart } from './chart.ts'
import { coalesceTables, coalesceValues, mergeValues } from './coalesce.ts'
import { isCompatibleRange } from './compatible-range.ts'
import { trimSpace } from './ignore-rules.ts'
import type { Log } from './log.ts'
import { copyTable, isTable } from './merge-maps.ts'
import type { Table } from './merge-maps.ts'
import type { Dependency } from './metadata.ts'
import { NoTableError, pathValue, tableAt } from './value-path.ts'

/**
 * Applies what Chart.yaml says about the subcharts (ProcessDependencies of pkg/chart/v2/util): aliases, versions, tags,
 * conditions, import-values. Changes the chart: disabled subcharts are gone afterwards, and values are imported.
 * @throws PintleError chart.dependency with Helm's text when the values of a subchart are no table
 */
export function processDependencies(chart: Chart, values: Table, log?: Log): void {
  try {
    enable(chart, values, '', log)
    importAllValues(chart, log)
  } catch (error) {
    if (error instanceof PintleError || !(error instanceof Error)) throw error
    throw new PintleError('chart.dependency', error.message, { cause: error })
  }
}

/**
 * Checks that every dependency Chart.yaml names is there.
 * @throws PintleError chart.dependency `found in Chart.yaml, but missing in charts/ directory: a, b`
 */
export function checkDependencies(chart: Chart): void {
  const present = new Set(chart.dependencies.map((child) => child.name))
  const missing = (chart.metadata.dependencies ?? []).filter((d) => d !== null && !present.has(d.name)).map((d) => d!.name)
  if (missing.length > 0) {
    throw new PintleError('chart.dependency', `found in Chart.yaml, but missing in charts/ directory: ${missing.join(', ')}`, {
      details: { missing },
    })
  }
}

/** Replaces the subcharts of `chart` by those its metadata ask for and that are enabled, and so on down. */
function enable(chart: Chart, values: Table, path: string, log: Log | undefined): void {
  const wanted = chart.metadata.dependencies as Dependency[] | null
  if (wanted === null) return
  const children = chart.dependencies.filter((child) => !wanted.some((d) => matches(child, d)))
  for (const dependency of wanted) {
    const child = chart.dependencies.find((c) => matches(c, dependency))
    if (child !== undefined) children.push(child.copyAs(dependency.alias || child.name))
    if (dependency.alias !== '') dependency.name = dependency.alias
  }
  chart.setDependencies(children)

  for (const dependency of wanted) dependency.enabled = true
  const all = coalesceValues(chart, values, log)
  applyTags(wanted, all, log)
  applyConditions(wanted, all, path, log)

  const disabled = new Set(wanted.filter((d) => !d.enabled).map((d) => d.name))
  const kept = chart.dependencies.filter((child) => !disabled.has(child.name))
  for (const child of kept) enable(child, all, `${path}${child.name}.`, log)
  const keptMetadata = wanted.filter((d) => !disabled.has(d.name))
  chart.metadata.dependencies = keptMetadata.length > 0 ? keptMetadata : null
  chart.setDependencies(kept)
}

function matches(child: Chart, dependency: Dependency): boolean {
  return child.name === dependency.name && isCompatibleRange(dependency.version, child.metadata.version)
}

function applyTags(dependencies: Dependency[], values: Table, log: Log | undefined): void {
  const tags = values.get('tags')
  if (!isTable(tags)) return
  for (const dependency of dependencies) {
    let on = false
    let off = false
    for (const tag of dependency.tags) {
      const value = tags.get(tag)
      if (value === true) on = true
      else if (value === false) off = true
      else if (value !== undefined) {
        log?.({ level: 'warn', message: 'returned non-bool value', attributes: [['tag', tag], ['chart', dependency.name]] })
      }
    }
    dependency.enabled = on || !off
  }
}

/** The first path of a condition that holds a boolean decides. */
function applyConditions(dependencies: Dependency[], values: Table, path: string, log: Log | undefined): void {
  for (const dependency of dependencies) {
    for (const condition of trimSpace(dependency.condition).split(',')) {
      if (condition === '') continue
      const value = pathValue(values, path + condition)
      if (value === undefined) continue
      if (typeof value === 'boolean') {
        dependency.enabled = value
        break
      }
      log?.({ level: 'warn', message: 'returned non-bool value', attributes: [['path', condition], ['chart', dependency.name]] })
    }
  }
}

function importAllValues(chart: Chart, log: Log | undefined): void {
  for (const child of chart.dependencies) importAllValues(child, log)
  importValues(chart, log)
}

/** Copies what `import-values` names from the subcharts' values under the chart's own. */
function importValues(chart: Chart, log: Log | undefined): void {
  const { dependencies } = chart.metadata
  if (dependencies === null) return
  const all = mergeValues(chart, new Map(), log)
  const imported: Table = new Map()
  for (const dependency of dependencies as Dependency[]) {
    const processed: Value[] = []
    for (const item of dependency.importValues) {
      let child: string
      let parent = '.'
      const isPair = isTable(item)
      if (isPair) {
        child = formatValue(item.get('child') ?? null)
        parent = formatValue(item.get('parent') ?? null)
      } else if (typeof item === 'string') {
        child = `exports.${item}`
      } else {
        continue
      }
      processed.push(new StringMap([['child', child], ['parent', parent]]))
      let table: Table
      try {
        table = tableAt(all, `${dependency.name}.${child}`)
      } catch (error) {
        if (!(error instanceof NoTableError)) throw error
        log?.(isPair
          ? { level: 'warn', message: 'ImportValues missing table from chart', attributes: [['chart', dependency.name], ['error', error.message]] }
          : { level: 'warn', message: 'ImportValues missing table', attributes: [['error', error.message]] })
        continue
      }
      coalesceTables(imported, underPath(parent, table), true, log)
    }
    dependency.importValues = processed
  }
  // The chart's own values win over what it imports.
  chart.values = coalesceTables(copyTable(all), imported, true, log)
}

/** `table` as the value of a dotted path. */
function underPath(path: string, table: Table): Table {
  if (path === '.') return table
  let out = table
  for (const key of path.split('.').reverse()) out = new Map<string, Value>([[key, out]])
  return out
}
