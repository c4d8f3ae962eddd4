import type { TrustedRoot } from '../../../charts/signatures/index.ts'
import type { VerifyingKey } from '../keys/verifying-key.ts'

/** A person or machine whose word counts, with all by which it can be known. Several keys of one person are one identity. */
export interface TrustedIdentity {
  readonly name: string
  /** Other names of the same person: user names, addresses. */
  readonly aliases: readonly string[]
  /** `@acme/sre` */
  readonly groups: readonly string[]
  readonly keys: readonly TrustedKey[]
  readonly keyless: readonly { readonly issuer: string; readonly identity: string }[]
  /** Login on GitHub: reviews that were imported from there are theirs. */
  readonly github?: string
}

export interface TrustedKey {
  readonly key: VerifyingKey
  /** Only what was signed in this time counts. */
  readonly validAfter?: Date
  readonly validBefore?: Date
}

/** Whom this project believes. */
export interface Trust {
  readonly identities: readonly TrustedIdentity[]
  /** For identities certified by Sigstore. Read when first needed. */
  readonly trustedRoot?: () => Promise<TrustedRoot>
  /** Names of the identities that may import other systems' approvals. */
  readonly importers: readonly string[]
}

export const nobody: Trust = { identities: [], importers: [] }

/** Every name by which an identity may be called: what an author is compared with. */
function namesOf({ name, aliases, github, keyless }: TrustedIdentity): string[] {
  return [name, ...aliases, ...(github === undefined ? [] : [github, githubName(github)]), ...keyless.map((k) => k.identity)]
}

/** Whether somebody's name is a name of this identity; letters' case does not tell people apart. */
export function isCalled(identity: TrustedIdentity, name: string): boolean {
  return namesOf(identity).some((n) => n.toLowerCase() === name.toLowerCase())
}

/** How somebody known by a login on GitHub is called. */
export const githubName = (login: string): string => `github:${login}`

/** Whose key it is. */
export function identityOfKey(trust: Trust, id: string): TrustedIdentity | undefined {
  return trust.identities.find((i) => i.keys.some((k) => k.key.id === id))
}

/** What an environment asks for before a plan is applied. */
export interface Requirement {
  readonly approvals: number
  /** Names and groups (`@...`) whose approvals count; empty: of everybody who is trusted. */
  readonly approvers: readonly string[]
  /** Milliseconds after which an approval no longer counts. */
  readonly maxAge?: number
}

/** Whether an identity is among the approvers: by its name, or by a group. */
export function mayApprove(identity: TrustedIdentity, { approvers }: Requirement): boolean {
  return approvers.length === 0 || approvers.some((a) => (a.startsWith('@') ? identity.groups.includes(a) : a === identity.name))
}

/** What makes a requirement hard or impossible to satisfy, in words: names that nobody has, fewer people than are asked for. @param author of the plan, who does not count */
export function requirementFaults(trust: Trust, requirement: Requirement, author: string): string[] {
  const unknown = requirement.approvers.filter((a) => !trust.identities.some((i) => (a.startsWith('@') ? i.groups.includes(a) : i.name === a)))
  const able = trust.identities.filter((i) => mayApprove(i, requirement) && !isCalled(i, author)).length
  return [
    ...unknown.map((a) => `requires.approvers names ${a}, ${a.startsWith('@') ? 'a group that has nobody' : 'whom trust does not know'}`),
    ...(able < requirement.approvals ? [`${requirement.approvals} approvals are asked for, and ${able === 1 ? 'one identity' : `${able} identities`} may give them`] : []),
  ]
}
