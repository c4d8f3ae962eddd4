import { signedBytes, statementType } from '../../charts/signatures/index.ts'
import { strictBase64 } from './base64.ts'
import { envelopeFrom, isWritten, readJson } from './envelope-file.ts'

/** What a document of one signature holds, before anything of it is believed. */
export interface SignedContent {
  readonly payloadType: string
  readonly payload: Buffer
  /** What the signature is over. */
  readonly data: Buffer
  readonly sig: Buffer
  readonly form: 'envelope' | 'bundle'
  /** It must name the key that signed. */
  readonly keyid?: string
  /** A Sigstore bundle's hint at its key; '' when there is none. Left out where a certificate names the signer. */
  readonly hint?: string
  /** The bundle, and what its signature is over where that is not in it. */
  readonly bundle?: { readonly json: unknown; readonly artifact?: Buffer }
}

interface RawBundle {
  readonly mediaType: string
  readonly dsseEnvelope?: unknown
  readonly messageSignature?: { readonly signature?: unknown } | null
  readonly statement?: unknown
  readonly verificationMaterial?: { readonly publicKey?: { readonly hint?: unknown } | null } | null
}

/**
 * Takes a document apart: an envelope as Pintle writes it, a Sigstore bundle with an envelope (`cosign attest-blob`), or one whose signature is over a statement that was put beside it (`cosign sign-blob`; see
 * withStatement).
 * @param options.anyForm an envelope may be written in any way that means the same: other base64, other white space, no keyid
 * @returns why it cannot be read, or shows that bytes were changed
 */
export function signedContent(text: string, options: { readonly anyForm?: boolean }): SignedContent | { readonly fault: 'unreadable' | 'changed'; readonly why: string } {
  const json = readJson(text)
  if (typeof json === 'string') return { fault: 'unreadable', why: json }
  if (isBundle(json.value)) return bundleContent(json.value)
  const envelope = envelopeFrom(json.value)
  if (typeof envelope === 'string') return { fault: 'unreadable', why: envelope }
  const strict = options.anyForm !== true
  if (strict && !isWritten(envelope, text)) return { fault: 'changed', why: 'it is not as Pintle writes it: bytes were changed, or it was made by another tool and not taken over by `pintle approve --envelope`' }
  if (envelope.signatures.length !== 1) return { fault: 'unreadable', why: 'it must have one signature' }
  const { sig, keyid } = envelope.signatures[0]!
  return { ...envelope, data: signedBytes(envelope), sig, form: 'envelope', ...(strict && { keyid: keyid ?? '' }) }
}

function bundleContent(raw: RawBundle): ReturnType<typeof signedContent> {
  const key = raw.verificationMaterial?.publicKey
  const hint = key === undefined || key === null ? {} : { hint: typeof key.hint === 'string' ? key.hint : '' }
  const message = raw.messageSignature
  if (message !== undefined && message !== null) {
    const payload = typeof raw.statement === 'string' ? strictBase64(raw.statement) : undefined
    const sig = typeof message.signature === 'string' ? strictBase64(message.signature) : undefined
    if (payload === undefined || sig === undefined) return { fault: 'unreadable', why: 'it is a signature of something that is not in it; the statement that was signed is given with `pintle approve --envelope FILE --statement FILE`' }
    return { payloadType: statementType, payload, data: payload, sig, form: 'bundle', bundle: { json: raw, artifact: payload }, ...hint }
  }
  const envelope = envelopeFrom(raw.dsseEnvelope)
  if (typeof envelope === 'string') return { fault: 'unreadable', why: envelope }
  if (envelope.signatures.length !== 1) return { fault: 'unreadable', why: 'it must have one signature' }
  return { ...envelope, data: signedBytes(envelope), sig: envelope.signatures[0]!.sig, form: 'bundle', bundle: { json: raw }, ...hint }
}

/** A bundle of `cosign sign-blob` with the statement it is over, in one file. @returns undefined when it is no such bundle */
export function withStatement(bundle: string, statement: Uint8Array): string | undefined {
  const json = readJson(bundle)
  if (typeof json === 'string' || !isBundle(json.value) || typeof json.value.messageSignature !== 'object') return undefined
  return `${JSON.stringify({ ...json.value, statement: Buffer.from(statement).toString('base64') })}\n`
}

function isBundle(value: unknown): value is RawBundle {
  const type = (value as { mediaType?: unknown } | null)?.mediaType
  return typeof type === 'string' && type.startsWith('application/vnd.dev.sigstore.bundle')
}
