/** What cosign signs in its older form: the digest within a "simple signing" payload. @throws Error in words */
export function simpleSigningDigest(payload: Uint8Array): string {
  let json: any
  try {
    json = JSON.parse(Buffer.from(payload).toString())
  } catch {
    throw new Error('its payload is not JSON')
  }
  const { type, image } = json?.critical ?? {}
  if (type !== 'cosign container image signature' && type !== 'atomic container signature') throw new Error(`its payload is of type ${JSON.stringify(type)}`)
  const digest = image?.['docker-manifest-digest']
  if (typeof digest !== 'string') throw new Error('its payload names no digest')
  return digest
}
