import { PintleError } from '../../errors/index.ts'
import type { CallOptions, Cluster } from '../kube/index.ts'
import { createResources } from './apply.ts'
import { waitEstablished } from './established.ts'
import type { OnEvent } from './events.ts'
import { wrapped } from './failure.ts'
import type { CrdFile } from './options.ts'
import { buildResources } from './resources.ts'
import type { Resource } from './resources.ts'

/**
 * Puts a chart's crds/ into the cluster, file by file, and waits until they are established, whatever the wait strategy.
 * Upstream: pkg/action/install.go, installCRDs.
 */
export async function installCrds(cluster: Cluster, files: readonly CrdFile[], options: CallOptions & { serverSide: boolean; forceConflicts: boolean; namespace: string; onEvent?: OnEvent | undefined }): Promise<void> {
  const { namespace, onEvent, signal } = options
  const call: CallOptions = signal === undefined ? {} : { signal }
  onEvent?.({ type: 'phase', phase: 'crds' })
  const installed: Resource[] = []
  for (const file of files) {
    const resources = await readCrdFile(cluster, file, namespace, call)
    const { error } = await createResources(cluster, resources, { serverSide: options.serverSide, forceConflicts: options.forceConflicts, onEvent, ...call })
    if (error !== undefined) {
      if (/already exists/.test(error.message)) continue
      throw wrapped(error, (m) => crdFailure(file.name, m))
    }
    installed.push(...resources)
  }
  await waitEstablished(cluster, installed, { onEvent, ...call })
}

export const crdFailure = (file: string, reason: string): string => `failed to install CRD ${file}: ${reason}`

/** The objects of a file of crds/. */
export async function readCrdFile(cluster: Cluster, { name, text }: CrdFile, namespace: string, call: CallOptions): Promise<Resource[]> {
  if (text === '') throw new PintleError('release.apply', crdFailure(name, 'file data is empty'))
  const resources = await buildResources(cluster, text, namespace, call).catch((error: unknown) => {
    throw wrapped(error, (m) => crdFailure(name, m), { fallback: 'release.build' })
  })
  if (resources.length === 0) throw new PintleError('release.apply', crdFailure(name, 'resources are empty'))
  return resources.map((r) => ({ ...r, source: name }))
}
