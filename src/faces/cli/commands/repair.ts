import { repair as runRepair } from '../../../cluster/release/index.ts'
import { actionOptions } from '../change-options.ts'
import type { Command } from '../command.ts'
import { outputFlag } from '../flag-sets.ts'
import { withSession } from '../session.ts'
import { printStructured } from '../structured.ts'
import { table } from '../table.ts'

/** `pintle repair` */
export const repair: Command = {
  use: 'repair RELEASE [flags]',
  long: `Frees a release that an interrupted operation left pending: compares the cluster with the interrupted revision, marks the record
for what it is, and says how to go on. Nothing but release records is changed.

A run that still lives is never disturbed: its Lease says so. Helm keeps no Lease; --force frees what Helm left. A rollout that nobody
drives is not broken: \`pintle rollout resume\` goes on with it; --force marks it failed all the same.`,
  flags: [
    { name: 'dry-run', type: 'bool', usage: 'only look' },
    { name: 'force', type: 'bool', usage: 'free it also when nothing tells whether the other run still lives' },
    outputFlag,
  ],
  args: [1, 1],
  completes: ['release'],
  async run(context) {
    const { flags, args, out } = context
    const report = await withSession(context, (session) =>
      runRepair({ ...actionOptions(context, session), name: args[0]!, dryRun: flags.bool('dry-run'), force: flags.bool('force') }))
    if (printStructured(context, () => JSON.parse(JSON.stringify(report)))) return 0
    for (const c of report.changes) out.line(`revision ${c.version}: ${c.from} -> ${c.to} (${c.description})`)
    if (report.rollout !== undefined) out.line(`it is a rollout under way: \`pintle rollout status ${report.name}\` shows it, \`pintle rollout abort ${report.name}\` takes it back`)
    if (report.changes.length === 0) out.line(`release "${report.name}" needs no repair`)
    if (report.objects.length > 0) {
      out.write(table([['OBJECT', 'STATE', 'DETAIL'], ...report.objects.map((o) => [`${o.ref.kind}/${o.ref.name}`, o.state, o.message ?? ''])]))
    }
    const next = {
      nothing: undefined, upgrade: `pintle upgrade ${report.name} CHART`, rollback: `pintle rollback ${report.name} ${report.rollbackTo ?? ''}`.trim(),
      uninstall: `pintle uninstall ${report.name}`, reinstall: `pintle install --replace ${report.name} CHART`,
    }[report.next]
    if (next) out.line(`next: ${next}`)
    return 0
  },
}
