import { SshPublicKey } from '../keys/ssh-public-key.ts'
import { sshNamespace } from '../keys/ssh-signature.ts'
import type { TrustedKey } from './trust.ts'

/** One line of an allowed_signers file. */
export interface AllowedSigner {
  /** The first principal is the name, the others are aliases. */
  readonly principals: readonly string[]
  readonly key: TrustedKey
  readonly line: number
}

/**
 * Reads OpenSSH's allowed_signers (ssh-keygen(1), ALLOWED SIGNERS). Lines for other namespaces are left out, as OpenSSH does.
 * @throws Error in words, beginning with the line, for what cannot be followed: patterns name nobody, and certificates are not supported
 */
export function readAllowedSigners(text: string): AllowedSigner[] {
  const out: AllowedSigner[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const fail = (why: string): Error => new Error(`line ${index + 1}: ${why}`)
    const words = splitQuoted(line)
    if (words === undefined) throw fail('a quote is not closed')
    const typeAt = words.findIndex((w, i) => i > 0 && /^(?:sk-)?(?:ssh|ecdsa)-[\w@.-]+$/.test(w) && !w.includes('='))
    if (typeAt < 1) throw fail('it has no key')
    const principals = words[0]!.split(',').filter((p) => p !== '')
    if (principals.length === 0 || principals.some((p) => /[*?!]/.test(p))) throw fail('its principals are patterns, which name nobody; write one line for each person')
    const options = optionsOf(words.slice(1, typeAt).join(','), fail)
    if (options.namespaces !== undefined && !options.namespaces.some((pattern) => matches(pattern, sshNamespace))) continue
    const { namespaces: _, ...times } = options
    out.push({ principals, line: index + 1, key: { key: keyOf(words.slice(typeAt, typeAt + 2).join(' '), fail), ...times } })
  }
  return out
}

function keyOf(text: string, fail: (why: string) => Error): SshPublicKey {
  try {
    return SshPublicKey.fromLine(text, 'the key')
  } catch (error) {
    throw fail((error as Error).message)
  }
}

interface Options {
  namespaces?: string[]
  validAfter?: Date
  validBefore?: Date
}

function optionsOf(text: string, fail: (why: string) => Error): Options {
  const options: Options = {}
  for (const option of text === '' ? [] : splitQuoted(text, ',')!) {
    const [name, value = ''] = [option.split('=')[0]!.toLowerCase(), option.slice(option.indexOf('=') + 1)]
    if (name === 'namespaces') options.namespaces = value.split(',')
    else if (name === 'valid-after') options.validAfter = timeOf(value, fail)
    else if (name === 'valid-before') options.validBefore = timeOf(value, fail)
    else if (name === 'cert-authority') throw fail('certificates are not supported; write the keys of the people')
    else throw fail(`unknown option ${name}`)
  }
  return options
}

/** YYYYMMDD[HHMM[SS]][Z]: local time, unless it ends in Z. */
function timeOf(text: string, fail: (why: string) => Error): Date {
  const match = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(Z?)$/.exec(text)
  if (match === null) throw fail(`${JSON.stringify(text.slice(0, 30))} is no time like 20260131 or 202601311200Z`)
  const [, y, mo, d, h = '00', mi = '00', s = '00', utc] = match
  const date = new Date(`${y}-${mo}-${d}T${h}:${mi}:${s}${utc}`)
  if (Number.isNaN(date.getTime())) throw fail(`there is no such time: ${text}`)
  return date
}

/** Words, or parts between commas; quotes hold spaces and commas together, and are taken away. @returns undefined when a quote is not closed */
function splitQuoted(text: string, separator?: ','): string[] | undefined {
  const parts: string[] = []
  let current = ''
  let quoted = false
  for (const c of text) {
    if (c === '"') {
      quoted = !quoted
      // Between options only the quotes of values go: a list of words keeps them for the split that follows.
      if (separator === undefined) current += c
    } else if (!quoted && (separator === undefined ? c === ' ' || c === '\t' : c === separator)) {
      if (current !== '') parts.push(current)
      current = ''
    } else current += c
  }
  if (quoted) return undefined
  if (current !== '') parts.push(current)
  return parts
}

/** OpenSSH's patterns: `*`, `?`. */
function matches(pattern: string, text: string): boolean {
  if (pattern.startsWith('!')) return false
  return new RegExp(`^${pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll(/\*+/g, '.*').replaceAll('?', '.')}$`).test(text)
}
