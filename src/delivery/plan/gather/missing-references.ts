import type { CallOptions, Cluster, ObjectRef } from '../../../cluster/kube/index.ts'
import { madeSecret } from '../../../cluster/readiness/index.ts'
import { isPintleError } from '../../../errors/index.ts'
import { podOf, refOf, type ManifestFacts } from '../../policy/index.ts'

type Missing = NonNullable<ManifestFacts['missingReferences']>
interface Reference { readonly object: ObjectRef; readonly kind: 'Secret' | 'ConfigMap'; readonly name: string }

/**
 * Secrets and ConfigMaps that pods refer to and that are neither in the manifest nor in the cluster. Optional ones do not count, nor those an object of the manifest will make (ExternalSecret,
 * SealedSecret, Certificate) or a hook by its command.
 * @returns undefined when the cluster does not say what there is
 */
export async function missingReferences(manifests: Pick<ManifestFacts, 'objects' | 'hooks'>, namespace: string, cluster: Cluster, call: CallOptions): Promise<Missing | undefined> {
  const all = [...manifests.objects, ...manifests.hooks]
  const made = new Set(all.flatMap(({ object }) => makes(object).map((m) => `${object.metadata.namespace ?? namespace}/${m}`)))
  // A hook that names it in its command makes it, as those for certificates of webhooks do.
  const commands = manifests.hooks.flatMap((hook) => [...list(podOf(hook)?.spec.initContainers), ...list(podOf(hook)?.spec.containers)].flatMap(({ command, args }) => JSON.stringify([command, args])))
  const references = all.flatMap((rendered): Reference[] => {
    const pod = podOf(rendered)
    return pod === undefined ? [] : referencesOf(pod.spec).map((r) => ({ ...r, object: pod.ref }))
  }).filter((r) => !made.has(`${r.object.namespace ?? namespace}/${r.kind}/${r.name}`) && !commands.some((c) => c.includes(r.name)))
  const there = new Set<string>()
  try {
    for (const [kind, of] of Map.groupBy(references, (r) => r.kind)) {
      for (const place of new Set(of.map((r) => r.object.namespace ?? namespace))) {
        const { items } = await cluster.list('v1', kind, { namespace: place, metadataOnly: true, ...call })
        for (const { metadata } of items) there.add(`${place}/${kind}/${metadata.name}`)
      }
    }
  } catch (error) {
    if (isPintleError(error, 'kube.forbidden', 'kube.notFound')) return undefined
    throw error
  }
  const missing = references.filter((r) => !there.has(`${r.object.namespace ?? namespace}/${r.kind}/${r.name}`))
  return [...new Map(missing.map((r) => [`${r.object.kind}/${r.object.name} ${r.kind}/${r.name}`, r])).values()]
}

/** What an object is, or will be made into. */
function makes(object: Parameters<typeof refOf>[0]): string[] {
  if (object.kind === 'Secret' || object.kind === 'ConfigMap') return [`${object.kind}/${refOf(object).name}`]
  const secret = madeSecret(object)
  return secret === undefined ? [] : [`Secret/${secret}`]
}

/** References of a pod that keep it from starting while what they name is missing. */
function referencesOf(spec: Record<string, any>): Omit<Reference, 'object'>[] {
  const out: Omit<Reference, 'object'>[] = []
  const add = (kind: Reference['kind'], reference: any, name: unknown = reference?.name): void => {
    if (typeof name === 'string' && name !== '' && reference?.optional !== true) out.push({ kind, name })
  }
  for (const container of [...list(spec.initContainers), ...list(spec.containers)]) {
    for (const { secretRef, configMapRef } of list(container.envFrom)) {
      add('Secret', secretRef)
      add('ConfigMap', configMapRef)
    }
    for (const { valueFrom } of list(container.env)) {
      add('Secret', valueFrom?.secretKeyRef)
      add('ConfigMap', valueFrom?.configMapKeyRef)
    }
  }
  for (const { secret, configMap, projected } of list(spec.volumes)) {
    add('Secret', secret, secret?.secretName)
    add('ConfigMap', configMap)
    for (const source of list(projected?.sources)) {
      add('Secret', source.secret)
      add('ConfigMap', source.configMap)
    }
  }
  return out
}

const list = (value: unknown): any[] => (Array.isArray(value) ? value.filter((v) => typeof v === 'object' && v !== null) : [])
