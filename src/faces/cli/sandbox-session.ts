import { connectOrStartSandbox } from '../../cluster/sandbox/index.ts'
import type { Output } from './output.ts'
import type { Session } from './command.ts'
import type { Settings } from './settings.ts'

/** Opens the sandbox cluster of this user, starting its server in the background when none runs. */
export async function openSandbox(settings: Settings, { out, signal }: { out: Output; signal: AbortSignal }): Promise<Omit<Session, 'records' | 'close'>> {
  const { cluster, started } = await connectOrStartSandbox({ ...(settings.namespace === '' ? {} : { namespace: settings.namespace }), signal })
  if (started) out.note('started the sandbox cluster, a simulation of Kubernetes in this machine; `pintle sandbox stop` ends it')
  return { cluster, namespace: cluster.namespace, simulated: true, context: 'sandbox' }
}
