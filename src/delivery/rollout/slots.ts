import { equalJson } from '../../cluster/kube/index.ts'
import type { KubeObject } from '../../cluster/kube/index.ts'
import { copyOfService } from './copies.ts'
import type { Manifest } from './manifest.ts'
import type { Parts, Workload } from './parts.ts'
import type { State } from './path.ts'
import { changedConfig, configOf } from './pod-references.ts'
import { refused } from './refused.ts'
import { selectsPods } from './services-of.ts'

/**
 * A chart with two Deployments and a Service whose selector says which of them serves. Applied at once, as the chart is, the Service leads to pods that do not run yet:
 * the other Deployment grows from nothing while the serving one shrinks.
 * @returns the serving Deployment, as the stable version, with the other one beside it; undefined where the new revision does no such thing
 */
export function findSlots(stable: Manifest, target: Manifest): Workload | undefined {
  const flipped = stable.ofKind('Service', '').flatMap((before) => {
    const name = stable.nameOf(before)
    const after = target.find(name)
    return after === undefined || equalJson(before.spec?.selector, after.spec?.selector) ? [] : [{ name, before, after }]
  })
  const labels = (o: KubeObject): Record<string, string> | undefined => o.spec?.template?.metadata?.labels
  for (const { name: { namespace }, before, after } of flipped) {
    const now = target.ofKind('Deployment', 'apps').find((o) => target.nameOf(o).namespace === namespace && selectsPods(after, labels(o)) && !selectsPods(before, labels(o)))
    const serving = stable.ofKind('Deployment', 'apps').find((o) => stable.nameOf(o).namespace === namespace && selectsPods(before, labels(o)) && !selectsPods(after, labels(o)))
    if (now === undefined || serving === undefined || now.metadata.name === serving.metadata.name) continue
    const services = flipped.filter((f) => selectsPods(f.before, labels(serving)) && selectsPods(f.after, labels(now)))
    const selector = after.spec.selector as Record<string, string>
    return {
      name: stable.nameOf(serving), stable: serving, target: now, services: services.map((s) => s.name), config: changedConfig(stable, target, now), scalers: [], following: [],
      slot: { name: target.nameOf(now), changed: Object.fromEntries(Object.entries(selector).filter(([key, value]) => before.spec.selector[key] !== value)) },
    }
  }
  return undefined
}

/** Refuses configuration that both Deployments read: the serving pods would see what is meant for the others. */
export function requireOwnConfig({ stable, config, slot }: Workload): void {
  const read = new Set(configOf(stable).map((c) => `${c.kind}/${c.name}`))
  const shared = config.filter((c) => read.has(`${c.kind}/${c.name}`))
  if (shared.length > 0) throw refused(`${shared.map((c) => `${c.kind} ${c.name}`).join(', ')} changes, and is read by the pods of ${stable.metadata.name} as well as by those of ${slot!.name.name}`, 'Give each of the two Deployments configuration of its own name.')
}

/** The manifest of a state: the old revision, in which the other Deployment is as the new one has it, and the Services lead to it once it has the traffic. */
export function blendSlots({ stable, target, workload, marks }: Parts, base: Manifest, state: State, annotation: Readonly<Record<string, string>>): Manifest {
  let manifest = base
  for (const { kind, name } of workload.config) manifest = manifest.with(target.find({ kind, group: '', namespace: workload.name.namespace, name })!)
  for (const name of workload.services) {
    const service = target.find(name)!
    const preview = copyOfService(service, marks)
    manifest = manifest.with({ ...preview, spec: { ...preview.spec, selector: service.spec.selector } }, name)
  }
  const { target: now } = workload
  manifest = manifest.with({ ...now, metadata: { ...now.metadata, annotations: { ...now.metadata.annotations, ...annotation } }, spec: { ...now.spec, replicas: state.canary } }, stable.nameOf(workload.stable))
  return state.weight < 50 ? manifest : workload.services.reduce((m, name) => m.with(target.find(name)!), manifest)
}
