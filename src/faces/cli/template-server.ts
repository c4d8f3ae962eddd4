import { MemoryDriver, install } from '../../cluster/release/index.ts'
import { chartFromArgs } from './chart-args.ts'
import type { CommandContext, Session } from './command.ts'
import type { PostRender } from './post-renderer.ts'
import { renderForCluster } from '../../delivery/plan/index.ts'
import { withSession } from './session.ts'
import type { Rendered } from '../../charts/render/index.ts'
import { chartRecord, type Chart, type Table } from '../../charts/chart/index.ts'

/** `pintle template --dry-run=server`: renders with the cluster's capabilities and lookups, and lets the cluster check every object. */
export async function templateOnServer(context: CommandContext, print: (rendered: Rendered, release: string) => void, postRender: PostRender | undefined): Promise<number> {
  const { name, chart, values } = await chartFromArgs(context, { defaultName: 'release-name', command: 'template' })
  return withSession(context, async (session) => {
    print(await renderOnServer(context, session, { name, chart, values, isUpgrade: context.flags.bool('is-upgrade'), postRender }), name)
    return 0
  }, { unreachable: 'cluster reachability check failed: ' })
}

export interface ServerRender {
  readonly name: string
  readonly chart: Chart
  readonly values: Table
  readonly isUpgrade: boolean
  readonly postRender: PostRender | undefined
}

/** What `helm template --dry-run=server` renders. What is no upgrade must not meet objects of others. */
export async function renderOnServer({ flags, signal, shared }: Pick<CommandContext, 'flags' | 'signal' | 'shared'>, session: Session, { name, chart, values, isUpgrade, postRender }: ServerRender): Promise<Rendered> {
  const { rendered } = await renderForCluster(
    {
      chart, values, cluster: session.cluster, skipSchemaValidation: flags.bool('skip-schema-validation'), enableDns: flags.bool('enable-dns'), includeCrds: flags.bool('include-crds'), signal,
      ...(postRender && { postRender }), ...(shared && { engine: shared.engine }),
    },
    { name, namespace: session.namespace, revision: 1, isUpgrade },
  )
  if (!isUpgrade) {
    await install({
      // Nothing is stored, so nothing can be too large to be.
      driver: new MemoryDriver(session.namespace),
      cluster: session.cluster, namespace: session.namespace, name, dryRun: 'server', takeOwnership: flags.bool('take-ownership'), replace: true, signal,
      source: { render: () => ({ chart: chartRecord(rendered.chart), config: values, manifest: rendered.manifest, hooks: rendered.hooks, notes: rendered.notes }) },
    })
  }
  return rendered
}
