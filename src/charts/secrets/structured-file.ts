import { PintleError } from '../../errors/index.ts'
import { parseDocument, readCommented, type YamlNode } from '../../language/yaml/index.ts'
import { editText, type TextEdit } from './edit-text.ts'
import type { TypedText } from './encrypted-value.ts'
import type { Leaf, ParsedFile } from './leaf.ts'
import { YamlLeaves } from './yaml-leaves.ts'

/**
 * Reads YAML, or JSON, which is YAML where it matters here. Decrypted values take the place of encrypted ones in the text itself, so that order, comments, layout and
 * line numbers stay what they are.
 * @throws PintleError yaml.parse, secrets.format
 */
export function readStructured(source: string, json: boolean): ParsedFile {
  const text = json ? withoutSurrogateEscapes(checkedJson(source)) : source
  const documents = readCommented(text)
  const leaves = new YamlLeaves()
  const cuts: TextEdit[] = []
  let metadata: unknown
  for (const document of documents) {
    leaves.document(document)
    const root = document.content[0]!
    const at = root.content.findIndex((node, i) => i % 2 === 0 && node.value === 'sops')
    if (at < 0) continue
    const [start, end] = entryRange(text, root, at, json)
    metadata ??= plainMetadata(text.slice(root.content[at]!.pos, end), json)
    cuts.push({ start, end, text: root.content.length === 2 && !json && !root.flow ? '{}\n' : '' })
  }
  const { leaves: found } = leaves
  return { leaves: found, metadata, write: (values) => editText(text, [...cuts, ...valueEdits(text, found, values, json)]) }
}

function valueEdits(text: string, leaves: readonly Leaf[], values: ReadonlyMap<Leaf, TypedText>, json: boolean): TextEdit[] {
  const edits: TextEdit[] = []
  const comments = new Map<string, string>()
  for (const leaf of leaves) {
    const value = values.get(leaf)
    if (value === undefined) continue
    if (leaf.comment) comments.set(leaf.text, value.text)
    else if (value.type === 'comment') edits.push(listComment(text, leaf, value))
    else edits.push({ start: leaf.start, end: leaf.end, text: scalarText(value, json) })
  }
  // No two encrypted comments are alike, so that what one says is where it stands.
  if (comments.size > 0) {
    for (const match of text.matchAll(/#(ENC\[AES256_GCM,[^\]\n]*\])/g)) {
      const plain = comments.get(match[1]!)
      if (plain !== undefined) edits.push({ start: match.index, end: match.index + match[0].length, text: `#${oneLine(plain)}` })
    }
  }
  return edits
}

/** SOPS makes items of comments in lists. */
function listComment(text: string, { start, end, path }: Leaf, value: TypedText): TextEdit {
  const dash = /-[ \t]+$/.exec(text.slice(text.lastIndexOf('\n', start - 1) + 1, start))
  if (dash === null) throw new PintleError('secrets.tampered', `${path.join('.')} is encrypted as a comment and is no item of a list`)
  return { start: start - dash[0].length, end, text: `#${oneLine(value.text)}` }
}

const oneLine = (text: string): string => text.replace(/[\r\n]+/g, ' ')

/** What may stand without quotes, by type. The type is not bound to what is encrypted: anybody can write another one beside it. */
const plainForms: Readonly<Record<string, RegExp>> = {
  int: /^-?\d+$/, float: /^(?:[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?|[-+]?Inf|NaN)$/i, bool: /^(?:true|false|t|f|0|1)$/i, time: /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[-+]\d\d:\d\d)$/,
}

/** A value as it is written on one line. */
function scalarText({ type, text }: TypedText, json: boolean): string {
  if (plainForms[type]?.test(text) === false) throw new PintleError('secrets.tampered', `a value is marked as ${type} and is none`)
  if (type === 'bool') return /^[t1]/i.test(text) ? 'true' : 'false'
  if (type === 'float' && !/^[-+]?\d/.test(text)) return `${text.startsWith('-') ? '-' : ''}${/nan/i.test(text) ? '.nan' : '.inf'}`
  if (type === 'int' || type === 'float') return text
  if (type === 'time' && !json) return text
  // DEL and C1 controls, which JSON allows and YAML does not.
  return JSON.stringify(text).replace(/[\u007f-\u009f\ufeff\ufffe\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** From where to where an entry of a map goes: whole lines in block style, with a comma in JSON. */
function entryRange(text: string, root: YamlNode, at: number, json: boolean): [number, number] {
  const key = root.content[at]!
  const last = at + 2 >= root.content.length
  if (!json && !root.flow) {
    const next = root.content[at + 2]
    let end = text.length
    if (next !== undefined) end = next.pos
    else {
      const rest = /^(?:---|\.\.\.)(?=\s|$)/m.exec(text.slice(key.pos))
      if (rest !== null) end = key.pos + rest.index
    }
    return [key.pos, end]
  }
  if (!last) return [key.pos, root.content[at + 2]!.pos]
  const before = text.lastIndexOf(',', key.pos)
  const close = matchingEnd(text, root)
  return [at === 0 ? key.pos : before, close]
}

/** Where the brace stands that closes a map in braces, whose last entry is `sops`. */
function matchingEnd(text: string, root: YamlNode): number {
  let depth = 0
  for (const match of text.slice(root.pos).matchAll(/"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (match[0] === '{') depth++
    else if (match[0] === '}' && --depth === 0) return root.pos + match.index
  }
  throw new PintleError('secrets.format', 'a map in braces does not end')
}

function plainMetadata(entry: string, json: boolean): unknown {
  const map = parseDocument(json ? `{${entry.replace(/,\s*$/, '')}}` : entry) as { sops?: unknown } | null
  return map?.sops
}

function checkedJson(text: string): string {
  try {
    JSON.parse(text)
  } catch {
    // JSON.parse quotes what it read.
    throw new PintleError('secrets.format', 'the file is no JSON')
  }
  return text
}

/** JSON may write characters beyond 16 bits as two escapes, YAML may not. */
function withoutSurrogateEscapes(text: string): string {
  return text.replace(/(?<!\\)((?:\\\\)*)\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})/gi, (_, before: string, high: string, low: string) => before + String.fromCharCode(Number.parseInt(high, 16), Number.parseInt(low, 16)))
}
