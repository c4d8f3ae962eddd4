import { References } from '../../../charts/references/index.ts'
import { PintleError } from '../../../errors/index.ts'
import type { Fault, Path } from '../../settings/index.ts'

const variable = /\$\{([A-Za-z_]\w*)\}/g
/** Shorter texts are words of the language, too. */
const shortest = 4

/** Secrets of the providers of one run: filled in when a provider is opened, and taken out of everything that comes back. */
export class SecretTexts {
  readonly #env: NodeJS.ProcessEnv
  readonly #references: References
  readonly #known = new Set<string>()

  constructor({ env, folder, signal }: { env: NodeJS.ProcessEnv; folder: string; signal?: AbortSignal }) {
    this.#env = env
    this.#references = new References({ env, folder, failOnMissingKey: true, ...(signal && { signal }), onSecrets: (found) => found.forEach((text) => this.remember(text)) })
  }

  /** @throws PintleError config.invalid that names the variable, secrets.reference that names the reference */
  async fill(text: string): Promise<string> {
    const filled = text.replaceAll(variable, (_, name: string) => {
      const value = this.#env[name]
      if (value === undefined || value === '') throw new PintleError('config.invalid', `the environment variable ${name} is not set`, { hint: 'A gate needs it to ask for metrics.' })
      this.remember(value)
      return value
    })
    return await this.#references.text(filled)
  }

  /** Of a URL the user, the password and what follows `?` are secret, not the server that it leads to. */
  remember(text: string): void {
    const url = /^https?:\/\//.test(text) ? URL.parse(text) : null
    const parts = url === null ? [text] : [url.username, url.password, decoded(url.password), ...url.searchParams.values()]
    for (const part of parts) if (part.length >= shortest) this.#known.add(part)
  }

  /** Servers and proxies repeat in their errors what they were sent, as it is, in JSON, in URLs, in base64. */
  hide(text: string): string {
    let shown = text
    for (const secret of [...this.#known].sort((a, b) => b.length - a.length)) {
      for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) shown = shown.replaceAll(form, '***')
    }
    return shown
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Whether a text leads to a secret and holds none. */
export const isReference = (text: string): boolean => /\$\{[A-Za-z_]\w*\}|(?:^|\s)(?:secret)?ref\+[\w-]+:\/\//.test(text)

/** A text that must be a secret's reference. @throws what `fault` makes, without the line */
export function secretReference(value: unknown, name: string, at: Path, fault: Fault): string {
  if (typeof value === 'string' && isReference(value) && value.length <= 2000) return value
  throw fault(at, `${name} is a secret: name an environment variable or a reference`, 'Write "${NAME}" or "ref+vault://...": what stands in the file would be in Git.')
}

/** An http(s) URL without credentials, or a reference to one. @throws what `fault` makes, without the line */
export function endpointUrl(value: unknown, name: string, at: Path, fault: Fault): string {
  if (typeof value === 'string' && /^(?:\$\{[A-Za-z_]\w*\}|(?:secret)?ref\+)/.test(value)) return value
  const url = typeof value === 'string' && value.length <= 2000 ? URL.parse(value) : null
  if (url === null || !/^https?:$/.test(url.protocol)) throw fault(at, `${name} must be an http or https URL`)
  if (url.username !== '' || url.password !== '') throw fault(at, `${name} holds a password`, 'Keep it in the environment: basic: { username, password: "${NAME}" }.')
  return (value as string).replace(/\/+$/, '')
}
