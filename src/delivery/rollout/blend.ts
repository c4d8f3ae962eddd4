import type { KubeObject } from '../../cluster/kube/index.ts'
import { copiesAround, copyName, copyOfDeployment } from './copies.ts'
import { groupOf } from './manifest.ts'
import type { Manifest, Name } from './manifest.ts'
import type { Parts } from './parts.ts'
import type { State } from './path.ts'
import type { Router } from './routers/router.ts'
import { blendSlots } from './slots.ts'

/** On the copy: where the rollout stands, so that whoever reads the record knows. */
export const stateAnnotation = 'pintle.dev/rollout'

export interface Blend {
  readonly manifest: Manifest
  /** The release's own Deployment says nothing of its size, which is somebody else's: it is scaled beside the manifest. */
  readonly scale?: { readonly name: Name; readonly replicas: number }
}

/**
 * The manifest that must run in a state: the old revision with what the new one only adds and with the copy, or, once promoted, the new revision with the copy still
 * beside it. Pure; what is not touched keeps its bytes.
 */
export function blend(parts: Parts, router: Router, state: State): Blend {
  const { stable, target, workload, marks } = parts
  const base = state.promoted ? target : stable.plus(target, (o) => !actsOnOthers(o, parts))
  const annotation = { [stateAnnotation]: JSON.stringify(state) }
  if (workload.slot !== undefined) return { manifest: blendSlots(parts, base, state, annotation) }
  let manifest = base
  let scale: Blend['scale']
  const own = base.find(workload.name)!
  if (own.spec.replicas === undefined || own.spec.replicas === null) {
    if (router.by === 'pods') scale = { name: workload.name, replicas: state.stable }
  } else if (own.spec.replicas !== state.stable && (router.by === 'pods' || isSized(base, parts))) {
    manifest = manifest.with({ ...own, spec: { ...own.spec, replicas: state.stable } })
  }
  // Where the numbers of pods are the weight, nobody else may change them meanwhile.
  if (router.by === 'pods') for (const name of workload.scalers) manifest = pinned(manifest, name, state.stable)
  for (const { object, like } of copiesAround(target, workload, marks)) manifest = manifest.with(object, like)
  manifest = manifest.with(copyOfDeployment(workload, marks, state.canary, annotation), workload.name)
  manifest = router.route(manifest, parts, state.weight)
  return { manifest, ...(scale && { scale }) }
}

/** Whether the manifest alone says how large the Deployment is. */
const isSized = (manifest: Manifest, { workload }: Parts): boolean => workload.scalers.every((s) => manifest.find(s) === undefined)

/** What a new revision adds that would act on the pods and the traffic of the old one: it comes with the promotion. */
function actsOnOthers(object: KubeObject, { workload, target }: Parts): boolean {
  const kind = `${groupOf(object.apiVersion)}/${object.kind}`
  return acting.has(kind) || workload.scalers.some((s) => s.kind === object.kind && s.name === object.metadata.name) || object.spec?.targetRef?.name === workload.name.name
    || (object.kind === 'Service' && target.nameOf(object).namespace === workload.name.namespace && object.spec?.externalIPs !== undefined)
}

const acting: ReadonlySet<string> = new Set([
  'networking.k8s.io/NetworkPolicy', '/ResourceQuota', '/LimitRange', 'policy/PodDisruptionBudget', 'autoscaling.k8s.io/VerticalPodAutoscaler',
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration', 'admissionregistration.k8s.io/MutatingWebhookConfiguration', 'admissionregistration.k8s.io/ValidatingAdmissionPolicy', 'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding',
  'networking.k8s.io/Ingress', 'gateway.networking.k8s.io/HTTPRoute', 'gateway.networking.k8s.io/GRPCRoute', 'gateway.networking.k8s.io/BackendTrafficPolicy',
  'networking.istio.io/VirtualService', 'networking.istio.io/DestinationRule', 'networking.istio.io/Sidecar', 'networking.istio.io/EnvoyFilter',
  'security.istio.io/AuthorizationPolicy', 'security.istio.io/PeerAuthentication', 'security.istio.io/RequestAuthentication',
])

function pinned(manifest: Manifest, name: Name, replicas: number): Manifest {
  const scaler = manifest.find(name)
  if (scaler === undefined) return manifest
  if (name.kind === 'ScaledObject') return manifest.with({ ...scaler, metadata: { ...scaler.metadata, annotations: { ...scaler.metadata.annotations, 'autoscaling.keda.sh/paused-replicas': String(replicas) } } })
  // At 0 pods an autoscaler looks away by itself, and takes no 0 here.
  const size = Math.max(1, replicas)
  return manifest.with({ ...scaler, spec: { ...scaler.spec, minReplicas: size, maxReplicas: size } })
}

/** Where a rollout stands by the manifest of its pending record; undefined where that is no manifest of one. */
export function stateOf(manifest: Manifest): State | undefined {
  for (const object of manifest.ofKind('Deployment', 'apps')) {
    const text = object.metadata.annotations?.[stateAnnotation]
    if (text === undefined) continue
    const { full, stable, canary, weight, promoted } = JSON.parse(text) as State
    return { full, stable, canary, weight, promoted }
  }
  return undefined
}

/** The Deployment of the new version while it is beside the old one. */
export const copyOf = ({ workload: { name, slot }, marks: { track } }: Pick<Parts, 'workload' | 'marks'>): Name => slot?.name ?? { ...name, name: copyName(name.name, track) }
