import { fatal } from './fatal.ts'
import type { SecretSettings } from './secret-settings.ts'

/** What a name like `secrets+age-import://KEY?FILE` asks for. */
export interface SecretName {
  /** A text in place of a file. */
  readonly literal?: string
  /** A path or URL. */
  readonly file: string
  /** Nothing is as good as a file. */
  readonly optional: boolean
  /** '' for the one that is set. */
  readonly backend: string
  /** A key that is to be used for it. */
  readonly key?: { readonly kind: 'gpg' | 'age'; readonly kubernetes: boolean; readonly location: string }
}

export const backendNames = ['sops', 'vals', 'noop'] as const

/**
 * Reads the names that helm-secrets' getter takes. Upstream: scripts/commands/downloader.sh.
 * @throws PintleError secrets.reference
 */
export function parseSecretName(name: string, { allow, keyPrefix }: SecretSettings): SecretName {
  const at = name.indexOf('://')
  const scheme = name.slice(0, at)
  const rest = name.slice(at + 3)
  if (scheme === 'secrets+literal') {
    const { backend, text } = backendOf(rest, true)
    return { literal: text, file: '', optional: false, backend }
  }
  const optional = rest.startsWith('?')
  const { backend, text } = backendOf(optional ? rest.slice(1) : rest, false)
  if (scheme === 'secrets') return { file: text, optional, backend }
  const kind = scheme.includes('gpg') ? 'gpg' : 'age'
  const kubernetes = scheme.endsWith('-kubernetes')
  if (!(kubernetes ? allow[`${kind}Kubernetes`] : allow[kind])) throw fatal(`${scheme}:// is not allowed in this context!`)
  const [location, file] = text.includes('?') ? [text.slice(0, text.indexOf('?')), text.slice(text.indexOf('?') + 1)] : [text, text]
  if (location === file) throw fatal(`Invalid syntax: ${scheme}://[path to key]?[path secrets.yaml]`)
  if (!kubernetes && !location.startsWith(keyPrefix)) throw fatal(`Key location '${location}' is not allowed`)
  return { file, optional, backend, key: { kind, kubernetes, location } }
}

/** What stands before a `!`. In a literal only names of backends count: anything else may be a part of it. */
export function backendOf(text: string, known: boolean): { backend: string; text: string } {
  const at = text.indexOf('!')
  if (at < 0 || (known && !(backendNames as readonly string[]).includes(text.slice(0, at)))) return { backend: '', text }
  return { backend: text.slice(0, at), text: text.slice(at + 1) }
}
