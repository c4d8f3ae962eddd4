import { envelopeOf, type Envelope } from '../../charts/signatures/index.ts'
import { strictBase64 } from './base64.ts'

/** The longest envelope or bundle that is read, in characters. */
const longestEnvelope = 4 << 20
const mostSignatures = 16

/** An envelope as Pintle writes it: one spelling for each content, so that every changed byte of the file shows. */
export function writeEnvelope({ payloadType, payload, signatures }: Envelope): string {
  const list = signatures.map(({ sig, keyid }) => ({ ...(keyid !== undefined && { keyid }), sig: sig.toString('base64') }))
  return `${JSON.stringify({ payloadType, payload: payload.toString('base64'), signatures: list }, undefined, 2)}\n`
}

/**
 * Reads an envelope that anybody wrote: base64 in either alphabet, members in any order.
 * @returns the reason when it is none
 */
export function readEnvelope(text: string): Envelope | string {
  const json = readJson(text)
  return typeof json === 'string' ? json : envelopeFrom(json.value)
}

/** The same, of JSON that is read. */
export function envelopeFrom(value: unknown): Envelope | string {
  const raw = value as { payload?: unknown; signatures?: { sig?: unknown; keyid?: unknown }[] }
  const envelope = envelopeOf(value)
  if (envelope === undefined) return 'it is no DSSE envelope'
  if (envelope.signatures.length === 0 || envelope.signatures.length !== raw.signatures!.length) return 'its signatures are not readable'
  if (envelope.signatures.length > mostSignatures) return `it has more than ${mostSignatures} signatures`
  if ([raw.payload, ...raw.signatures!.map((s) => s.sig)].some((part) => strictBase64(part as string) === undefined)) return 'it is not base64'
  return envelope
}

/** Whether a text is this envelope as writeEnvelope writes it, to the byte. */
export const isWritten = (envelope: Envelope, text: string): boolean => writeEnvelope(envelope) === text

/** JSON within limits. @returns the reason when it is none */
export function readJson(text: string): { readonly value: unknown } | string {
  if (text.length > longestEnvelope) return `it is larger than ${longestEnvelope >> 20} MiB`
  try {
    return { value: JSON.parse(text) }
  } catch {
    return 'it is not JSON'
  }
}
