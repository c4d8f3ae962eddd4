import { TypedMap, TypedSlice, decodeUtf8, pathBase } from '../../language/go/index.ts'
import type { BoundMethod, Value } from '../../language/go/index.ts'
import type { ChartFile } from './chart-file.ts'
import { compileGlob } from './glob/compile.ts'

/** Writes a map as YAML without a final newline, or '' when it cannot: the engine's toYaml. */
export type ToYaml = (value: Value) => string

/** engine.files: `.Files` in templates, a map[string][]byte with methods (pkg/engine/files.go). */
export class FilesObject extends TypedMap {
  override readonly goType: string = 'engine.files'
  override readonly elemType: string = '[]uint8'
  readonly #toYaml: ToYaml
  /** Files that are not in the map yet: most charts never look at them, and they may not have been read. */
  #pending: readonly ChartFile[] | undefined

  constructor(toYaml: ToYaml) {
    super()
    this.#toYaml = toYaml
  }

  /** The files of a chart; of several with one name the last counts. */
  static of(files: readonly ChartFile[], toYaml: ToYaml): FilesObject {
    const out = new FilesObject(toYaml)
    out.#pending = files
    return out
  }

  #fill(): void {
    const files = this.#pending
    this.#pending = undefined
    for (const file of files ?? []) super.set(file.name, file.bytes)
  }

  override get size(): number {
    this.#fill()
    return super.size
  }

  override has(name: string): boolean {
    return this.#pending === undefined ? super.has(name) : this.#pending.some((file) => file.name === name)
  }

  override get(name: string): Value | undefined {
    return this.#pending === undefined ? super.get(name) : this.#pending.findLast((file) => file.name === name)?.bytes
  }

  override set(name: string, value: Value): this {
    this.#fill()
    return super.set(name, value)
  }

  override delete(name: string): boolean {
    this.#fill()
    return super.delete(name)
  }

  override clear(): void {
    this.#pending = undefined
    super.clear()
  }

  override keys(): MapIterator<string> {
    this.#fill()
    return super.keys()
  }

  override values(): MapIterator<Value> {
    this.#fill()
    return super.values()
  }

  override entries(): MapIterator<[string, Value]> {
    this.#fill()
    return super.entries()
  }

  override [Symbol.iterator](): MapIterator<[string, Value]> {
    return this.entries()
  }

  override forEach(callback: (value: Value, name: string, map: Map<string, Value>) => void): void {
    this.#fill()
    super.forEach(callback)
  }

  text(name: string): string {
    if (this.#pending !== undefined) return this.#pending.findLast((file) => file.name === name)?.text ?? ''
    const data = super.get(name)
    return data === undefined ? '' : decodeUtf8(data as Uint8Array)
  }

  glob(pattern: string): FilesObject {
    const matches = compileGlob(pattern)
    const out = new FilesObject(this.#toYaml)
    if (this.#pending !== undefined) out.#pending = this.#pending.filter((file) => matches(file.name))
    else for (const [name, data] of this) if (matches(name)) out.set(name, data)
    return out
  }

  /** By base name, as the data of a ConfigMap or, in base64, of a Secret. */
  private asData(encode: (data: Uint8Array) => string): string {
    const out = new Map<string, Value>()
    for (const [name, data] of this) out.set(pathBase(name), encode(data as Uint8Array))
    return this.#toYaml(out)
  }

  lines(name: string): string[] {
    let text = this.text(name)
    if (text === '') return []
    if (text.endsWith('\n')) text = text.slice(0, -1)
    return text.split('\n')
  }

  override method(name: string): BoundMethod | undefined {
    switch (name) {
      case 'Get': return { params: ['string'], call: ([file]) => this.text(file as string) }
      case 'GetBytes': return { params: ['string'], call: ([file]) => this.get(file as string) ?? new Uint8Array(0) }
      case 'Glob': return { params: ['string'], call: ([pattern]) => this.glob(pattern as string) }
      case 'AsConfig': return { params: [], call: () => this.asData(decodeUtf8) }
      case 'AsSecrets': return { params: [], call: () => this.asData((data) => Buffer.from(data.buffer, data.byteOffset, data.length).toString('base64')) }
      case 'Lines': return { params: ['string'], call: ([file]) => TypedSlice.make('[]string', this.lines(file as string)) }
    }
    return undefined
  }
}
