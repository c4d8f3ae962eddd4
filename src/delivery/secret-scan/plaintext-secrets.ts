/** One scalar of a values file with where it stands. */
export interface ScannedValue {
  /** Keys from the root; list indexes as numbers. */
  readonly path: readonly (string | number)[]
  readonly value: unknown
  /** From 1. */
  readonly line: number
  readonly column: number
}

/** A plaintext secret. Holds no part of the value. */
export interface SecretFinding {
  readonly file: string
  readonly line: number
  readonly column: number
  /** `auth.password` */
  readonly path: string
  /** Why it is taken for a secret. */
  readonly reason: string
}

/** Credentials that are recognisable by their form, wherever they stand. */
const forms: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['a private key', /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/],
  ['an AWS access key id', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ['a GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})\b/],
  ['a GitLab token', /\bglpat-[A-Za-z0-9_-]{20,}\b/],
  ['a Slack token', /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/],
  ['a Slack webhook', /hooks\.slack\.com\/services\/T[A-Z0-9]+\/B[A-Z0-9]+\/[A-Za-z0-9]{16,}/],
  ['a Stripe key', /\b[rs]k_live_[A-Za-z0-9]{16,}/],
  ['a Google API key', /\bAIza[0-9A-Za-z_-]{35}\b/],
  ['an npm token', /\bnpm_[A-Za-z0-9]{36}\b/],
  ['a JSON Web Token', /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\b/],
  ['an age secret key', /\bAGE-SECRET-KEY-1[0-9A-Z]{50,}/],
  ['a password in a URL', /\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/]+:(?!\$|\{|<|%24)[^\s:@/]{3,}@[^\s/]/i],
]

/** Words that make a key the name of a secret, as whole words of the key. */
const secretWords = new Set(['password', 'passwd', 'pwd', 'passphrase', 'secret', 'token', 'apikey', 'credential', 'credentials', 'privatekey', 'accesskey', 'secretkey'])
/** Pairs of words that do: api key, private key, ... */
const secretPairs = new Set(['api key', 'private key', 'access key', 'secret key', 'encryption key', 'signing key', 'client secret', 'auth token', 'connection string'])
/** Words that say the value is about a secret, not one: names, switches, references, settings. */
const aboutWords = new Set([
  'name', 'names', 'ref', 'refs', 'reference', 'enabled', 'enable', 'create', 'existing', 'path', 'file', 'files', 'dir', 'mount', 'mounts', 'key', 'type', 'length', 'policy', 'ttl',
  'expiry', 'expiration', 'duration', 'interval', 'rotation', 'annotations', 'labels', 'namespace', 'url', 'uri', 'endpoint', 'issuer', 'audience', 'provider', 'store', 'class',
  'header', 'field', 'property', 'format', 'algorithm', 'version', 'size', 'count', 'max', 'min', 'env', 'variable', 'template', 'mode', 'method', 'backend', 'volume', 'automount',
  'account', 'id', 'use', 'usage', 'required', 'allow', 'generate', 'generated', 'update', 'immutable', 'keys', 'secrets', 'tokens', 'passwords', 'suffix', 'prefix', 'scope', 'scopes',
])

/** Values that stand for a secret without being one. */
const notASecret = /^\s*$|^(?:ref|secretref)\+|^ENC\[|\$\{|\$\(|\{\{|^<[^>]*>$|^vault:|^(?:true|false|null|none|disabled|~)$|^\/|^\*+$|^x{3,}$|^sha256:/i

/**
 * Finds secrets standing in plain text in a values file. Errs on the quiet side: a key named like a secret with a literal value,
 * or a value that has the form of a known credential. Encrypted (`ENC[...]`), referenced (`ref+vault://`) and templated values pass.
 */
export function findPlaintextSecrets(file: string, values: Iterable<ScannedValue>): SecretFinding[] {
  const out: SecretFinding[] = []
  for (const { path, value, line, column } of values) {
    if (typeof value !== 'string' || value === '' || path[0] === 'sops') continue
    const reason = formOf(value) ?? namedAs(path, value)
    if (reason !== undefined) out.push({ file, line, column, path: pathText(path), reason })
  }
  return out
}

function formOf(value: string): string | undefined {
  if (value.startsWith('ENC[')) return undefined
  for (const [name, pattern] of forms) if (pattern.test(value)) return `the value looks like ${name}`
  return undefined
}

function namedAs(path: readonly (string | number)[], value: string): string | undefined {
  const key = path.findLast((step) => typeof step === 'string')
  if (key === undefined || notASecret.test(value)) return undefined
  const words = String(key).replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase().split(/[^a-z0-9]+/).filter(Boolean)
  const last = words.at(-1)
  if (last === undefined) return undefined
  const pair = words.slice(-2).join(' ')
  const isSecret = secretWords.has(last) || secretWords.has(words.join('')) || secretPairs.has(pair)
  if (!isSecret) return undefined
  if (!secretPairs.has(pair) && words.slice(0, -1).some((w) => aboutWords.has(w))) return undefined
  // `secret: my-secret` and `token: some-name` are usually names of Kubernetes objects; a password never is.
  if ((last === 'secret' || last === 'credentials' || last === 'credential') && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(value) && !/\d{4,}/.test(value)) return undefined
  return `the key ${JSON.stringify(key)} names a secret and the value is a literal`
}

function pathText(path: readonly (string | number)[]): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('')
}
