import type { YamlNode } from '../../language/yaml/index.ts'
import type { Comparison, Detail, Difference, Place } from './compare.ts'
import { restructured } from './restructure.ts'
import { stringChange } from './string-change.ts'
import { Styler, colours, shownLength } from './styled-text.ts'
import { columns, prefixed, textBlocks } from './text-blocks.ts'
import { plural } from './words.ts'
import { addedScheme, removedScheme, yamlText } from './yaml-text.ts'

export interface ReportOptions {
  readonly colour?: boolean
  /** Columns of the screen; 80 where there is none. */
  readonly width?: number
}

/** dyff's report for people, without its banner. Upstream: HumanReport in pkg/dyff/output_human.go. */
export function formatReport({ differences, named }: Comparison, options: ReportOptions = {}): string {
  const report = new Report(new Styler(options.colour === true), options.width ?? 80)
  let out = ''
  for (const difference of differences) {
    const { text, complete } = report.difference(difference, named)
    out += text
    // dyff stops at bytes it cannot read, and says nothing of it.
    if (!complete) return out
  }
  return `${out}\n`
}

class Report {
  readonly #styler: Styler
  readonly #width: number

  constructor(styler: Styler, width: number) {
    this.#styler = styler
    this.#width = width
  }

  difference({ place, details }: Difference, named: boolean): { text: string; complete: boolean } {
    const heading = `\n${this.#place(place, named)}\n`
    const blocks: string[] = []
    for (const detail of details) {
      const block = this.#detail(detail)
      if (block === undefined) return { text: heading, complete: false }
      blocks.push(block)
    }
    return { text: heading + textBlocks(blocks, this.#width), complete: true }
  }

  #place(place: Place | undefined, named: boolean): string {
    const bold = (text: string): string => this.#styler.around(text, { bold: true })
    if (place === undefined) return bold('(file level)')
    const steps = place.steps.flatMap((step) => {
      if ('index' in step) return [bold(String(step.index))]
      if ('name' in step) return step.name === '' ? [] : [this.#styler.around(step.name, { bold: true, italic: true })]
      return step.key === '' ? [] : [bold(step.key)]
    })
    const path = place.steps.length === 0 ? bold('(root level)') : steps.join('.')
    return named ? `${path}  ${this.#styler.around(`(${place.document})`, { colour: colours.root })}` : path
  }

  #heading(text: string): string {
    return this.#styler.colour(colours.changed, `${text}\n`)
  }

  #detail(detail: Detail): string | undefined {
    switch (detail.kind) {
      case 'added': return this.#part(detail, '+')
      case 'removed': return this.#part(detail, '-')
      case 'changed': return this.#changed(detail.before, detail.after)
      default: return this.#order(detail.before, detail.after)
    }
  }

  #part({ kind, what, node }: Detail & { kind: 'added' | 'removed' }, sign: '+' | '-'): string {
    const amount = what === 'document' ? plural(1, 'document') : what === 'list' ? plural(node.content.length, 'list entry', 'list entries') : plural(node.content.length / 2, 'map entry', 'map entries')
    return this.#heading(`${sign} ${amount} ${kind}:`) + textBlocks([yamlText(restructured(node), this.#styler, kind === 'added' ? addedScheme : removedScheme)], this.#width)
  }

  #changed(before: YamlNode, after: YamlNode): string | undefined {
    const [was, is] = [typeOf(before), typeOf(after)]
    const both = (old: string, now: string): [string, string] => [this.#styler.colour(colours.removed, prefixed('- ', old)), this.#styler.colour(colours.added, prefixed('+ ', now))]
    if (was === 'string' && is === 'string') return stringChange(before.value, after.value, this.#styler, this.#width)
    if (was === 'binary' && is === 'binary') {
      const [old, now] = [bytesOf(before.value), bytesOf(after.value)]
      if (old === undefined || now === undefined) return undefined
      return this.#heading('± content change') + textBlocks(both(hexDump(old), hexDump(now)), this.#width)
    }
    const heading = was === is ? '± value change' : `± type change from ${this.#styler.italic(was)} to ${this.#styler.italic(is)}`
    return this.#heading(heading) + both(this.#value(before).replace(/\n+$/, ''), this.#value(after).replace(/\n+$/, '')).join('')
  }

  #value(node: YamlNode): string {
    return node.tag === '!!null' ? '<nil>' : yamlText(node, this.#styler)
  }

  #order(before: readonly YamlNode[], after: readonly YamlNode[]): string {
    const texts = (nodes: readonly YamlNode[]): string[] => nodes.map((node) => (node.value === '' ? this.#value(node) : node.value))
    const [old, now] = [texts(before), texts(after)]
    const length = (list: readonly string[]): number => list.reduce((sum, item) => sum + shownLength(item), 2 * (list.length - 1))
    const { removed, added } = colours
    const heading = this.#heading('⇆ order changed')
    if (Math.max(length(old), length(now)) >= Math.floor(this.#width / 2)) return heading + columns([this.#styler.colour(removed, old.join('\n')), this.#styler.colour(added, now.join('\n'))], ' ', 2)
    return heading + this.#styler.colour(removed, `- ${old.join(', ')}\n`) + this.#styler.colour(added, `+ ${now.join(', ')}\n`)
  }
}

function typeOf(node: YamlNode): string {
  switch (node.kind) {
    case 'mapping': return 'map'
    case 'sequence': return 'list'
    case 'alias': return typeOf(node.alias!)
    case 'document': return 'document'
    default: return node.tag === '!!str' ? 'string' : node.tag === '!!null' ? '<nil>' : node.tag.slice(2)
  }
}

function bytesOf(text: string): Uint8Array | undefined {
  const clean = text.replace(/[\r\n]/g, '')
  return clean.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(clean) ? Buffer.from(clean, 'base64') : undefined
}

/** As encoding/hex's Dump writes bytes: 16 a line, with what is printable beside them. */
function hexDump(bytes: Uint8Array): string {
  let out = ''
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)]
    const hex = Array.from({ length: 16 }, (_, i) => `${i === 8 ? ' ' : ''}${row[i]?.toString(16).padStart(2, '0') ?? '  '} `).join('')
    out += `${at.toString(16).padStart(8, '0')}  ${hex} |${row.map((byte) => (byte >= 32 && byte <= 126 ? String.fromCharCode(byte) : '.')).join('')}|\n`
  }
  return out
}
