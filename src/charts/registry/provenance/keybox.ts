/** Whether a keyring is a GnuPG keybox (pubring.kbx). */
export function isKeybox(bytes: Uint8Array): boolean {
  return bytes.length >= 12 && bytes[4] === 1 && Buffer.from(bytes.subarray(8, 12)).toString('latin1') === 'KBXf'
}

/**
 * The OpenPGP keys of a keybox, one after the other. X.509 certificates are passed over, and so are keys that GnuPG has not yet taken for good.
 * Upstream: pkg/provenance/keybox.go; GnuPG's kbx/keybox-blob.c describes the format.
 * @throws Error with Helm's text for a file that is cut off or says impossible things
 */
export function keyboxKeys(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const keys: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    const left = bytes.length - at
    if (left < 5) throw new Error(`truncated blob header at offset ${at}`)
    const length = view.getUint32(at)
    if (length < 5) throw new Error(`invalid blob length ${length} at offset ${at}`)
    if (length > left) throw new Error(`blob at offset ${at} has length ${length} exceeding the ${left} remaining bytes`)
    if (bytes[at + 4] === 2) {
      if (length < 16) throw new Error(`OpenPGP blob at offset ${at} is too short`)
      const from = view.getUint32(at + 8)
      const size = view.getUint32(at + 12)
      if (from + size > length) throw new Error(`OpenPGP blob at offset ${at} has an out-of-range keyblock`)
      // Flag 2: ephemeral.
      if ((view.getUint16(at + 6) & 2) === 0) keys.push(bytes.subarray(at + from, at + from + size))
    }
    at += length
  }
  const all = Buffer.concat(keys)
  if (all.length === 0) throw new Error('keybox contains no OpenPGP keys')
  return all
}
