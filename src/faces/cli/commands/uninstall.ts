import { uninstall as runUninstall, type LeftHook } from '../../../cluster/release/index.ts'
import { changeOptions } from '../change-options.ts'
import type { Command } from '../command.ts'
import { timeoutFlag, waitFlag } from '../flag-sets.ts'
import { usage } from '../flags.ts'
import { progress } from '../progress.ts'
import { withSession } from '../session.ts'
import { progressFlag } from '../waiting-flags.ts'

/** `pintle uninstall` */
export const uninstall: Command = {
  use: 'uninstall RELEASE_NAME [...] [flags]',
  long: 'Removes releases: their objects, in reverse order, and their history unless --keep-history is given.',
  flags: [
    { name: 'dry-run', type: 'bool', usage: 'change nothing' },
    { name: 'no-hooks', type: 'bool', usage: 'run no hooks' },
    { name: 'ignore-not-found', type: 'bool', usage: 'a release that does not exist is no failure' },
    { name: 'keep-history', type: 'bool', usage: 'keep the records, marked uninstalled' },
    { name: 'cascade', type: 'string', default: 'background', usage: "what happens to dependents: 'background', 'foreground' or 'orphan'", completes: ['background', 'foreground', 'orphan'] },
    { name: 'description', type: 'string', usage: 'description stored with the kept record' },
    { name: 'delete-hooks', type: 'bool', usage: 'delete what hooks of the release left in the cluster' },
    timeoutFlag, waitFlag, progressFlag,
  ],
  args: [1, Number.POSITIVE_INFINITY],
  completes: ['releases...'],
  interrupts: 'stop',
  async run(context) {
    const { flags, args, out } = context
    const cascade = flags.string('cascade')
    if (cascade !== 'background' && cascade !== 'foreground' && cascade !== 'orphan') {
      throw usage(`invalid cascade value (${cascade}). Must be "background", "foreground", or "orphan"`)
    }
    return withSession(context, async (session) => {
      // Helm looks for none of it, nor says so.
      const leftHooks = flags.bool('delete-hooks') ? 'delete' : out.plain ? undefined : 'report'
      for (const name of args) {
        const shown = progress(out, flags.string('progress'))
        const result = await shown.of(runUninstall({
          ...changeOptions(context, session), name, cascade, dryRun: flags.bool('dry-run'), keepHistory: flags.bool('keep-history'), ignoreNotFound: flags.bool('ignore-not-found'), onEvent: shown.onEvent,
          ...(leftHooks && { leftHooks }),
        }))
        if (result?.info) out.line(result.info)
        out.line(`release "${name}" uninstalled`)
        if (!out.plain) for (const line of aboutHooks(result?.leftHooks ?? [])) out.note(line)
      }
      return 0
    })
  },
}

/** What became of the objects that hooks left, said to a person. */
function aboutHooks(left: readonly LeftHook[]): string[] {
  const named = (some: readonly LeftHook[]) => some.map(({ ref, reason }) => `${ref.kind}/${ref.name}${ref.namespace === undefined ? '' : ` in ${ref.namespace}`}${reason === undefined ? '' : ` (${reason})`}`).join(', ')
  const count = (n: number) => `${n} hook object${n === 1 ? '' : 's'}`
  const deleted = left.filter((hook) => hook.deleted)
  const stay = left.filter((hook) => !hook.deleted)
  return [
    ...(deleted.length > 0 ? [`${count(deleted.length)} deleted: ${named(deleted)}`] : []),
    ...(stay.length > 0 ? [`${count(stay.length)} ${stay.length === 1 ? 'stays' : 'stay'}: ${named(stay)}${stay.some((h) => h.reason === undefined) ? ' (with --delete-hooks they would go too)' : ''}`] : []),
  ]
}
