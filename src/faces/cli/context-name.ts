import { clusterConfig } from '../../cluster/kube/index.ts'
import { isPintleError } from '../../errors/index.ts'
import type { Session } from './command.ts'
import { connectOptions } from './connect-options.ts'
import type { Settings } from './settings.ts'

/** Name of the kubeconfig's context that a session is in; '' where there is none, as in a pod. */
export function contextName(settings: Settings, session: Session): string {
  if (session.simulated || settings.kubeContext !== '') return session.context
  try {
    return clusterConfig(connectOptions(settings)).context ?? ''
  } catch (error) {
    if (isPintleError(error, 'kube.config')) return ''
    throw error
  }
}
