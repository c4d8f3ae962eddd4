import { signedBytes, statementType, type Envelope } from '../../charts/signatures/index.ts'
import { canonicalJson } from './digest.ts'
import type { SigningKey } from './keys/signing-key.ts'

export const statementV1 = 'https://in-toto.io/Statement/v1'

/** What a statement is about. */
export interface Subject {
  readonly name: string
  /** Hexadecimal digests by algorithm. */
  readonly digest: Readonly<Record<string, string>>
}

/** An in-toto statement, version 1. */
export interface AttestationStatement<P = unknown> {
  readonly _type: typeof statementV1
  readonly subject: readonly Subject[]
  readonly predicateType: string
  readonly predicate: P
}

/** @param digest `sha256:<hex>` */
export function subjectOf(name: string, digest: string): Subject {
  const colon = digest.indexOf(':')
  return { name, digest: { [digest.slice(0, colon)]: digest.slice(colon + 1) } }
}

export function statement<P>(subject: readonly Subject[], predicateType: string, predicate: P): AttestationStatement<P> {
  return { _type: statementV1, subject, predicateType, predicate }
}

/** Puts a statement into an envelope and signs it: over the type and the bytes (PAE), never over the JSON around them. */
export async function signStatement(made: AttestationStatement, key: SigningKey, options: { signal?: AbortSignal } = {}): Promise<Envelope> {
  const content = { payloadType: statementType, payload: Buffer.from(canonicalJson(made)) }
  return { ...content, signatures: [{ keyid: key.id, sig: await key.sign(signedBytes(content), options) }] }
}
