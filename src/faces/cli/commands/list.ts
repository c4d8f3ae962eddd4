import { listReleases, statusesOf, type ReleaseRecord } from '../../../cluster/release/index.ts'
import { Regexp } from '../../../language/go/index.ts'
import { actionOptions } from '../change-options.ts'
import type { Command } from '../command.ts'
import { outputFlag } from '../flag-sets.ts'
import { formatTime, timeText } from '../go-dates.ts'
import { styleStatus } from '../print-release.ts'
import { withSession } from '../session.ts'
import { printStructured } from '../structured.ts'
import { table } from '../table.ts'

/** `pintle list` */
export const list: Command = {
  use: 'list [flags]',
  long: 'Lists the releases of a namespace (or, with -A, of all) with their last revision.',
  flags: [
    { name: 'short', short: 'q', type: 'bool', usage: 'print names only' },
    { name: 'no-headers', type: 'bool', usage: 'leave the header line out' },
    { name: 'time-format', type: 'string', usage: 'Go layout for times' },
    { name: 'date', short: 'd', type: 'bool', usage: 'sort by date' },
    { name: 'reverse', short: 'r', type: 'bool', usage: 'sort the other way round' },
    { name: 'all', short: 'a', type: 'bool', usage: 'releases of every status (the default; Helm 3 needed it)' },
    { name: 'uninstalled', type: 'bool', usage: 'uninstalled releases whose history was kept' },
    { name: 'superseded', type: 'bool', usage: 'superseded revisions' },
    { name: 'uninstalling', type: 'bool', usage: 'releases being uninstalled' },
    { name: 'deployed', type: 'bool', usage: 'deployed releases' },
    { name: 'failed', type: 'bool', usage: 'failed releases' },
    { name: 'pending', type: 'bool', usage: 'releases with an operation under way' },
    { name: 'all-namespaces', short: 'A', type: 'bool', usage: 'of all namespaces' },
    { name: 'max', short: 'm', type: 'int', default: 256, usage: 'at most this many' },
    { name: 'offset', type: 'int', default: 0, usage: 'start at this one' },
    { name: 'filter', short: 'f', type: 'string', usage: 'regular expression the name must match' },
    { name: 'selector', short: 'l', type: 'string', usage: 'label selector over the release records' },
    outputFlag,
  ],
  args: [0, 0],
  completes: [],
  async run(context) {
    const { flags, out } = context
    const pattern = flags.string('filter')
    const compiled = pattern === '' ? undefined : new Regexp(pattern)
    // helmfile asks for one release after another, each by a pattern that only its name matches.
    const exact = /^\^([a-z0-9-]+)\$$/.exec(pattern)?.[1]
    const found = await withSession(context, (session) =>
      listReleases({
        ...actionOptions(context, session),
        allNamespaces: flags.bool('all-namespaces'),
        ...statuses(flags.bool('all'), flags),
        ...(exact === undefined ? {} : { name: exact }),
        ...(compiled ? { filter: { test: (name: string) => compiled.matchString(name) } } : {}),
        selector: flags.string('selector'),
        sort: `${flags.bool('date') ? 'date' : 'name'}${flags.bool('reverse') ? '-desc' : ''}` as 'name',
        offset: flags.number('offset'),
        limit: flags.number('max'),
      }),
    )
    if (flags.bool('short')) {
      if (!printStructured(context, () => found.map((f) => f.record.name))) for (const f of found) out.line(f.record.name)
      return 0
    }
    const updated = (r: ReleaseRecord) => (flags.string('time-format') === '' ? timeText(r.info.last_deployed) : formatTime(r.info.last_deployed, flags.string('time-format'))) || '-'
    const rows = found.map(({ record: r }) => ({
      name: r.name, namespace: r.namespace, revision: String(r.version), updated: updated(r), status: r.info.status, chart: chartName(r), app_version: appVersion(r),
    }))
    if (printStructured(context, () => rows)) return 0
    const header = flags.bool('no-headers') ? [] : [['NAME', 'NAMESPACE', 'REVISION', 'UPDATED', 'STATUS', 'CHART', 'APP VERSION']]
    const text = table([...header, ...rows.map((r) => Object.values(r))], (cell, row, column) =>
      row < header.length ? out.style('bold', cell) : column === 4 ? styleStatus(out, cell) : column === 1 ? out.style('cyan', cell) : cell)
    out.write(text === '' ? '\n' : text)
    return 0
  },
}

function statuses(all: boolean, flags: Parameters<Command['run']>[0]['flags']) {
  const chosen = statusesOf({
    all, deployed: flags.bool('deployed'), uninstalled: flags.bool('uninstalled'), uninstalling: flags.bool('uninstalling'), pending: flags.bool('pending'), failed: flags.bool('failed'), superseded: flags.bool('superseded'),
  })
  return chosen === undefined ? {} : { statuses: chosen }
}

/** `name-version` of the chart; Helm's word where a record has none. */
export function chartName(r: ReleaseRecord): string {
  const m = r.chart?.metadata
  return m ? `${m.name ?? ''}-${m.version ?? ''}` : 'MISSING'
}

export function appVersion(r: ReleaseRecord): string {
  return r.chart?.metadata ? (r.chart.metadata.appVersion ?? '') : 'MISSING'
}
