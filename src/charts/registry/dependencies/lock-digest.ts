import { createHash } from 'node:crypto'
import { dependencyRecord, type Dependency, type Lock } from '../../chart/index.ts'

/** What Chart.lock says of the dependencies it was made from. Upstream: HashReq in internal/resolver/resolver.go. */
export const lockDigest = (wanted: readonly Dependency[], locked: readonly (Dependency | null)[]): string =>
  digestOf([wanted.map(dependencyRecord), locked.map((d) => d && dependencyRecord(d))])

/** The digest of Helm 2, which requirements.lock may carry. Upstream: HashV2Req. */
export const helm2Digest = (wanted: readonly Dependency[]): string => digestOf({ dependencies: wanted.map(dependencyRecord) })

/**
 * Whether a lock was made from these dependencies, as `dependency build` judges it; undefined where repositories are named by an alias, which the digest does not hold.
 */
export function lockFits(wanted: readonly Dependency[], lock: Lock): boolean | undefined {
  if (wanted.some((d) => d.repository.startsWith('@') || d.repository.startsWith('alias:'))) return undefined
  return lockDigest(wanted, lock.dependencies.filter((d) => d !== null)) === lock.digest || helm2Digest(wanted) === lock.digest
}

/** Over the text encoding/json makes. */
function digestOf(value: unknown): string {
  const text = JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}
