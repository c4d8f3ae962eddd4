import { decodedText } from './checksums.ts'
import type { Confidence } from './finding.ts'
import { isNameLike, isPlaceholder, isPublic, isRandom, isReference, isWeak } from './literal-value.ts'
import { secretName, type SecretName } from './secret-names.ts'

/** Where a name and its value stand, as far as it changes what the value can be. */
export interface Reading {
  /** Defaults that a chart ships: what everybody knows is told as possible only. */
  readonly defaults?: boolean
  /** Free text, where code and prose stand beside settings. */
  readonly text?: boolean
}

/** A value that a name calls secret. */
export interface Named {
  readonly name: SecretName
  readonly confidence: Confidence
}

const sure = (weak: boolean, { defaults }: Reading): Confidence => (weak && defaults === true ? 'possible' : 'likely')

/**
 * Whether a value under a name is a secret in plain text.
 * @param name the key, variable or option
 * @param value as it stands, unquoted
 */
export function judgeNamed(name: string, value: string, reading: Reading): Named | undefined {
  const said = secretName(name)
  if (said === undefined || value.length < 2 || isReference(value) || isPublic(value)) return undefined
  // `superuserPassword: superuserPassword`
  const confidence = value.toLowerCase() === name.toLowerCase() ? 'possible' : said.id === 'password' ? ofPassword(value, reading) : ofToken(said, value, reading)
  return confidence && { name: said, confidence }
}

/** What a value says in base64, as values for Secrets are written now and then. */
const unwrapped = (value: string): string => (/^[A-Za-z0-9+/]{6,}={0,2}$/.test(value) && value.length % 4 === 0 ? decodedText(value) ?? '?' : '?')

/** `config.password`, `get(x)`, and expressions that look for one. */
const code = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$|[([{]|^(?:\\|\.[+*]|\^)/

function ofPassword(value: string, reading: Reading): Confidence | undefined {
  if (isPlaceholder(value)) return undefined
  // `password: DB_PASSWORD` names a variable, `password: redis-password` a key, `password=config.get` is code.
  if (/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(value) && !isRandom(value)) return undefined
  if (/[-_./]/.test(value) && isNameLike(value) && secretName(value) !== undefined) return undefined
  if (isWeak(value) || isWeak(unwrapped(value))) return sure(true, reading)
  if (reading.text === true && code.test(value)) return undefined
  if (/\s/.test(value)) return value.trim().split(/\s+/).length > 3 ? undefined : sure(true, reading)
  return 'likely'
}

function ofToken(name: SecretName, value: string, reading: Reading): Confidence | undefined {
  if (isPlaceholder(value) || /\s/.test(value)) return undefined
  if (isRandom(value)) return 'likely'
  if (isWeak(value) || isWeak(unwrapped(value))) return name.id === 'secret' ? undefined : 'possible'
  // `secret: my-secret`, `token: some-name`, `apiKey: datadog-api-key` name objects and their keys.
  if (isNameLike(value) || (/^[A-Za-z_][\w.-]*$/.test(value) && secretName(value) !== undefined)) return undefined
  if (reading.text === true && code.test(value)) return undefined
  // `jwt,priv-key=/certs/key.pem,ttl=10m`: options.
  if (/^[\w-]+(?:[,;][\w-]+=[^,;]*)+$/.test(value)) return undefined
  return /\d/.test(value) && /[A-Za-z]/.test(value) && value.length >= 6 ? 'likely' : 'possible'
}
