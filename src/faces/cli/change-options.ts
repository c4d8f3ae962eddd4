import { parseConflictRule } from '../../cluster/release/index.ts'
import type { CommandContext } from './command.ts'
import type { Session } from './command.ts'
import { waitingOptions } from './waiting-flags.ts'

/** The options every action on a release takes, from the flags every such command has. */
export function actionOptions({ signal }: Pick<CommandContext, 'signal'>, { cluster, namespace, records }: Session) {
  return { cluster, namespace, driver: records, signal }
}

/** Those of the actions that change something: timeout, waiting and its end, hooks, description. */
export function changeOptions(context: Pick<CommandContext, 'flags' | 'signal' | 'out'>, session: Session) {
  const { flags, out } = context
  return {
    ...actionOptions(context, session),
    timeout: flags.duration('timeout'),
    wait: flags.string('wait') as 'watcher' | 'hookOnly' | 'legacy',
    ...(flags.has('wait-for-jobs') ? { waitForJobs: flags.bool('wait-for-jobs') } : {}),
    disableHooks: flags.bool('no-hooks'),
    ...waitingOptions(flags),
    ...(out.plain ? { secretOperators: false } : {}),
    ...(flags.string('description') === '' ? {} : { description: flags.string('description') }),
  }
}

/** What only Pintle does before it writes objects; called as `helm`, things fail where Helm's do. */
export function applyOptions({ flags, out }: Pick<CommandContext, 'flags' | 'out'>) {
  return {
    forceReplace: flags.bool('force-replace'),
    forceConflicts: flags.bool('force-conflicts'),
    conflicts: flags.list('conflict').map(parseConflictRule),
    preflight: !out.plain,
    dryRunApply: !out.plain,
    definesKinds: !out.plain,
    ...(flags.has('upgrade-crds') ? { upgradeCrds: flags.bool('upgrade-crds'), forceCrds: flags.bool('force-crds') } : {}),
  }
}
