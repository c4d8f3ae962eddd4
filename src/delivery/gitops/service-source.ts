import type { KubeObject } from '../../cluster/kube/index.ts'
import { PintleError } from '../../errors/index.ts'
import type { Json } from '../../language/yaml/index.ts'
import type { ChartTraits } from './chart-traits.ts'

/** Where a controller finds the chart. */
export type ChartOrigin =
  | { readonly kind: 'git'; /** Folder from the root of the repository, '' for the root. */ readonly path: string }
  | { readonly kind: 'repository'; readonly url: string; readonly chart: string; readonly version: string }
  /** `url` without tag: oci://registry/charts/name. */
  | { readonly kind: 'oci'; readonly url: string; readonly version: string; readonly digest?: string; /** Plain HTTP. */ readonly insecure?: boolean }

export interface GitOrigin {
  /** As it is cloned, without credentials. */
  readonly url: string
  /** A branch, or a commit. */
  readonly revision: string
}

export interface ValuesFile {
  /** As it is shown. */
  readonly path: string
  /** From the root of the repository; undefined outside of it. */
  readonly inGit?: string
  readonly text: string
  /** Why no controller can read it, when that is so: it is encrypted, or a program. */
  readonly unreadable?: string
}

/** A service in an environment, as far as a controller needs to know it. */
export interface ServiceSource {
  readonly service: string
  readonly environment: string
  readonly namespace: string
  readonly chart: ChartOrigin
  readonly git?: GitOrigin
  readonly files: readonly ValuesFile[]
  /** As --set takes them. */
  readonly set: readonly string[]
  /** All of the values together, as Helm merges them. */
  readonly values: { readonly [key: string]: Json }
  readonly traits: ChartTraits
  /** Milliseconds. */
  readonly timeout: number
  readonly maxHistory: number
  readonly createNamespace: boolean
  readonly smokeChecks: number
}

/** What a controller does otherwise than Pintle. */
export interface Difference {
  /** By which it is accepted: see docs/gitops.md. */
  readonly id: DifferenceId
  readonly message: string
}

export const differenceIds = [
  'no-tests', 'no-smoke-checks', 'no-rollback', 'hooks-left-out', 'hooks-in-every-sync', 'no-lookup', 'changing-templates', 'retyped-values', 'null-values', 'copied-values', 'registry-settings', 'chart-by-tag', 'whole-object-ignored', 'crds-not-upgraded',
  'uncommitted',
] as const
export type DifferenceId = (typeof differenceIds)[number]

/** Objects to commit, and what they do not say that Pintle would do. */
export interface Written {
  readonly objects: readonly KubeObject[]
  readonly differences: readonly Difference[]
}

/** Collects differences. */
export class Differences {
  readonly all: Difference[] = []
  add(id: DifferenceId, message: string): void {
    this.all.push({ id, message })
  }
}

/** @returns the error for what a controller cannot be told */
export function unsupported(message: string, hint: string): PintleError {
  return new PintleError('gitops.unsupported', message, { hint })
}

/** Dotted paths of members that are null, which take a default away. */
export function nullPaths(values: Json, at = ''): string[] {
  if (values === null) return [at]
  if (typeof values !== 'object' || Array.isArray(values)) return []
  return Object.entries(values).flatMap(([key, value]) => nullPaths(value, at === '' ? key : `${at}.${key}`))
}

/** A name for objects: the service's, with the environment's when there is one. */
export function objectName(source: ServiceSource, wanted = ''): string {
  const name = wanted || [source.service, source.environment].filter(Boolean).join('-')
  if (!/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/.test(name)) throw unsupported(`${JSON.stringify(name)} is no name for an object`, 'Give one with --name: lower-case letters, digits and dashes.')
  return name
}
