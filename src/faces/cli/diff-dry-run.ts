import { upgrade, upgradeOrInstall } from '../../cluster/release/index.ts'
import { releaseSource } from '../../delivery/plan/index.ts'
import { actionOptions } from './change-options.ts'
import type { CommandContext, Session } from './command.ts'
import { prefixed } from './commands/install.ts'
import type { DiffRender } from './diff-render.ts'
import { hooksText } from './manifest-text.ts'
import { isPostRendered } from './secret-reading.ts'

/** HELM_DIFF_USE_UPGRADE_DRY_RUN=true: the manifest, then the hooks, that `helm upgrade --dry-run=server` prints. */
export async function dryRunManifest(context: CommandContext, session: Session, { name, chart: loading, values, noHooks }: DiffRender): Promise<string> {
  const { flags, signal } = context
  const postRender = isPostRendered(context) ? (await import('./post-renderer.ts')).postRendererOf(context) : undefined
  const chart = await loading
  const serverSide = flags.string('server-side')
  const options = {
    ...actionOptions(context, session), name, dryRun: 'server' as const,
    source: releaseSource({
      chart, values, cluster: session.cluster, enableDns: flags.bool('enable-dns'), skipSchemaValidation: flags.bool('skip-schema-validation'), signal, ...(postRender && { postRender }),
    }),
    serverSide: serverSide === 'auto' ? 'auto' as const : serverSide === 'true',
    takeOwnership: flags.bool('take-ownership'),
  }
  const installing = flags.bool('install') || flags.bool('allow-unreleased')
  const { record } = await prefixed('UPGRADE FAILED', async () => (installing ? upgradeOrInstall(options) : upgrade(options)))
  return `${record.manifest}\n${noHooks === true ? '' : hooksText(record.hooks)}`
}
