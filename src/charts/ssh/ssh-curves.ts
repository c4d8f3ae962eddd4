/** ECDSA in SSH (RFC 5656): how its curves are called elsewhere, the hash that goes with each, and the bytes of a coordinate. */
export interface SshCurve {
  readonly crv: string
  readonly hash: string
  readonly size: number
}

const curves: Readonly<Record<string, SshCurve>> = {
  nistp256: { crv: 'P-256', hash: 'sha256', size: 32 }, nistp384: { crv: 'P-384', hash: 'sha384', size: 48 }, nistp521: { crv: 'P-521', hash: 'sha512', size: 66 },
}

/** @param type `ecdsa-sha2-nistp256`, also of a security key @returns undefined when it is no type of ECDSA keys */
export function sshCurve(type: string): (SshCurve & { readonly name: string }) | undefined {
  const name = /^(?:ecdsa-sha2-(nistp\d+)|sk-ecdsa-sha2-(nistp256)@openssh\.com)$/.exec(type)?.slice(1).find((n) => n !== undefined)
  const curve = name !== undefined && Object.hasOwn(curves, name) ? curves[name] : undefined
  return curve === undefined ? undefined : { ...curve, name: name! }
}

/** @param crv `P-256` @returns its name in SSH, `nistp256` */
export function sshCurveName(crv: string): string | undefined {
  return Object.keys(curves).find((name) => curves[name]!.crv === crv)
}
