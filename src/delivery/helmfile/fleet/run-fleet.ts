import { isHealthy, lostReport, type EnvironmentReport } from './environment-report.ts'

export type FleetEvent =
  | { readonly type: 'wave'; readonly wave: number; readonly of: number; readonly environments: readonly string[] }
  | { readonly type: 'environment'; readonly environment: string; readonly report: EnvironmentReport }
  | { readonly type: 'stopped'; readonly wave: number; readonly left: readonly string[] }

export interface FleetOptions {
  /** Runs one environment to its end. What it throws counts as its report. */
  readonly run: (environment: string) => Promise<EnvironmentReport>
  /** What ends a wave's healthiness; default: a run that failed, or a release in trouble. */
  readonly healthy?: (report: EnvironmentReport) => boolean
  readonly onEvent?: (event: FleetEvent) => void
  readonly signal?: AbortSignal
}

export interface FleetOutcome {
  readonly waves: readonly { readonly environments: readonly string[]; readonly reports: readonly EnvironmentReport[]; readonly state: 'healthy' | 'failed' | 'not begun' }[]
  /** 0; 1 when a wave failed or was not begun; 2 when an environment said so (changes, with --detailed-exitcode). */
  readonly code: number
}

/** Runs wave after wave, all environments of one at once, and begins none after one that is not healthy. What was begun is brought to its end. */
export async function runFleet(waves: readonly (readonly string[])[], { run, healthy = isHealthy, onEvent, signal }: FleetOptions): Promise<FleetOutcome> {
  const out: FleetOutcome['waves'][number][] = []
  let failed = false
  for (const [i, environments] of waves.entries()) {
    if (failed || signal?.aborted === true) {
      out.push({ environments, reports: [], state: 'not begun' })
      continue
    }
    onEvent?.({ type: 'wave', wave: i + 1, of: waves.length, environments })
    const reports = await Promise.all(environments.map(async (environment) => {
      const report = await run(environment).catch((error: unknown) => lostReport(environment, 1, (error as Error).message))
      onEvent?.({ type: 'environment', environment, report })
      return report
    }))
    failed = !reports.every(healthy)
    out.push({ environments, reports, state: failed ? 'failed' : 'healthy' })
    if (failed && i + 1 < waves.length) onEvent?.({ type: 'stopped', wave: i + 1, left: waves.slice(i + 1).flat() })
  }
  const changed = out.some(({ reports }) => reports.some(({ code }) => code === 2))
  return { waves: out, code: out.some(({ state }) => state !== 'healthy') ? 1 : changed ? 2 : 0 }
}
