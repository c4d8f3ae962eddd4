import { PintleError } from '../../errors/index.ts'
import type { KubeObject } from '../kube/index.ts'
import type { Finding } from './finding.ts'
import { resourceText } from './resources.ts'
import type { Resource } from './resources.ts'

/** Helm's marks of ownership. Upstream: pkg/action/validate.go. */
export const managedByLabel = 'app.kubernetes.io/managed-by'
export const releaseNameAnnotation = 'meta.helm.sh/release-name'
export const releaseNamespaceAnnotation = 'meta.helm.sh/release-namespace'

/** What is wrong with an object's marks, in Helm's words; undefined when the release owns it. */
export function ownershipFault(object: KubeObject, release: string, namespace: string): string | undefined {
  const faults: string[] = []
  const check = (place: Record<string, string> | undefined, kind: string, key: string, value: string): void => {
    const actual = place !== undefined && place !== null && Object.hasOwn(place, key) ? place[key] : undefined
    if (actual === undefined) faults.push(`${kind} validation error: missing key ${quoted(key)}: must be set to ${quoted(value)}`)
    else if (actual !== value) faults.push(`${kind} validation error: key ${quoted(key)} must equal ${quoted(value)}: current value is ${quoted(actual)}`)
  }
  check(object.metadata.labels, 'label', managedByLabel, 'Helm')
  check(object.metadata.annotations, 'annotation', releaseNameAnnotation, release)
  check(object.metadata.annotations, 'annotation', releaseNamespaceAnnotation, namespace)
  return faults.length === 0 ? undefined : `invalid ownership metadata; ${faults.join('; ')}`
}

const quoted = (text: string): string => JSON.stringify(text)

/** Marks every object as the release's, over what the chart says. */
export function markOwned(resources: readonly Resource[], release: string, namespace: string): void {
  for (const { object } of resources) {
    object.metadata.labels = { ...object.metadata.labels, [managedByLabel]: 'Helm' }
    object.metadata.annotations = { ...object.metadata.annotations, [releaseNameAnnotation]: release, [releaseNamespaceAnnotation]: namespace }
  }
}

/**
 * Of the objects about to be created, those that exist already and may be updated: the release's own, or all of them when
 * ownership is taken. Throws release.ownership with Helm's text for the first that belongs to somebody else; its findings name them all.
 */
export function adoptable(resources: readonly Resource[], live: ReadonlyMap<Resource, KubeObject | undefined>, release: string, namespace: string, takeOwnership: boolean): Resource[] {
  const existing: Resource[] = []
  const foreign: { resource: Resource; object: KubeObject; fault: string }[] = []
  for (const resource of resources) {
    if (generatesName(resource)) continue
    const object = live.get(resource)
    if (object === undefined) continue
    const fault = takeOwnership ? undefined : ownershipFault(object, release, namespace)
    if (fault !== undefined) foreign.push({ resource, object, fault })
    existing.push(resource)
  }
  const [first] = foreign
  if (first === undefined) return existing
  const findings = foreign.map((f) => ownershipFinding(f.resource, f.object, f.fault))
  const owner = ownerOf(first.object)
  throw new PintleError('release.ownership', ownershipText(first.resource, first.fault), {
    hint: findings[0]!.advice![0]!,
    details: { ref: first.resource.ref, findings, ...(owner === undefined ? {} : { owner }) },
  })
}

const ownershipText = (resource: Resource, fault: string): string => `${resourceText(resource)} exists and cannot be imported into the current release: ${fault}`

const ownerOf = ({ metadata: { annotations } }: KubeObject): { release: string; namespace: string | undefined } | undefined =>
  (annotations?.[releaseNameAnnotation] === undefined ? undefined : { release: annotations[releaseNameAnnotation], namespace: annotations[releaseNamespaceAnnotation] })

/** An object that is somebody else's, as a finding. */
export function ownershipFinding(resource: Resource, object: KubeObject, fault: string): Finding {
  const owner = ownerOf(object)
  return {
    ref: resource.ref,
    message: ownershipText(resource, fault),
    ...(resource.source !== undefined && { source: resource.source }),
    advice: [owner === undefined
      ? 'Remove or rename the object, or take it over with --take-ownership.'
      : `It belongs to release ${owner.release} in namespace ${owner.namespace ?? '?'}; one object has one owner.`],
  }
}

/** Whether the server names the object. Both names at once are an error (validateNameAndGenerateName). */
export function generatesName(resource: Resource): boolean {
  const { name, generateName } = resource.object.metadata
  if (generateName === undefined || generateName === '') return false
  if (name === undefined || name === '') return true
  throw new PintleError('release.build', 'metadata.name and metadata.generateName cannot both be set', { details: { ref: resource.ref } })
}

/** For a check of a whole release: marks the objects, and tells which of those that the last revision had not belong to somebody else. */
export function ownerFor(originals: readonly Resource[], release: string, namespace: string, takeOwnership: boolean) {
  const had = new Set(originals.map((r) => r.id))
  return (resources: readonly Resource[], live: ReadonlyMap<Resource, KubeObject | undefined>): Finding[] => {
    markOwned(resources, release, namespace)
    if (takeOwnership) return []
    return resources.flatMap((resource) => {
      const object = had.has(resource.id) ? undefined : live.get(resource)
      const fault = object === undefined ? undefined : ownershipFault(object, release, namespace)
      return fault === undefined ? [] : [ownershipFinding(resource, object!, fault)]
    })
  }
}
