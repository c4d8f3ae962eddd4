import { PintleError } from '../../../errors/index.ts'
import { getRelease, type ReadRelease } from '../../../cluster/release/index.ts'
import type { Command, CommandContext, Session } from '../command.ts'
import { actionOptions } from '../change-options.ts'
import { diffFlags } from '../diff-flags.ts'
import { diffExitCode, diffFailure, indexSides, reportDiff, type Side } from '../diff-report.ts'
import { usage } from '../flags.ts'
import { recordsOf } from '../records.ts'
import { withSession } from '../session.ts'

/** helm-diff's version whose behaviour `pintle diff` has. */
export const helmDiffVersion = '3.15.11'

/** A stored revision, 0 for the last. */
async function stored(context: CommandContext, session: Session, name: string, version = 0): Promise<ReadRelease> {
  try {
    return await getRelease({ ...actionOptions(context, session), name, version })
  } catch (error) {
    throw diffFailure(context, error)
  }
}

/** What `helm get manifest` prints. */
const side = ({ record }: ReadRelease, namespace: string): Side => ({ manifest: `${record.manifest}\n`, namespace })

/** helm-diff takes what is no number for the last revision (strconv.Atoi's error is dropped). */
const revisionOf = (text: string): number => (/^[+-]?\d+$/.test(text) ? Number(text) : 0)

export const diffRevision: Command = {
  use: 'diff revision [flags] RELEASE REVISION1 [REVISION2]',
  long: `Shows what changed between two revisions of a release: from the older to the newer of the two, or from the one named to
the last.`,
  examples: `pintle diff revision shop 2
pintle diff revision shop 2 3`,
  flags: diffFlags,
  globals: false,
  completes: ['release', 'revision', 'revision'],
  async run(context) {
    const { args } = context
    if (args.length < 2) throw usage('Too few arguments to Command "revision".\nMinimum 2 arguments required: release name, revision')
    if (args.length > 3) throw usage('Too many arguments to Command "revision".\nMaximum 3 arguments allowed: release name, revision1, revision2')
    const [name] = args as [string]
    const versions = args.slice(1).map(revisionOf)
    return withSession(context, async (session) => {
      const one = (version?: number) => stored(context, session, name, version)
      const sides = versions.length === 1
        ? await Promise.all([one(versions[0]), one()])
        : await Promise.all([one(Math.min(...versions)), one(Math.max(...versions))])
      const changed = await reportDiff(context, indexSides(context, sides.map((release) => side(release, session.namespace)) as [Side, Side]))
      // With one revision, helm-diff forgets the exit code (cmd/revision.go).
      return diffExitCode(context, changed && versions.length === 2)
    })
  },
}

export const diffRollback: Command = {
  use: 'diff rollback [flags] RELEASE REVISION',
  long: 'Shows what a rollback to a revision would change.',
  examples: 'pintle diff rollback shop 2',
  flags: diffFlags,
  globals: false,
  completes: ['release', 'revision'],
  async run(context) {
    const { args } = context
    if (args.length !== 2) throw usage('This command needs 2 arguments: release name, revision number')
    const [name, revision] = args as [string, string]
    return withSession(context, async (session) => {
      const [last, target] = await Promise.all([stored(context, session, name), stored(context, session, name, revisionOf(revision))])
      return diffExitCode(context, await reportDiff(context, indexSides(context, [side(last, session.namespace), side(target, session.namespace)])))
    })
  },
}

export const diffRelease: Command = {
  use: 'diff release [flags] RELEASE1 RELEASE2',
  long: `Compares the manifests of two releases of one chart; NAMESPACE/RELEASE names one of another namespace. Objects are the same when
they come from the same template.`,
  examples: `pintle diff release shop-staging shop-prod
pintle diff release staging/shop prod/shop`,
  flags: diffFlags,
  globals: false,
  completes: ['release', 'release'],
  async run(context) {
    const { args, out, settings } = context
    if (args.length < 2) throw usage('Too few arguments to Command "release".\nMinimum 2 arguments required: release name-1, release name-2')
    return withSession(context, async (session) => {
      const releases = await Promise.all(args.slice(0, 2).map(async (name) => {
        const parts = name.split('/')
        if (parts.length === 1) return { release: await stored(context, session, name), namespace: session.namespace }
        const namespace = parts[0]!
        const records = session.simulated && settings.driver === 'memory' ? session.records : recordsOf(settings.driver, session.cluster, namespace)
        return { release: await stored(context, { ...session, namespace, records }, parts[1]!), namespace }
      }))
      const [one, two] = releases as [typeof releases[0], typeof releases[0]]
      const [chart, other] = releases.map(({ release }) => String(release.record.chart?.metadata?.name ?? ''))
      if (chart !== other) {
        out.write(`Error : Incomparable Releases \n Unable to compare releases from two different charts "${chart}", "${other}". \n try helm diff release --help to know more \n`)
        return 0
      }
      return diffExitCode(context, await reportDiff(context, indexSides(context, [side(one.release, one.namespace), side(two.release, two.namespace)]), { byTemplate: true }))
    })
  },
}

export const diffVersion: Command = {
  use: 'diff version',
  long: 'Prints the version of helm-diff that `pintle diff` behaves as.',
  flags: [],
  globals: false,
  async run({ out }) {
    out.line(helmDiffVersion)
    return 0
  },
}

/** `pintle diff RELEASE CHART`, as helm-diff once was called. */
export const diffDeprecated = async (): Promise<Command> => {
  const { diffUpgrade } = await import('./diff-upgrade.ts')
  return {
    ...diffUpgrade,
    long: `Shows what would change: \`diff upgrade\` by an upgrade, \`diff rollback\` by a rollback, \`diff revision\` between two revisions, \`diff
release\` between two releases, \`diff local\` between two charts. Without one of these words it is \`diff upgrade\`.`,
    async run(context) {
      if (context.args.length !== 2) throw new PintleError('usage', 'This command needs 2 arguments: release name, chart path', { hint: 'There are: diff upgrade, release, revision, rollback, local, version.' })
      context.out.note('Command "helm diff" is deprecated, use "helm diff upgrade" instead')
      return diffUpgrade.run(context)
    },
  }
}
