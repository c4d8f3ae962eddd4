import { quote } from '../../language/go/index.ts'
import type { YamlNode } from '../../language/yaml/index.ts'
import type { Styler } from './styled-text.ts'

/** The colours of YAML: of whole additions or removals. Without any, keys alone are bold. */
export interface Scheme {
  readonly key: number
  readonly indent: number
  readonly scalar: number
  readonly multiline: number
  readonly none: number
  readonly empty: number
}

export const addedScheme: Scheme = { key: 0x008000, indent: 0x003300, scalar: 0x32cd32, multiline: 0x6b8e23, none: 0x808000, empty: 0x556b2f }
export const removedScheme: Scheme = { key: 0xb22222, indent: 0x330000, scalar: 0xf08080, multiline: 0xe9967a, none: 0xfa8072, empty: 0xffa07a }

/** YAML as dyff writes it, comments and anchors included. Upstream: neatYAMLofNode in gonvenience/neat's output_yaml.go. */
export function yamlText(node: YamlNode, styler: Styler, scheme?: Scheme): string {
  return new Writer(styler, scheme).node(node, '', false)
}

class Writer {
  readonly #styler: Styler
  readonly #scheme: Scheme | undefined

  constructor(styler: Styler, scheme: Scheme | undefined) {
    this.#styler = styler
    this.#scheme = scheme
  }

  #paint(part: keyof Scheme, text: string): string {
    return this.#scheme === undefined ? text : this.#styler.colour(this.#scheme[part], text, true)
  }

  /** `inLine`: the first line is begun already. */
  node(node: YamlNode, prefix: string, inLine: boolean): string {
    switch (node.kind) {
      case 'document': return node.content.map((child) => this.node(child, prefix, false)).join('') + (node.foot === '' ? '' : `${node.foot}\n`)
      case 'sequence': return node.content.map((item, i) => `${i === 0 && inLine ? '' : prefix}${this.#paint('key', '-')} ${this.node(item, this.#deeper(prefix), true)}`).join('')
      case 'mapping': return this.#mapping(node, prefix, inLine)
      case 'scalar': return this.#scalar(node, prefix)
      default: return this.node(node.alias!, prefix, inLine)
    }
  }

  #deeper(prefix: string): string {
    return prefix + this.#paint('indent', '  ')
  }

  #mapping({ content }: YamlNode, prefix: string, inLine: boolean): string {
    let out = ''
    for (let i = 0; i + 1 < content.length; i += 2) {
      const [key, value] = [content[i]!, content[i + 1]!]
      if (!inLine || i > 0) out += prefix
      if (key.head !== '') out += `${key.head}\n`
      out += this.#styler.bold(this.#paint('key', `${key.value}:`), true)
      out += this.#member(value, prefix)
      if (key.foot !== '') out += `${key.foot}\n`
    }
    return out
  }

  #member(value: YamlNode, prefix: string): string {
    if (value.kind === 'alias') return ` *${value.value}\n`
    const anchor = value.anchor === '' ? '' : ` &${value.anchor}`
    if (value.kind === 'scalar') return `${anchor} ${this.node(value, this.#deeper(prefix), false)}`
    if (value.content.length === 0) return `${anchor} ${this.#paint('empty', value.kind === 'mapping' ? '{}' : '[]')}\n`
    return `${anchor}\n${this.node(value, value.kind === 'mapping' ? this.#deeper(prefix) : prefix, false)}`
  }

  #scalar(node: YamlNode, prefix: string): string {
    const lines = node.value.split('\n')
    let out: string
    if (lines.length > 1) {
      out = `${this.#paint('multiline', '|')}\n${lines.map((line) => prefix + this.#paint('multiline', line)).join('\n')}`
    } else {
      const text = needsQuotes(node) ? quote(node.value) : node.value
      // dyff has no colours for bytes and times.
      out = node.tag === '!!binary' ? text : this.#paint(node.tag === '!!null' ? 'none' : 'scalar', text)
    }
    return `${out}${node.line === '' ? '' : ` ${node.line}`}\n${node.foot === '' ? '' : `${node.foot}\n`}`
  }
}

const words = new Set(['true', 'false', 'null', '.nan', '.inf', '-.inf', '+.inf'])

function needsQuotes({ tag, value }: YamlNode): boolean {
  return tag === '!!str' && (words.has(value) || value.startsWith('-') || /^[-+]?[0-9.e+]+$/.test(value) || /[ *&:,]/.test(value))
}
