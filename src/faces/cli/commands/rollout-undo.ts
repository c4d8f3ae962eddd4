import { diffObjects, formatText } from '../../../cluster/diff/index.ts'
import { preview, releaseHistory, rollback, type ReleaseRecord } from '../../../cluster/release/index.ts'
import { isEnded, readJournal, type Journal } from '../../../delivery/rollout/index.ts'
import { PintleError } from '../../../errors/index.ts'
import { actionOptions } from '../change-options.ts'
import type { Command, CommandContext, Session } from '../command.ts'
import { confirm } from '../confirm.ts'
import { timeoutFlag } from '../flag-sets.ts'
import { usage } from '../flags.ts'
import { operator } from '../operator.ts'
import { progress } from '../progress.ts'
import { redactor } from '../redactor.ts'
import { actingFlags } from '../rollout/act-on-rollout.ts'
import { reasonFlag, reasonOf } from '../rollout/reason-flag.ts'
import { withSession } from '../session.ts'
import { waitingOptions } from '../waiting-flags.ts'

/** `pintle rollout undo` */
export const rolloutUndo: Command = {
  use: 'rollout undo RELEASE [flags]',
  long: `Goes back to the revision before: shows what that changes in the cluster, asks, and rolls back, waiting until the old version works and stays so. A rollout under way is
aborted instead.

Without a terminal --yes says that it was decided.

Exit codes: 0 done, 1 failed, 5 refused: not approved, or there is nothing to go back to.`,
  flags: [
    { name: 'to-revision', type: 'int', default: 0, usage: 'revision to go back to; the one that served before when left out', completes: 'revision' },
    { name: 'yes', short: 'y', type: 'bool', usage: 'go back without asking' },
    reasonFlag, ...actingFlags.map((f) => (f.name === 'timeout' ? timeoutFlag : f)),
    { name: 'context-lines', type: 'int', default: 3, usage: 'unchanged lines shown around a change' },
  ],
  args: [1, 1],
  completes: ['release'],
  interrupts: 'stop',
  async run(context) {
    const underWay = await withSession(context, async (session) => {
      const stored = await readJournal(session.cluster, session.namespace, context.args[0]!, { signal: context.signal })
      if (stored !== undefined && !isEnded(stored.journal)) return true
      return await goBack(context, session, stored?.journal)
    })
    if (underWay !== true) return underWay
    context.out.note('a rollout is under way: it is aborted')
    return (await (await import('./rollout-abort.ts')).rolloutAbort.run(context)) ?? 0
  },
}

async function goBack(context: CommandContext, session: Session, journal: Journal | undefined): Promise<number> {
  const { args, flags, out, settings } = context
  const name = args[0]!
  const records = (await releaseHistory({ ...actionOptions(context, session), name })).map((h) => h.record)
  const current = records.reduce((a, b) => (a.version > b.version ? a : b))
  const target = targetOf(records, current, journal, flags.number('to-revision'))
  const found = await preview({ ...actionOptions(context, session), name, manifest: target.manifest, previous: current.manifest, serverSide: target.apply_method === 'ssa' })
  const changes = diffObjects(found.map(({ before, after }) => ({ ...(before && { before }), ...(after && { after }) })), redactor())
  const revisions = `revision ${current.version} -> ${target.version} (as revision ${current.version + 1})`
  out.write(formatText(changes, { paint: (style, text) => out.style(style, text), context: flags.number('context-lines') }))
  out.line(`${name}: ${revisions}`)
  if (!flags.bool('yes')) {
    const answer = out.isTerminal ? await confirm(`Go back to revision ${target.version} of ${name}?`) : undefined
    if (answer !== true) throw new PintleError('rule.refused', answer === undefined ? 'nobody decided to go back' : 'not approved', { hint: 'Nothing was changed. Run it again with --yes once it is decided.' })
  }
  const { reason } = reasonOf(flags)
  const shown = progress(out, flags.string('progress'))
  const { record } = await shown.of(rollback({
    ...actionOptions(context, session), name, version: target.version, wait: 'watcher', waitForJobs: true, timeout: flags.duration('timeout'), maxHistory: settings.maxHistory, preflight: true, dryRunApply: true, definesKinds: true,
    description: `Rollback to ${target.version}: undone by ${operator()}${reason === undefined ? '' : `: ${reason}`}`.slice(0, 500), ...waitingOptions(flags), onEvent: shown.onEvent,
  }))
  out.line(`${name}: revision ${target.version} serves again, as revision ${record.version}`)
  return 0
}

/** The one that served before: by the last rollout, else by the history. */
function targetOf(records: readonly ReleaseRecord[], current: ReleaseRecord, journal: Journal | undefined, wanted: number): ReleaseRecord {
  const of = (version: number): ReleaseRecord | undefined => records.find((r) => r.version === version && r.version !== current.version)
  if (wanted !== 0) {
    const found = of(wanted)
    if (found === undefined) throw usage(`there is no revision ${wanted} of ${current.name} to go back to`, `There are: ${records.map((r) => r.version).sort((a, b) => a - b).join(', ')}.`)
    return found
  }
  const before = journal?.phase === 'promoted' && journal.to.revision === current.version ? of(journal.from.revision) : undefined
  const last = before ?? records.filter((r) => r.version < current.version && (r.info.status === 'superseded' || r.info.status === 'deployed')).sort((a, b) => b.version - a.version)[0]
  if (last === undefined) throw new PintleError('rule.refused', `there is nothing to go back to: revision ${current.version} is the only one of ${current.name} that served`, { hint: '`pintle history` lists the revisions.' })
  return last
}
