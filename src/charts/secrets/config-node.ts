import { PintleError, meant, nearest } from '../../errors/index.ts'
import { readCommented, type YamlNode } from '../../language/yaml/index.ts'

/** A value of a configuration file that knows where it stands. Aliases and merged maps are what they stand for, as goyaml.v3 reads them into structures. */
export class ConfigNode {
  readonly #file: string
  readonly #text: string
  readonly #node: YamlNode
  /** How it is called in messages: `creation_rules[0].age`. */
  readonly #name: string

  private constructor(file: string, text: string, node: YamlNode, name: string) {
    this.#file = file
    this.#text = text
    this.#node = node.kind === 'alias' ? node.alias! : node
    this.#name = name
  }

  /** @returns undefined for an empty file @throws PintleError yaml.parse, with the file in front */
  static read(file: string, text: string): ConfigNode | undefined {
    let document: YamlNode | undefined
    try {
      document = readCommented(text)[0]
    } catch (error) {
      throw new PintleError('secrets.config', `${file}: ${(error as Error).message}`, { place: { file }, cause: error })
    }
    return document === undefined ? undefined : new ConfigNode(file, text, document.content[0]!, '')
  }

  fault(message: string, hint?: string): PintleError {
    const before = this.#text.slice(0, this.#node.pos).split('\n')
    return new PintleError('secrets.config', `${this.#file}: ${message}`, { ...(hint !== undefined && { hint }), place: { file: this.#file, line: before.length, column: before.at(-1)!.length + 1, source: this.#text } })
  }

  get isNull(): boolean {
    return this.#node.kind === 'scalar' && this.#node.tag === '!!null'
  }

  get isList(): boolean {
    return this.#node.kind === 'sequence'
  }

  /**
   * A map all of whose keys are known.
   * @param strict an unknown key is an error; otherwise one that is nearly a known one
   */
  map(known: readonly string[], strict = true): Map<string, ConfigNode> {
    const out = new Map<string, ConfigNode>()
    if (this.isNull) return out
    for (const [key, value, keyNode] of this.#entries(this.#node, 0)) {
      if (!known.includes(key)) {
        if (strict || nearest(key, known) !== undefined) throw this.#child(keyNode, key).fault(`${this.#name === '' ? '' : `${this.#name} has `}an unknown key ${JSON.stringify(key)}`, meant(key, known))
        continue
      }
      if (!out.has(key)) out.set(key, this.#child(value, key))
    }
    return out
  }

  /** Own keys come before merged ones. */
  #entries(node: YamlNode, depth: number): [string, YamlNode, YamlNode][] {
    const map = node.kind === 'alias' ? node.alias! : node
    if (map.kind !== 'mapping' || depth > 100) throw this.fault(`${this.#name || 'the file'} must be a map`)
    const own: [string, YamlNode, YamlNode][] = []
    const merged: [string, YamlNode, YamlNode][] = []
    for (let i = 0; i < map.content.length; i += 2) {
      const key = map.content[i]!
      const value = map.content[i + 1]!
      if (key.tag !== '!!merge') own.push([key.value, value, key])
      else for (const source of value.kind === 'sequence' ? value.content : [value]) merged.push(...this.#entries(source, depth + 1))
    }
    return [...own, ...merged]
  }

  #child(node: YamlNode, key: string | number): ConfigNode {
    return new ConfigNode(this.#file, this.#text, node, typeof key === 'number' ? `${this.#name}[${key}]` : this.#name === '' ? key : `${this.#name}.${key}`)
  }

  list(): ConfigNode[] {
    if (this.isNull) return []
    if (!this.isList) throw this.fault(`${this.#name} must be a list`)
    return this.#node.content.map((item, i) => this.#child(item, i))
  }

  string(): string {
    if (this.isNull) return ''
    if (this.#node.kind !== 'scalar') throw this.fault(`${this.#name} must be a text`)
    return this.#node.value
  }

  /** One text, or several. */
  strings(): string[] {
    return this.isList ? this.list().map((item) => item.string()) : [this.string()]
  }

  integer(): number {
    if (this.isNull) return 0
    if (this.#node.kind !== 'scalar' || this.#node.tag !== '!!int' || !/^[-+]?\d{1,9}$/.test(this.#node.value)) throw this.fault(`${this.#name} must be a whole number`)
    return Number(this.#node.value)
  }

  bool(): boolean {
    if (this.isNull) return false
    if (this.#node.kind !== 'scalar' || this.#node.tag !== '!!bool') throw this.fault(`${this.#name} must be true or false`)
    return /^t/i.test(this.#node.value)
  }

  /** Texts by name. */
  texts(): Record<string, string> {
    return Object.fromEntries(this.isNull ? [] : this.#entries(this.#node, 0).map(([key, value]) => [key, this.#child(value, key).string()]))
  }
}
