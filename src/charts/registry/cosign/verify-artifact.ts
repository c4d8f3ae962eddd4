import { PintleError, isPintleError } from '../../../errors/index.ts'
import type { Repository } from '../oci/repository.ts'
import { findSignatures, type Found } from './find-signatures.ts'
import type { RootedPolicy } from './keyless.ts'
import { simpleSigningDigest } from './simple-signing.ts'
import { signedBytes, statementOf, type Envelope, type PublicKey } from '../../signatures/index.ts'

/** Who must have signed: the holder of a key, or an identity that a trusted authority certified. */
export type Signer = { readonly key: PublicKey } | { readonly keyless: RootedPolicy }

export interface VerifiedSignature {
  readonly form: Found['form']
  /** Where it was found, for people. */
  readonly where: string
  /** Of an attestation. */
  readonly predicateType?: string
  readonly predicate?: unknown
  /** Whom the certificate names. */
  readonly identity?: string
  readonly issuer?: string
}

export interface SignatureReport {
  readonly verified: readonly VerifiedSignature[]
  /** Why each of the others does not count. */
  readonly rejected: readonly string[]
}

/** The statement by which cosign 3 signs. */
const signPredicate = 'https://sigstore.dev/cosign/sign/v1'

/** Short names of predicate types, as cosign's `--type` takes them (pkg/cosign/attestation of cosign). */
const predicateNames: Readonly<Record<string, string>> = {
  custom: 'https://cosign.sigstore.dev/attestation/v1', vuln: 'https://cosign.sigstore.dev/attestation/vuln/v1', slsaprovenance: 'https://slsa.dev/provenance/v0.2', slsaprovenance02: 'https://slsa.dev/provenance/v0.2',
  slsaprovenance1: 'https://slsa.dev/provenance/v1', spdx: 'https://spdx.dev/Document', spdxjson: 'https://spdx.dev/Document', cyclonedx: 'https://cyclonedx.org/bom', link: 'https://in-toto.io/Link/v1', openvex: 'https://openvex.dev/ns',
}

/**
 * Checks what was attached to a digest: signatures by cosign 1 to 3, or with `attestation` statements of that type. Nothing is asked of anybody but
 * the registry.
 * @param digest of the manifest
 * @throws PintleError registry.*; a signature that does not count is a value
 */
export async function checkSignatures(repository: Repository, digest: string, signer: Signer, options: { attestation?: string; signal?: AbortSignal | undefined } = {}): Promise<SignatureReport> {
  const verified: VerifiedSignature[] = []
  const rejected: string[] = []
  const wanted = options.attestation === undefined ? signPredicate : (predicateNames[options.attestation] ?? options.attestation)
  for (const found of await findSignatures(repository, digest, { signal: options.signal, skipped: (why) => rejected.push(why) })) {
    const envelope = found.form === 'simple-signing' ? undefined : found.envelope
    if (options.attestation === undefined ? found.form === 'envelope' : found.form === 'simple-signing') continue
    try {
      // What it says comes first: signatures of other kinds are no failures.
      const statement = envelope === undefined ? undefined : statementOf(envelope)
      if (statement !== undefined && statement.predicateType !== wanted) continue
      if (found.form === 'bundle' && statement === undefined) throw new Error('it holds no statement about a digest')
      const identity = 'key' in signer ? checkByKey(found, envelope, signer.key) : certified(await (await import('./keyless.ts')).checkKeyless(found, signer.keyless))
      const subjects = statement?.subjects ?? [simpleSigningDigest((found as Extract<Found, { form: 'simple-signing' }>).payload)]
      if (!subjects.includes(digest)) throw new Error(`it is about ${subjects.join(', ') || 'nothing'}, not about this artifact`)
      const attested = options.attestation === undefined || statement === undefined ? {} : { predicateType: statement.predicateType, predicate: statement.predicate }
      verified.push({ form: found.form, where: found.where, ...attested, ...identity })
    } catch (error) {
      options.signal?.throwIfAborted()
      if (isPintleError(error, 'signature.key')) throw error
      rejected.push(`${found.where}: ${(error as Error).message}`)
    }
  }
  return { verified, rejected }
}

const certified = ({ identity, issuer }: { identity: string; issuer: string }) => ({ identity, issuer })

function checkByKey(found: Found, envelope: Envelope | undefined, key: PublicKey): Record<string, never> {
  const good = found.form === 'simple-signing' ? key.verifies(found.payload, found.signature) : envelope!.signatures.some((s) => key.verifies(signedBytes(envelope!), s.sig))
  if (!good) throw new Error('it was not made with this key')
  return {}
}

/**
 * The same, for those who must have a signature.
 * @param name of the artifact, for the message
 * @throws PintleError signature.missing, signature.invalid, registry.*
 */
export async function requireSignature(repository: Repository, digest: string, signer: Signer, options: { name: string; attestation?: string; signal?: AbortSignal | undefined }): Promise<SignatureReport> {
  const report = await checkSignatures(repository, digest, signer, options)
  if (report.verified.length > 0) return report
  const kind = options.attestation === undefined ? 'signature' : `attestation of type ${options.attestation}`
  if (report.rejected.length === 0) {
    throw new PintleError('signature.missing', `${options.name} (${digest}) has no ${kind}`, { hint: options.attestation === undefined ? 'Sign it with `cosign sign`, or check that the signature was copied along with the artifact.' : 'Attach one with `cosign attest`.' })
  }
  throw new PintleError('signature.invalid', `no ${kind} of ${options.name} (${digest}) is valid:\n${report.rejected.map((r) => `  ${r}`).join('\n')}`, { details: { rejected: report.rejected } })
}
