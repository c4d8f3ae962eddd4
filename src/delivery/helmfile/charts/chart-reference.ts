import { joinPath } from '../working-folder.ts'

/**
 * Whether helmfile takes a chart for a path: what has neither one nor two slashes is one, unless it is a URL.
 * Source: isLocalChart in pkg/state/util.go.
 */
export function isLocalChart(chart: string): boolean {
  if (chart.startsWith('./') || chart.startsWith('../')) return true
  if (chart.includes('://')) return false
  const parts = chart.split('/').length
  return chart === '' || chart.startsWith('/') || parts === 1 || parts > 3
}

/** A chart's path seen from here, when it is a path. Source: normalizeChart in pkg/state/util.go. */
export const normalizeChart = (base: string, chart: string): string => (!isLocalChart(chart) || chart.startsWith('/') ? chart : joinPath(base, chart))

/** `repo/chart` taken apart; undefined for paths and URLs. Source: resolveRemoteChart in pkg/state/util.go. */
export function remoteChart(reference: string): { repository: string; chart: string } | undefined {
  if (isLocalChart(reference) || reference.includes('://')) return undefined
  const slash = reference.indexOf('/')
  return slash < 0 ? undefined : { repository: reference.slice(0, slash), chart: reference.slice(slash + 1) }
}

/** A chart's name as it is shown: without a password. Source: redactedURL in pkg/helmexec/exec.go. */
export function shownChart(chart: string): string {
  return /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\//.test(chart) ? chart.replace(/^([^/]*:\/\/[^/@:]*):[^/]*@/, '$1:xxxxx@') : chart
}
