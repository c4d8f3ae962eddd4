import { PintleError } from '../../errors/index.ts'
import { readCommented, type YamlNode } from '../../language/yaml/index.ts'
import { editText, type TextEdit } from './edit-text.ts'
import type { TypedText } from './encrypted-value.ts'
import type { SourceFile } from './source-file.ts'
import { leavesOf, type Leaf, type Scalar } from './tree.ts'
import { branchOf } from './yaml-tree.ts'

/**
 * Reads YAML. Decrypted values can take the place of encrypted ones in the text itself, so that order, comments, layout and line numbers stay what they are.
 * @throws PintleError yaml.parse, secrets.format
 */
export function readYaml(text: string): SourceFile {
  const documents = readCommented(text)
  const branches = documents.map((document) => branchOf(document, text))
  return { branches, restore: (values) => editText(text, [...documents.flatMap((document) => metadataCut(text, document)), ...valueEdits(text, leavesOf(branches), values)]) }
}

function valueEdits(text: string, leaves: readonly Leaf[], values: ReadonlyMap<Scalar, TypedText>): TextEdit[] {
  const edits: TextEdit[] = []
  const comments = new Map<string, string>()
  for (const { scalar, path, comment } of leaves) {
    const value = values.get(scalar)
    if (value === undefined) continue
    if (comment) comments.set(scalar.text, value.text)
    else if (value.type === 'comment') edits.push(listComment(text, scalar, path, value))
    else edits.push({ start: scalar.start, end: scalar.end, text: scalarText(value) })
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
function listComment(text: string, { start, end }: Scalar, path: readonly string[], value: TypedText): TextEdit {
  const dash = /-[ \t]+$/.exec(text.slice(text.lastIndexOf('\n', start - 1) + 1, start))
  if (dash === null) throw new PintleError('secrets.tampered', `${path.join('.')} is encrypted as a comment and is no item of a list`)
  return { start: start - dash[0].length, end, text: `#${oneLine(value.text)}` }
}

const oneLine = (text: string): string => text.replace(/[\r\n]+/g, ' ')

/** A value as it is written on one line. */
function scalarText({ type, text }: TypedText): string {
  if (type === 'bool') return text === 'True' ? 'true' : 'false'
  if (type === 'float' && !/^[-+]?\d/.test(text)) return text === 'NaN' ? '.nan' : text.startsWith('-') ? '-.inf' : '.inf'
  if (type === 'int' || type === 'float' || type === 'time') return text
  // DEL and C1 controls, which JSON allows and YAML does not.
  return JSON.stringify(text).replace(/[\u007f-\u009f\ufeff\ufffe\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Where `sops` stands in a document. */
function metadataCut(text: string, { content: [root] }: YamlNode): TextEdit[] {
  const at = root!.content.findIndex((node, i) => i % 2 === 0 && node.value === 'sops')
  if (root!.kind !== 'mapping' || at < 0) return []
  const [start, end] = entryRange(text, root!, at)
  return [{ start, end, text: root!.content.length === 2 && !root!.flow ? '{}\n' : '' }]
}

/** From where to where an entry of a map goes: whole lines in block style, with a comma in braces. */
function entryRange(text: string, root: YamlNode, at: number): [number, number] {
  const key = root.content[at]!
  const next = root.content[at + 2]
  if (next !== undefined) return [key.pos, next.pos]
  if (!root.flow) {
    const rest = /^(?:---|\.\.\.)(?=\s|$)/m.exec(text.slice(key.pos))
    return [key.pos, rest === null ? text.length : key.pos + rest.index]
  }
  return [at === 0 ? key.pos : text.lastIndexOf(',', key.pos), matchingEnd(text, root)]
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
