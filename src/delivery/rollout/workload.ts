import type { PintleError } from '../../errors/index.ts'
import { equalJson } from '../../cluster/kube/index.ts'
import type { KubeObject } from '../../cluster/kube/index.ts'
import { groupOf } from './manifest.ts'
import type { Manifest, Name } from './manifest.ts'
import type { Workload } from './parts.ts'
import { changedConfig } from './pod-references.ts'
import { refused } from './refused.ts'
import { servicesOf } from './services-of.ts'
import { findSlots } from './slots.ts'
import type { RolloutSpec } from './types.ts'

export type WorkloadAnswer =
  | { readonly kind: 'workload'; readonly workload: Workload }
  /** The caller upgrades as usual. */
  | { readonly kind: 'nothing to shift'; readonly why: string }

/**
 * Which Deployment a rollout is about: the one that `spec.workload` names, else the one whose pods change and that a Service selects.
 * @throws PintleError rule.refused where there are several, or where it is none that can be rolled out in parts
 */
export function findWorkload(stable: Manifest, target: Manifest, spec: Pick<RolloutSpec, 'workload'> & Partial<Pick<RolloutSpec, 'strategy' | 'router'>>): WorkloadAnswer {
  const slots = findSlots(stable, target)
  if (slots !== undefined) {
    if (spec.strategy === 'blue-green' && spec.router === 'service') return { kind: 'workload', workload: slots }
    throw refused(`the Service ${slots.services[0]!.name} comes to select Deployment ${slots.slot!.name.name} in the place of ${slots.name.name}: the chart has a Deployment for each of two versions`, 'Use `strategy: blue-green` with `router: service`, which makes the other Deployment ready before the Service leads to it.')
  }
  const pairs = workloadsOf(target).map((now) => ({ now, before: stable.find(target.nameOf(now)) }))
  if (spec.workload !== undefined) return named(stable, target, spec.workload, pairs.map((p) => p.now))
  const changed = pairs.filter(({ now, before }) => before !== undefined && podsChange(stable, target, before, now))
  const served = changed.filter(({ before }) => servicesOf(stable, before!).length > 0)
  const deployments = served.filter(({ now }) => now.kind === 'Deployment')
  if (deployments.length > 1) {
    throw refused(`several Deployments change that Services select: ${deployments.map(({ now }) => now.metadata.name).join(', ')}`, `Say which one is rolled out in parts: \`workload: Deployment/${deployments[0]!.now.metadata.name}\` under canary or blueGreen of the service; the others follow at the promotion.`)
  }
  if (deployments.length === 1) return answer(stable, target, deployments[0]!.now)
  const other = served.find(({ now }) => now.kind !== 'Deployment')
  if (other !== undefined) throw refusedKind(other.now)
  const fresh = pairs.find(({ now, before }) => before === undefined && now.kind === 'Deployment')
  if (changed.length > 0) return { kind: 'nothing to shift', why: `no Service selects the pods of ${changed.map(({ now }) => `${now.kind} ${now.metadata.name}`).join(', ')}` }
  return { kind: 'nothing to shift', why: fresh === undefined ? 'no Deployment changes its pods' : `Deployment ${fresh.now.metadata.name} is new: there is no version before it` }
}

function named(stable: Manifest, target: Manifest, asked: string, all: readonly KubeObject[]): WorkloadAnswer {
  const slash = asked.indexOf('/')
  const kind = slash < 0 ? 'Deployment' : asked.slice(0, slash)
  const name = asked.slice(slash + 1)
  const now = all.find((o) => o.kind.toLowerCase() === kind.toLowerCase() && o.metadata.name === name)
  if (now === undefined) throw refused(`the release has no ${kind} ${name}`, `It has: ${all.map((o) => `${o.kind}/${o.metadata.name}`).join(', ') || 'no workload at all'}.`)
  if (now.kind !== 'Deployment') throw refusedKind(now)
  const before = stable.find(target.nameOf(now))
  if (before === undefined) return { kind: 'nothing to shift', why: `Deployment ${name} is new: there is no version before it` }
  if (!podsChange(stable, target, before, now)) return { kind: 'nothing to shift', why: `the pods of Deployment ${name} do not change` }
  return answer(stable, target, now)
}

function answer(stable: Manifest, target: Manifest, now: KubeObject): WorkloadAnswer {
  const name = target.nameOf(now)
  const before = stable.find(name)!
  if (!equalJson(before.spec?.selector, now.spec?.selector)) throw refused(`Deployment ${name.name} changes its selector, which the API server never takes`, 'Leave spec.selector as it was, or give the Deployment another name.')
  if (now.spec?.strategy?.type === 'Recreate') throw refused(`Deployment ${name.name} has the strategy Recreate: two versions of it must not run at once`, 'Roll it out with `strategy: rolling`, or let it roll.')
  const following = workloadsOf(target).filter((o) => o !== now).filter((o) => {
    const old = stable.find(target.nameOf(o))
    return old !== undefined && podsChange(stable, target, old, o)
  })
  return {
    kind: 'workload',
    workload: {
      name, stable: before, target: now,
      services: servicesOf(stable, before),
      config: changedConfig(stable, target, now),
      scalers: scalersOf(stable, name).concat(scalersOf(target, name)).filter((s, i, list) => list.findIndex((o) => o.kind === s.kind && o.name === s.name) === i),
      following: following.map((o) => `${o.kind}/${o.metadata.name}`),
    },
  }
}

const kinds = new Set(['Deployment', 'StatefulSet', 'DaemonSet'])
const workloadsOf = (manifest: Manifest): readonly KubeObject[] => manifest.objects.filter((o) => kinds.has(o.kind) && groupOf(o.apiVersion) === 'apps')

/** Whether the pods of a workload come to be others: by their template, or by what they read. */
function podsChange(stable: Manifest, target: Manifest, before: KubeObject, now: KubeObject): boolean {
  return !equalJson(before.spec?.template, now.spec?.template) || changedConfig(stable, target, now).length > 0
}

function scalersOf(manifest: Manifest, { namespace, name }: Name): Name[] {
  const isAbout = (o: KubeObject): boolean => manifest.nameOf(o).namespace === namespace && o.spec?.scaleTargetRef?.name === name && (o.spec.scaleTargetRef.kind ?? 'Deployment') === 'Deployment'
  return [...manifest.ofKind('HorizontalPodAutoscaler', 'autoscaling'), ...manifest.ofKind('ScaledObject', 'keda.sh')].filter(isAbout).map((o) => manifest.nameOf(o))
}

function refusedKind({ kind, metadata: { name } }: KubeObject): PintleError {
  const why = kind === 'StatefulSet' ? 'each of its pods has a name and volumes of its own, so there cannot be two versions of it side by side' : 'it has one pod on every node, so there cannot be two versions of it side by side'
  return refused(`${kind} ${name} cannot be rolled out in parts: ${why}`, 'Use `strategy: rolling`; its own updateStrategy (partition, maxUnavailable) goes slowly.')
}
