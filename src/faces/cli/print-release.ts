import type { ReleaseRecord } from '../../cluster/release/index.ts'
import type { CommandContext } from './command.ts'
import { formatTime } from './go-dates.ts'
import { printStructured, toValue } from './structured.ts'

/** Prints a release as `helm install`, `upgrade`, `status` and `get all` do. Upstream: statusPrinter in pkg/cmd/status.go. */
export function printRelease(
  context: Pick<CommandContext, 'flags' | 'out'>, record: ReleaseRecord,
  options: { debug?: boolean; metadata?: boolean; hideNotes?: boolean; resources?: string; live?: ReadonlyMap<string, unknown> | undefined; extra?: () => string } = {},
): void {
  if (context.flags.has('output') && printStructured(context, () => releaseJson(record, options.live))) return
  context.out.write(releaseText(context, record, options))
}

function releaseText({ out }: Pick<CommandContext, 'out'>, r: ReleaseRecord, options: Parameters<typeof printRelease>[2] & {}): string {
  const lines: string[] = []
  const put = (text: string) => lines.push(`${text}\n`)
  put(`NAME: ${r.name}`)
  const at = formatTime(r.info.last_deployed)
  if (at !== '') put(`LAST DEPLOYED: ${at}`)
  put(`NAMESPACE: ${out.style('cyan', r.namespace)}`)
  put(`STATUS: ${styleStatus(out, r.info.status)}`)
  put(`REVISION: ${r.version}`)
  if (options.metadata) {
    put(`CHART: ${r.chart?.metadata?.name ?? ''}`)
    put(`VERSION: ${r.chart?.metadata?.version ?? ''}`)
    put(`APP_VERSION: ${r.chart?.metadata?.appVersion ?? ''}`)
  }
  put(`DESCRIPTION: ${r.info.description ?? ''}`)
  if (options.resources) put(`RESOURCES:\n${options.resources}`)
  const tests = r.hooks.filter((h) => h.events.includes('test'))
  if (tests.length === 0) put('TEST SUITE: None')
  for (const h of tests) {
    const started = formatTime(h.last_run.started_at)
    if (started === '') continue
    put(`TEST SUITE:     ${h.name}\nLast Started:   ${started}\nLast Completed: ${formatTime(h.last_run.completed_at) || 'Mon Jan  1 00:00:00 0001'}\nPhase:          ${h.last_run.phase}`)
  }
  if (options.debug && options.extra) lines.push(options.extra())
  if (options.debug || (r.info.description ?? '').toLowerCase() === 'dry run complete') {
    put('HOOKS:')
    for (const h of r.hooks) put(`---\n# Source: ${h.path}\n${h.manifest}`)
    put(`MANIFEST:\n${r.manifest}`)
  }
  if (!options.hideNotes && r.info.notes) put(`NOTES:\n${r.info.notes.trim()}`)
  return lines.join('')
}

/** A status in Helm's colours. */
export function styleStatus(out: CommandContext['out'], status: string): string {
  if (status === 'deployed') return out.style('green', status)
  if (status === 'failed' || status === 'unknown') return out.style('red', status)
  if (status.startsWith('pending') || status === 'uninstalling') return out.style('yellow', status)
  return status
}

/** The release in the order Go writes its fields; empty ones left out. */
export function releaseJson(r: ReleaseRecord, live?: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const some = (v: unknown) => (v === undefined || v === '' || v === 0 || (Array.isArray(v) && v.length === 0) || (v instanceof Map && v.size === 0) || (isPlain(v) && Object.keys(v).length === 0) ? undefined : v)
  const i = r.info
  return {
    name: some(r.name),
    info: {
      first_deployed: some(i.first_deployed), last_deployed: some(i.last_deployed), deleted: some(i.deleted), description: some(i.description), status: some(i.status),
      rollback_revision: some(i.rollback_revision), notes: some(i.notes), resources: live === undefined || live.size === 0 ? undefined : toValue(Object.fromEntries(live)),
    },
    chart: r.chart,
    config: some(r.config),
    manifest: some(r.manifest),
    hooks: some(r.hooks),
    version: some(r.version),
    namespace: some(r.namespace),
    apply_method: some(r.apply_method),
  }
}

const isPlain = (v: unknown): v is object => typeof v === 'object' && v !== null && Object.getPrototypeOf(v) === Object.prototype
