import type { Value } from '../../language/go/index.ts'
import type { Answers } from './node-host.ts'

/** Fetches what templates look up: the object, a list object, or an empty map when there is none. */
export interface LookupSource {
  lookup(apiVersion: string, kind: string, namespace: string, name: string): Promise<Value>
  /** undefined where DNS is not enabled. */
  dns?(name: string): Promise<string>
}

/**
 * Answers `lookup` and `getHostByName`, which templates call synchronously, from what was fetched before: a render notes what it missed and
 * goes on with empty answers, the misses are fetched together, and the chart is rendered again until nothing was missed. What is known
 * at the end is the record of everything the render asked for, so it can be replayed.
 */
export class Lookups implements Answers {
  readonly #known = new Map<string, Value>()
  readonly #failed = new Map<string, Error>()
  readonly #missed = new Map<string, () => Promise<Value>>()
  readonly #source: LookupSource

  constructor(source: LookupSource, recorded: ReadonlyMap<string, Value> = new Map()) {
    this.#source = source
    for (const [key, value] of recorded) this.#known.set(key, value)
  }

  /** Everything that was asked for, with its answer. May hold secrets. */
  get recorded(): ReadonlyMap<string, Value> {
    return this.#known
  }

  lookup(apiVersion: string, kind: string, namespace: string, name: string): Value | undefined {
    return this.#answer(JSON.stringify(['lookup', apiVersion, kind, namespace, name]), () => this.#source.lookup(apiVersion, kind, namespace, name))
  }

  dns(name: string): string | undefined {
    if (!this.#source.dns) return undefined
    return this.#answer(JSON.stringify(['dns', name]), () => this.#source.dns!(name)) as string | undefined
  }

  #answer(key: string, fetch: () => Promise<Value>): Value | undefined {
    const failure = this.#failed.get(key)
    // The template room words it as the failure of that call.
    if (failure !== undefined) throw new Error(failure.message, { cause: failure })
    const known = this.#known.get(key)
    if (known === undefined) this.#missed.set(key, fetch)
    return known
  }

  /**
   * Renders until every lookup was answered. A pass that fails while something was missing is repeated, not reported; a lookup that fails
   * fails its call in the next pass, as in Helm, and only if the template still makes it.
   * @param render one pass, which uses this object as its answers
   * @throws what the last pass threw, or an error when lookups keep leading to new ones
   */
  async settle<T>(render: () => T): Promise<T> {
    for (let pass = 0; pass < 50; pass++) {
      this.#missed.clear()
      let result: T | undefined
      let failure: unknown
      let failed = false
      try {
        result = render()
      } catch (error) {
        failed = true
        failure = error
      }
      if (this.#missed.size === 0) {
        if (failed) throw failure
        return result as T
      }
      await Promise.all([...this.#missed].map(async ([key, fetch]) => {
        try {
          this.#known.set(key, await fetch())
        } catch (error) {
          this.#failed.set(key, error as Error)
        }
      }))
    }
    throw new Error('the chart looks up ever new objects: gave up after 50 passes')
  }
}
