import { PintleError, isPintleError } from '../../errors/index.ts'
import type { Value } from '../../language/go/index.ts'
import { Parameters, type Backend, type BackendContext, type KubernetesReader } from './backend.ts'
import { makeBackend } from './backends.ts'
import { expandInText, expandInTree, isScalar, mayHaveReference, type Expansion } from './expand.ts'
import { parseReference, type ReferenceUrl } from './reference-url.ts'
import { secretTexts } from './secret-texts.ts'
import { isMap } from './yaml-map.ts'

export interface ReferenceOptions {
  /** Variables: VALS_*, and those of the backends. Default: the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Where relative paths begin. Default: the current folder. */
  readonly folder?: string
  readonly signal?: AbortSignal
  /** A fragment that leads nowhere is an error; otherwise it stands for nothing. */
  readonly failOnMissingKey?: boolean
  /** `secretref+` stays as it is. */
  readonly excludeSecretRefs?: boolean
  /** Reads objects for `ref+k8s://`. */
  readonly readObject?: KubernetesReader
  /** Told the texts that references stand for: to be kept out of what is shown. */
  readonly onSecrets?: (secrets: readonly string[]) => void
}

/** Answers that are kept, of documents and of texts. Upstream: defaultCacheSize in vals.go. */
const cacheSize = 512

/** References of one run: every backend is asked once for the same. */
export class References {
  readonly #options: ReferenceOptions
  readonly #context: BackendContext
  readonly #backends = new Map<string, Promise<Backend>>()
  readonly #answers = new Map<string, Promise<Value>>()

  constructor(options: ReferenceOptions = {}) {
    this.#options = options
    this.#context = { env: options.env ?? process.env, folder: options.folder ?? process.cwd(), signal: options.signal, readObject: options.readObject }
  }

  /**
   * A copy of values in which references are replaced by what they stand for; a string that is one reference takes on its type.
   * @throws PintleError secrets.reference with vals' words: `expand file://x#/a: ...`; nothing in it is of an answer
   */
  async values(values: Map<string, Value>): Promise<Map<string, Value>> {
    return (await this.#expand((expansion) => expandInTree(values, expansion))) as Map<string, Value>
  }

  /** A text in which every reference is replaced. @throws PintleError secrets.reference */
  async text(text: string): Promise<string> {
    return mayHaveReference(text) ? await this.#expand((expansion) => expandInText(text, expansion)) : text
  }

  async #expand<T>(work: (expansion: Expansion) => Promise<T>): Promise<T> {
    const nested = new Set<string>()
    const { excludeSecretRefs, onSecrets } = this.#options
    try {
      return await work({
        takes: (kind) => kind === 'ref' || excludeSecretRefs !== true,
        lookup: async (reference) => {
          const value = await this.#lookup(reference)
          onSecrets?.([...secretTexts(value)])
          return value
        },
        onNested: (text) => text.split(/[\s",+]+/).forEach((part) => nested.add(part)),
      })
    } catch (error) {
      if ((error as Error).name === 'AbortError') throw error
      const cause = rootOf(error)
      throw new PintleError('secrets.reference', withoutNested((error as Error).message, nested), isPintleError(cause) && cause.hint !== undefined ? { hint: withoutNested(cause.hint, nested) } : {})
    }
  }

  async #lookup(reference: string): Promise<Value> {
    this.#context.signal?.throwIfAborted()
    const url = parseReference(reference)
    const backend = await this.#backend(url)
    if (url.keys.length === 0) return await this.#once(reference, () => backend.text(url.path))
    if (backend.whole !== undefined) return await this.#once(reference, () => backend.whole!(reference))
    // The same words may be a text and a document.
    return this.#at(url, (await this.#once(`${url.document}#`, () => backend.map(url.path))) as Map<string, Value>)
  }

  /** Upstream: the walk over keys in vals.go, whose error quotes the value. */
  #at({ keys, fragment }: ReferenceUrl, document: Map<string, Value>): Value {
    let map = document
    for (const [i, key] of keys.entries()) {
      const value = map.get(key)
      if (value === undefined) {
        if (this.#options.failOnMissingKey === true) throw new Error(`no value found for key ${fragment}`)
        return null
      }
      if (i === keys.length - 1) return value
      if (!isMap(value)) throw new Error(`unexpected type of value for key at ${i}=${key} in [${keys.join(' ')}]: expected a map, got ${isScalar(value) ? 'a scalar' : value === null ? 'nothing' : 'a list'}`)
      map = value
    }
    return null
  }

  #backend({ scheme, parameters }: ReferenceUrl): Promise<Backend> {
    const key = JSON.stringify([scheme, ...[...parameters].sort()])
    let backend = this.#backends.get(key)
    if (backend === undefined) this.#backends.set(key, backend = makeBackend(scheme, new Parameters(parameters, this.#context.env), this.#context))
    return backend
  }

  /** Asked for at most once, unless it failed. */
  #once<T extends Value>(key: string, ask: () => Promise<T>): Promise<Value> {
    let answer = this.#answers.get(key)
    if (answer === undefined) {
      if (this.#answers.size >= cacheSize) this.#answers.delete(this.#answers.keys().next().value!)
      this.#answers.set(key, answer = ask())
      answer.catch(() => this.#answers.delete(key))
    }
    return answer
  }
}

/** Values with references replaced; what several calls are to share, a `References` holds. @throws PintleError secrets.reference */
export const expandReferences = (values: Map<string, Value>, options?: ReferenceOptions): Promise<Map<string, Value>> => new References(options).values(values)

/** A text with references replaced. @throws PintleError secrets.reference */
export const expandText = (text: string, options?: ReferenceOptions): Promise<string> => new References(options).text(text)

/** Whether there is any reference in values: keys and strings. */
export function referencesIn(value: Value): boolean {
  if (typeof value === 'string') return mayHaveReference(value)
  if (Array.isArray(value)) return value.some(referencesIn)
  return isMap(value) && [...value].some(([key, item]) => mayHaveReference(key) || referencesIn(item))
}

const rootOf = (error: unknown): unknown => ((error as Error).cause === undefined ? error : rootOf((error as Error).cause))

/** What was put inside a reference is an answer itself; a reference ends where its text cannot go on. */
const withoutNested = (text: string, nested: ReadonlySet<string>): string => [...nested].sort((a, b) => b.length - a.length).reduce((out, secret) => (secret === '' ? out : out.replaceAll(secret, '***')), text)
