import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { loadChart, matchPath, type Chart, type Dependency } from '../../chart/index.ts'
import { parseConstraint, parseStrictVersion } from '../../../language/semver/index.ts'
import { versionOf } from './dependency-run.ts'

export interface ListedDependency {
  readonly name: string
  readonly version: string
  readonly repository: string
  /** `ok`, `unpacked`, `missing`, `wrong version`, ... */
  readonly status: string
}

export interface DependencyList {
  /** undefined when the chart names none. */
  readonly dependencies: readonly ListedDependency[] | undefined
  /** What Helm warns of: charts in charts/ that the chart does not name. */
  readonly warnings: readonly string[]
}

/** The dependencies of a chart and what charts/ has of them. Upstream: pkg/action/dependency.go. @throws what loading the chart throws */
export async function listDependencies(path: string, options: { signal?: AbortSignal } = {}): Promise<DependencyList> {
  const loading = { fetchSchemas: false, ...options }
  const chart = await loadChart(path, loading)
  const named = chart.metadata.dependencies
  if (named === null) return { dependencies: undefined, warnings: [] }
  const dependencies: ListedDependency[] = []
  for (const dependency of named) {
    if (dependency === null) continue
    const { name, version, repository } = dependency
    dependencies.push({ name, version, repository, status: await statusOf(path, dependency, chart, loading) })
  }
  const names = new Set(dependencies.map((d) => d.name))
  const warnings: string[] = []
  for (const file of inCharts(path)) {
    const found = statSync(file, { throwIfNoEntry: false })
    if (found === undefined || (!found.isDirectory() && !file.endsWith('.tgz'))) continue
    let name: string
    try {
      ({ name } = await loadChart(file, loading))
    } catch {
      options.signal?.throwIfAborted()
      warnings.push(`WARNING: ${JSON.stringify(file)} is not a chart.`)
      continue
    }
    if (!names.has(name)) warnings.push(`WARNING: ${JSON.stringify(file)} is not in Chart.yaml.`)
  }
  return { dependencies, warnings }
}

type Loading = { fetchSchemas: boolean; signal?: AbortSignal }

async function statusOf(path: string, dependency: Dependency, parent: Chart, loading: Loading): Promise<string> {
  const pattern = `${dependency.name}-*.tgz`
  let archives: string[]
  try {
    archives = inCharts(path).filter((file) => matchPath(pattern, file.slice(file.lastIndexOf('/') + 1)))
  } catch {
    return 'bad pattern'
  }
  if (archives.length > 1) {
    archives = archives.filter((file) => isStrictVersion(file.slice(file.lastIndexOf('/') + 1 + dependency.name.length + 1, -'.tgz'.length)))
    if (archives.length > 1) return 'too many matches'
  }
  const [archive] = archives
  if (archive !== undefined) return archiveStatus(archive, dependency, loading)
  const chart = parent.dependencies.findLast((child) => child.name === dependency.name)
  if (chart === undefined) return 'missing'
  return versionStatus(chart.metadata.version, dependency.version) ?? 'unpacked'
}

async function archiveStatus(archive: string, dependency: Dependency, loading: Loading): Promise<string> {
  let chart: Chart
  try {
    chart = await loadChart(archive, loading)
  } catch {
    loading.signal?.throwIfAborted()
    return 'corrupt'
  }
  if (chart.name !== dependency.name) return 'misnamed'
  return versionStatus(chart.metadata.version, dependency.version) ?? 'ok'
}

/** What is wrong with a version; undefined for nothing. */
function versionStatus(found: string, wanted: string): string | undefined {
  if (found === wanted) return undefined
  const version = versionOf(found)
  let constraint
  try {
    constraint = parseConstraint(wanted)
  } catch {
    return 'invalid version'
  }
  if (version === undefined) return 'invalid version'
  return constraint.check(version) ? undefined : 'wrong version'
}

function isStrictVersion(text: string): boolean {
  try {
    parseStrictVersion(text)
    return true
  } catch {
    return false
  }
}

/** The paths in charts/, as filepath.Glob gives them. */
function inCharts(path: string): string[] {
  const folder = join(path, 'charts')
  try {
    return readdirSync(folder).sort().map((name) => join(folder, name))
  } catch {
    return []
  }
}
