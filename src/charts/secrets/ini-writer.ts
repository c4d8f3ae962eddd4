import { PintleError } from '../../errors/index.ts'
import { byteLength } from '../../language/go/index.ts'
import { defaultSection, trimSpace } from './ini-reader.ts'
import { Branch } from './tree.ts'
import { valueText } from './value-text.ts'

/**
 * Sections as sops writes them: names and values in columns, an empty line between sections. Upstream: encodeTree in stores/ini/store.go; writeToBuffer in file.go of gopkg.in/ini.v1.
 * @throws PintleError secrets.format for what INI cannot have
 */
export function emitIni(branches: readonly Branch[]): string {
  const sections = branches.flatMap((branch) => branch.entries).filter(({ key }) => key !== undefined)
  let out = ''
  for (const [i, { key: name, value }] of sections.entries()) {
    if (!(value instanceof Branch)) throw new PintleError('secrets.format', `an INI file has sections only at the top, and ${name} is none`)
    const { comment, keys } = sectionOf(name!, value)
    if (comment !== '') out += commentText(comment, false)
    if (i > 0 || name!.toUpperCase() !== defaultSection) out += `[${name}]\n`
    else if (keys.size === 0) continue
    const names = [...keys.keys()].map(keyText)
    const width = Math.max(0, ...names.map(byteLength))
    for (const [j, { text, comment: own }] of [...keys.values()].entries()) {
      if (own !== '') out += commentText(own, true)
      out += `${names[j]}${' '.repeat(width - byteLength(names[j]!))} = ${quoted(text)}\n`
    }
    if (i < sections.length - 1) out += '\n'
  }
  return out
}

interface Key {
  text: string
  comment: string
}

/** The first comment is the section's, each other that of the key before. */
function sectionOf(name: string, branch: Branch): { comment: string; keys: Map<string, Key> } {
  const keys = new Map<string, Key>()
  let comment = ''
  let last: Key | undefined
  for (const [i, { key, value }] of branch.entries.entries()) {
    if (value instanceof Branch || Array.isArray(value)) throw new PintleError('secrets.format', `an INI file has values only in its sections, and ${key} of ${name} is a ${Array.isArray(value) ? 'list' : 'map'}`)
    if (key === undefined) {
      if (i === 0) comment = value!.text
      else if (last !== undefined) last.comment = value!.text
      continue
    }
    if (key === '') throw new PintleError('secrets.format', `a key of ${name} has no name`)
    last = keys.get(key) ?? { text: '', comment: '' }
    last.text = valueText(value)
    keys.set(key, last)
  }
  return { comment, keys }
}

function commentText(comment: string, key: boolean): string {
  return comment.split('\n').map((line) => {
    if (line.startsWith('#') || line.startsWith(';')) return `${line[0]} ${trimSpace(line.slice(1))}\n`
    return `; ${key ? trimSpace(line) : line}\n`
  }).join('')
}

function keyText(name: string): string {
  if (/["=:]/.test(name)) return `\`${name}\``
  return name.includes('`') ? `"""${name}"""` : name
}

function quoted(value: string): string {
  if (/[\n`]/.test(value)) return `"""${value}"""`
  if (/[#;]/.test(value)) return `\`${value}\``
  return trimSpace(value) === value ? value : `"${value}"`
}
