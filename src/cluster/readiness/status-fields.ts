import type { KubeObject } from '../kube/index.ts'
import type { Readiness } from './types.ts'

/** A status condition as far as it is read here. */
export interface Condition { type: string; status: string; reason?: string; message?: string; lastTransitionTime?: string }

/** The value at a path, undefined when any step is missing. */
export function field(object: unknown, ...path: string[]): unknown {
  let at: any = object
  for (const step of path) {
    if (at === null || typeof at !== 'object' || !Object.hasOwn(at, step)) return undefined
    at = at[step]
  }
  return at
}

/** A whole number at a dotted path; anything else counts as missing, as kstatus GetIntField has it. */
export function int(object: KubeObject, path: string, otherwise: number): number {
  const value = field(object, ...path.split('.'))
  return typeof value === 'number' && Number.isInteger(value) ? value : otherwise
}

export function text(object: KubeObject, path: string, otherwise: string): string {
  const value = field(object, ...path.split('.'))
  return typeof value === 'string' ? value : otherwise
}

export function conditions(object: KubeObject): readonly Condition[] {
  const list = field(object, 'status', 'conditions')
  return Array.isArray(list) ? list.filter(c => c !== null && typeof c === 'object') : []
}

export const current = (message: string): Readiness => ({ status: 'current', message })
export const inProgress = (reason: string, message: string): Readiness => ({ status: 'inProgress', message, reason })
export const failed = (reason: string, message: string): Readiness => ({ status: 'failed', message, reason })

export function isKind(object: KubeObject, group: string, kind: string): boolean {
  if (object.kind !== kind) return false
  const slash = object.apiVersion.indexOf('/')
  return (slash < 0 ? '' : object.apiVersion.slice(0, slash)) === group
}

/** Which object a finding is about. */
export function about(object: KubeObject): { kind: string; namespace: string; name: string } {
  return { kind: object.kind, namespace: object.metadata.namespace ?? '', name: object.metadata.name ?? '' }
}
