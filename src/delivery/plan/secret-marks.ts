import { HiddenTexts } from '../../errors/index.ts'
import { redactObject, type Redactor } from '../../cluster/diff/index.ts'
import type { KubeObject } from '../../cluster/kube/index.ts'
import { imagesOf } from './images.ts'
import { secretsIn } from '../secret-scan/index.ts'
import type { PlanKey } from './plan-key.ts'

/**
 * The secret values of a release: of Secrets, of what stands in plain text under a secret's name or in a secret's form, of values. They are taken out of
 * everything that stands in clear, wherever it repeats them.
 */
export class SecretMarks {
  readonly #mark: Redactor
  readonly #hidden: HiddenTexts

  /** @param known what another of its kind has learned */
  constructor(key: PlanKey, known: readonly string[] = []) {
    this.#mark = (value) => `REDACTED (${key.digest(value).slice('hmac-sha256:'.length, 'hmac-sha256:'.length + 8)})`
    this.#hidden = new HiddenTexts(this.#mark, known)
  }

  /** All that was learned. */
  get known(): readonly string[] {
    return this.#hidden.known
  }

  /**
   * Learns what an object says openly: plain words that are names, labels, keys, parts of images. A user `postgres` beside an image `postgres` is no secret, and masking it would hide
   * the image from who reviews it. To be told before secrets are.
   */
  open(object: KubeObject): void {
    const words: unknown[] = [object.kind, object.metadata?.name, object.metadata?.namespace, ...Object.values(object.metadata?.labels ?? {})]
    words.push(...Object.keys(object.data ?? {}), ...Object.keys(object.stringData ?? {}))
    for (const image of imagesOf([object])) words.push(...image.split(/[/:@]/))
    for (const word of words) if (typeof word === 'string') this.#hidden.open(word)
  }

  /** Learns the secrets of an object; lists are looked into. @returns whether it has any */
  learn(object: KubeObject): boolean {
    if (Array.isArray(object.items) && object.kind.endsWith('List')) return object.items.map((item: KubeObject) => this.learn({ ...item, kind: item.kind ?? object.kind.slice(0, -4), apiVersion: item.apiVersion ?? object.apiVersion })).some(Boolean)
    if (isSecret(object)) {
      for (const value of Object.values((object.stringData as Record<string, unknown> | null) ?? {})) this.#hidden.add(String(value ?? ''))
      for (const value of Object.values((object.data as Record<string, unknown> | null) ?? {})) this.#hidden.add(Buffer.from(String(value ?? ''), 'base64').toString('utf8'))
      return true
    }
    return this.learnPlaintext(object)
  }

  /** Learns values that are known to be secret, whatever their names. */
  learnValues(values: readonly string[]): void {
    this.#hidden.addValues(values)
  }

  /** Learns what stands in plain text in values or an object. @returns whether there is any */
  learnPlaintext(root: unknown): boolean {
    const found = plaintext(root)
    for (const { secrets } of found) for (const secret of secrets) this.#hidden.add(secret)
    return found.length > 0
  }

  /** Whether a text has one of the secrets, as it is or wrapped in base64 or hexadecimal. */
  holds(text: string): boolean {
    return this.clean(text) !== text
  }

  /** The text without secrets. */
  clean(text: string): string {
    return this.#hidden.clean(text)
  }

  /** A copy of plain data in which no string has a secret. */
  cleanAll<T>(value: T): T {
    if (typeof value === 'string') return this.clean(value) as T
    if (Array.isArray(value)) return value.map((item) => this.cleanAll(item)) as T
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.clean(key), this.cleanAll(item)])) as T
  }

  /** An object as it may be shown: Secrets without values, plain text masked in its place, and what is repeated elsewhere. Its name stays. */
  shown(object: KubeObject): KubeObject {
    const bare = redactObject(object, this.#mark)
    if (isSecret(object)) return { ...bare, metadata: { ...this.cleanAll(bare.metadata), ...identity(object) } }
    const { apiVersion, kind, metadata, ...rest } = withMarks(bare, plaintext(bare), this.#mark)
    return { apiVersion, kind, metadata: { ...this.cleanAll(metadata), ...identity(object) }, ...this.cleanAll(rest) }
  }
}

const isSecret = ({ kind, apiVersion }: KubeObject): boolean => kind === 'Secret' && apiVersion === 'v1'

const identity = ({ metadata: { name, namespace } }: KubeObject): Partial<KubeObject['metadata']> => ({ ...(name !== undefined && { name }), ...(namespace !== undefined && { namespace }) })

interface Plain { readonly path: readonly (string | number)[]; readonly value: string; /** The whole of it, or parts. */ readonly secrets: readonly string[] }

/** The strings that the scan finds secrets in. Env entries are judged under the name they have. */
function plaintext(root: unknown): Plain[] {
  const found: Plain[] = []
  const walk = (value: unknown, path: readonly (string | number)[], at: readonly (string | number)[]): void => {
    if (typeof value === 'string') {
      const secrets = secretsIn(path, value)
      if (secrets.length > 0) found.push({ path: at, value, secrets })
    } else if (Array.isArray(value)) for (const [i, item] of value.entries()) walk(item, [...path, i], [...at, i])
    else if (value instanceof Map) for (const [key, item] of value) walk(item, [...path, String(key)], [...at, String(key)])
    else if (typeof value === 'object' && value !== null) {
      const { name } = value as { name?: unknown }
      for (const [key, item] of Object.entries(value)) walk(item, key === 'value' && typeof name === 'string' ? [...path, name] : [...path, key], [...at, key])
    }
  }
  walk(root, [], [])
  return found
}

function withMarks(object: KubeObject, found: readonly Plain[], mark: Redactor): KubeObject {
  if (found.length === 0) return object
  const out = structuredClone(object)
  for (const { path, value, secrets } of found) {
    let at: any = out
    for (const step of path.slice(0, -1)) at = at?.[step]
    const key = path.at(-1)
    if (at !== undefined && key !== undefined && !(path[0] === 'metadata' && (key === 'name' || key === 'namespace') && path.length === 2)) at[key] = secrets.reduce((text, secret) => text.replaceAll(secret, mark(secret)), value)
  }
  return out
}
