/** A DSSE envelope (github.com/secure-systems-lab/dsse) with what it says about an artifact. */
export interface Envelope {
  readonly payloadType: string
  readonly payload: Buffer
  readonly signatures: readonly EnvelopeSignature[]
}

export interface EnvelopeSignature {
  readonly sig: Buffer
  /** A hint at the key: nothing is decided by it. */
  readonly keyid?: string
}

/** An in-toto statement. */
export interface Statement {
  /** `https://in-toto.io/Statement/v1`, or `v0.1`. */
  readonly type: string
  readonly predicateType: string
  /** Digests it is about, `sha256:...`. */
  readonly subjects: readonly string[]
  readonly predicate: unknown
}

/** The payload type of envelopes around in-toto statements. */
export const statementType = 'application/vnd.in-toto+json'

/** @returns undefined when this is no envelope */
export function envelopeOf(json: any): Envelope | undefined {
  if (typeof json?.payload !== 'string' || typeof json.payloadType !== 'string' || !Array.isArray(json.signatures)) return undefined
  const signatures = json.signatures.filter((s: any) => typeof s?.sig === 'string').map((s: any): EnvelopeSignature => ({ sig: Buffer.from(s.sig, 'base64'), ...(typeof s.keyid === 'string' && { keyid: s.keyid }) }))
  return { payloadType: json.payloadType, payload: Buffer.from(json.payload, 'base64'), signatures }
}

/** What a DSSE signature is made over: type and payload, with their lengths. */
export function signedBytes({ payloadType, payload }: Pick<Envelope, 'payloadType' | 'payload'>): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `), payload])
}

/** The statement an envelope holds. @throws Error in words when it holds none */
export function statementOf(envelope: Pick<Envelope, 'payloadType' | 'payload'>): Statement {
  if (envelope.payloadType !== statementType) throw new Error(`its payload is of type ${envelope.payloadType}, not an in-toto statement`)
  let json: any
  try {
    json = JSON.parse(envelope.payload.toString())
  } catch {
    throw new Error('its statement is not JSON')
  }
  if (!/^https:\/\/in-toto\.io\/Statement\/(v0\.1|v1)$/.test(json?._type ?? '') || !Array.isArray(json.subject) || typeof json.predicateType !== 'string') throw new Error('it is no in-toto statement')
  const subjects = json.subject.flatMap((s: any) => Object.entries(s?.digest ?? {}).map(([algorithm, hex]) => `${algorithm}:${hex}`))
  return { type: json._type, predicateType: json.predicateType, subjects, predicate: json.predicate }
}
