import { keyedMap, withoutLine, type Fault, type Path } from '../../settings/index.ts'
import { secretReference } from './secret-texts.ts'

/** Reads the map of one source of metrics, key by key. Every reader throws what `fault` makes. */
export class SettingsReader {
  readonly #at: Path
  readonly #name: string
  readonly #fault: Fault
  readonly map: Record<string, unknown>

  /** @param at where the map stands below the service: `['slo', 'datadog']` @param short the key that a text in place of the map stands for */
  constructor(raw: unknown, keys: readonly string[], { at, fault, short }: { readonly at: Path; readonly fault: Fault; readonly short: string }) {
    this.#at = at
    this.#name = at.join('.')
    this.#fault = fault
    const written = raw === true || raw === null ? {} : typeof raw === 'string' ? { [short]: raw } : raw
    this.map = keyedMap(written, keys, { section: String(at[0]), at: at.slice(1), fault: (path, ...rest) => fault([at[0]!, ...path], ...rest) })
  }

  /** An error about a key. */
  fault(key: string, message: string, hint?: string): Error {
    return this.#fault([...this.#at, key], `${this.#name}.${key} ${message}`, hint)
  }

  text(key: string, form = /^[^]{1,4000}$/): string | undefined {
    const value = this.map[key]
    if (value === undefined) return undefined
    if (typeof value !== 'string' || value.trim() === '' || !form.test(value)) throw this.fault(key, 'must be a text, and of another form')
    return value
  }

  choice<T extends string>(key: string, choices: readonly T[]): T | undefined {
    const value = this.map[key]
    if (value === undefined) return undefined
    if (!(choices as readonly unknown[]).includes(value)) throw this.fault(key, `must be one of ${choices.join(', ')}`)
    return value as T
  }

  whole(key: string, from: number, to: number): number | undefined {
    const value = this.map[key]
    if (value === undefined) return undefined
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < from || value > to) throw this.fault(key, `must be a whole number from ${from} to ${to}`)
    return value
  }

  /** Seconds, as milliseconds. */
  seconds(key: string, usual: number, most: number): number {
    return (this.whole(key, 1, most) ?? usual) * 1000
  }

  /** The name of a secret: `${NAME}`, `ref+...`. */
  secret(key: string, usual: string): string {
    return this.map[key] === undefined ? usual : secretReference(this.map[key], `${this.#name}.${key}`, [...this.#at, key], withoutLine(this.#fault))
  }
}
