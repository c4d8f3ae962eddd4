import { isTable, type Chart, type Table } from '../../../charts/chart/index.ts'
import { lockFits } from '../../../charts/registry/index.ts'
import type { InputFacts } from '../../policy/index.ts'

/** How the chart was asked for, and what came. */
export interface ChartSourceFacts {
  readonly reference: string
  /** As asked for. */
  readonly wantedVersion: string
  readonly digest: string
  /** It lies on this machine, where a review can cover it. */
  readonly local: boolean
}

/** Facts about a loaded chart, before dependencies are processed: what it needs, what its lock says, what is in charts/. */
export function chartFacts(chart: Chart, source: ChartSourceFacts): NonNullable<InputFacts['chart']> {
  const wanted = (chart.metadata.dependencies ?? []).filter((d) => d !== null)
  const locked = chart.lock?.dependencies ?? []
  const fits = wanted.length > 0 && chart.lock !== undefined ? lockFits(wanted, chart.lock) : undefined
  return {
    ...source, name: chart.metadata.name, version: chart.metadata.version,
    dependencies: wanted.map(({ name, version, repository }) => {
      const lock = locked.find((d) => d?.name === name && d.repository === repository)?.version
      const present = chart.dependencies.find((d) => d.metadata.name === name)?.metadata.version
      return { name, range: version, repository, ...(lock !== undefined && { locked: lock }), ...(present !== undefined && { present }) }
    }),
    ...(fits !== undefined && { lockInSync: fits }),
  }
}

/** Dotted keys of default values: leaves, and empty maps. Dots of a key are written as they are. */
export function defaultKeys(values: Table | null, prefix = '', depth = 0): string[] {
  return [...(values ?? [])].flatMap(([key, value]) => (isTable(value) && value.size > 0 && depth < 64 ? defaultKeys(value, `${prefix}${key}.`, depth + 1) : [prefix + key]))
}

/** Whether the chart tells what its version changed: in a changelog with a line of the version, or in Artifact Hub's annotation. */
export function hasChangelog(chart: Chart): boolean {
  if ((chart.metadata.annotations?.get('artifacthub.io/changes') ?? '') !== '') return true
  const file = chart.files.find((f) => /^(?:CHANGELOG|CHANGES|HISTORY|RELEASE[-_]?NOTES)(?:\.\w+)?$/i.test(f.name))
  if (file === undefined) return false
  const version = chart.metadata.version.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`(?:^|[^\\w.])v?${version}(?![\\w.-])`, 'm').test(file.text)
}
