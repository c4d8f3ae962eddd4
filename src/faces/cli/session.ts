import { PintleError, isPintleError } from '../../errors/index.ts'
import { connect, connectSync, type Cluster } from '../../cluster/kube/index.ts'
import type { CommandContext, Session } from './command.ts'
import { connectOptions } from './connect-options.ts'
import { checkDriver, recordsOf } from './records.ts'

/**
 * Opens the cluster the flags, environment and kubeconfig describe (or the sandbox), and checks that it answers.
 * @throws PintleError kube.* with Helm's `kubernetes cluster unreachable: ...`
 */
export async function openSession(context: Pick<CommandContext, 'settings' | 'out' | 'signal' | 'shared'>, options: SessionOptions = {}): Promise<Session> {
  const { settings, shared } = context
  checkDriver(settings.driver)
  // What is in memory is of one namespace, and without a cluster there is nothing to share.
  if (shared === undefined || settings.driver === 'memory' || options.offline === true) return await openOwn(context, options)
  return await shared.session(settings, (wanted) => openOwn({ ...context, settings: wanted }, options))
}

async function openOwn({ settings, out, signal }: Pick<CommandContext, 'settings' | 'out' | 'signal'>, options: SessionOptions): Promise<Session> {
  if (settings.driver === 'memory') {
    const { openMemory } = await import('./memory-session.ts')
    const cluster = connectOffline(connectOptions(settings))
    cluster.close()
    return closing(await openMemory(cluster.namespace))
  }
  if (settings.sandbox) {
    const { openSandbox } = await import('./sandbox-session.ts')
    const session = await openSandbox(settings, { out, signal })
    return closing({ ...session, records: recordsOf(settings.driver, session.cluster, session.namespace) })
  }
  const wanted = { ...connectOptions(settings), onWarning: (text: string) => out.warn(text), onTrouble: (text: string) => out.warn(text) }
  const cluster = options.offline ? connectOffline(wanted) : await connect({ ...wanted, signal }).catch((error: unknown) => {
    if (!isPintleError(error) || options.unreachable === undefined) throw error
    throw new PintleError(error.code, `${options.unreachable}${error.message}`, { cause: error, ...(error.hint === undefined ? {} : { hint: error.hint }) })
  })
  const { namespace } = cluster
  return closing({ cluster, namespace, records: recordsOf(settings.driver, cluster, namespace), simulated: false, context: settings.kubeContext })
}

const closing = (session: Omit<Session, 'close'>): Session => ({
  ...session,
  async close() {
    session.cluster.close()
    await session.records.close?.()
  },
})

export interface SessionOptions {
  /** The cluster will not be asked anything: it need not be there, nor a kubeconfig. */
  readonly offline?: boolean
  /** Put before the error of a cluster that cannot be reached. */
  readonly unreachable?: string
}

function connectOffline(options: ReturnType<typeof connectOptions>): Cluster {
  try {
    return connectSync(options)
  } catch {
    return connectSync({ namespace: options.namespace, env: { KUBECONFIG: '/dev/null' } })
  }
}

/** Runs `work` with a session that is closed afterwards. */
export async function withSession<T>(context: CommandContext, work: (session: Session) => Promise<T>, options: SessionOptions = {}): Promise<T> {
  return await withSessionFor(context, async () => {}, work, options)
}

/** The same after `prepare`, which needs no session: the cluster is called while it works, and its own failure is told first. */
export async function withSessionFor<P, T>(context: CommandContext, prepare: () => Promise<P>, work: (session: Session, prepared: P) => Promise<T>, options: SessionOptions = {}): Promise<T> {
  const opening = openSession(context, options)
  let prepared: P
  try {
    // Its failure is told where it is waited for.
    opening.catch(() => {})
    prepared = await prepare()
  } catch (error) {
    void opening.then((session) => session.close(), () => {})
    throw error
  }
  const session = await opening
  try {
    return await work(session, prepared)
  } finally {
    await session.close()
  }
}
