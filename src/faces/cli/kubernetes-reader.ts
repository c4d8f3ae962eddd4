import type { KubernetesReader } from '../../charts/references/index.ts'
import { PintleError } from '../../errors/index.ts'
import type { CommandContext } from './command.ts'
import { openSession } from './session.ts'

/** Reads Secrets and ConfigMaps that references and `secrets+*-import-kubernetes://` name, with the user's own rights. */
export const kubernetesReader = (context: Pick<CommandContext, 'settings' | 'out' | 'signal' | 'shared'>): KubernetesReader => async ({ kind, namespace, name, kubeconfig, context: kubeContext }, options) => {
  const { settings } = context
  const own = kubeconfig !== undefined && kubeconfig !== process.env.KUBECONFIG && !settings.sandbox
  const session = await openSession({ ...context, settings: { ...settings, driver: '', ...(own && settings.kubeconfig === '' && { kubeconfig }), ...(kubeContext !== undefined && { kubeContext }) } })
  try {
    const object = await session.cluster.get({ apiVersion: 'v1', kind, namespace: namespace || session.namespace, name }, options)
    if (object === undefined) throw new PintleError('kube.notFound', `${kind === 'Secret' ? 'secrets' : 'configmaps'} ${JSON.stringify(name)} not found`)
    const data = (object.data ?? {}) as Record<string, string>
    return new Map(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, kind === 'Secret' ? 'base64' : 'utf8')]))
  } finally {
    await session.close()
  }
}
