/** What go-crypto calls its errors (openpgp/errors): it decides whether a key is passed over or a keyring refused. */
export type PgpErrorKind = 'structural' | 'unsupported' | 'signature' | 'argument' | 'other'

const prefixes: Readonly<Record<PgpErrorKind, string>> = {
  structural: 'openpgp: invalid data: ',
  unsupported: 'openpgp: unsupported feature: ',
  signature: 'openpgp: invalid signature: ',
  argument: 'openpgp: invalid argument: ',
  other: 'openpgp: ',
}

/** An error in the words of go-crypto. */
export class PgpError extends Error {
  readonly kind: PgpErrorKind
  constructor(kind: PgpErrorKind, message: string, options: { cause?: unknown } = {}) {
    super(prefixes[kind] + message, options)
    this.name = 'PgpError'
    this.kind = kind
  }
}

export const isPgpError = (error: unknown, ...kinds: PgpErrorKind[]): error is PgpError => error instanceof PgpError && kinds.includes(error.kind)
