import { secretName } from './secret-names.ts'

/** A name and the value after it, as `name = value`, `name: value`, `"name": "value"`, `--name=value`, `<name>value</name>` have them. */
export interface Pair {
  readonly name: string
  readonly value: string
  /** Where the value starts. */
  readonly start: number
  /** In a line that says so: somebody may have left a setting there, more often it is explained. */
  readonly comment: boolean
}

const longestName = 100
const longestValue = 4096
const nameCharacter = /[A-Za-z0-9_.\-/]/

/**
 * The pairs of a text whose name says that the value is secret, whatever the text's format is: every `=`, `:` and `>` is looked back from for a name and
 * forward from for a value; `--name value` is one, too. Inside of a value that was given no further pair starts.
 */
export function* findPairs(text: string): Generator<Pair> {
  const separator = /[=:>]|(?<![\w-])--[a-z][a-z0-9-]{1,60}[ \t]{1,4}(?=[^\s-])/gi
  for (let match = separator.exec(text); match !== null; match = separator.exec(text)) {
    const option = match[0].length > 1
    const at = match.index
    const name = option ? match[0].trim() : nameBefore(text, at)
    // First the name: most are of something else, and values may be long.
    const named = /^value$/i.test(name) ? siblingName(text, at) : name
    if (named === undefined || named === '' || secretName(named) === undefined) continue
    const value = option ? valueAfter(text, separator.lastIndex) : valueOf(text, at, at - name.length)
    if (value === undefined || isProse(text, at, at - name.length, value)) continue
    yield { name: named, ...value, comment: isComment(text, at) }
    separator.lastIndex = Math.max(separator.lastIndex, value.start + value.value.length)
  }
}

/** `the password: it is needed`, `echo "password: missing"`, `WITH PASSWORD :password`: a word among words is no value. */
function isProse(text: string, at: number, nameStart: number, { value, start }: Value): boolean {
  if (text[at] === ':' && /\s/.test(text[at - 1] ?? '') && /\w/.test(text[at + 1] ?? '')) return true
  if ((text[at] !== ':' && text[at] !== '-') || !/^[a-z]+$/i.test(value)) return false
  const after = text.slice(start + value.length, start + value.length + 3)
  return /^ [a-z]/i.test(after) || (/^["'`]/.test(after) && text[nameStart - 1] === after[0])
}

type Value = Pick<Pair, 'value' | 'start'>

function valueOf(text: string, at: number, nameStart: number): Value | undefined {
  if (text[at] === '>') {
    // An element of XML: anything else that ends in > is a placeholder or an operator.
    const value = text[nameStart - 1] === '<' ? valueAfter(text, at + 1) : undefined
    return value !== undefined && text.startsWith('</', value.start + value.value.length) ? value : undefined
  }
  if (text[nameStart - 1] === '{' && text[nameStart - 2] === '$') return shellDefault(text, at + 1)
  return valueAfter(text, at + 1)
}

/** `${DB_PASSWORD:-default}`: what a shell takes when the variable is not set. */
function shellDefault(text: string, from: number): Value | undefined {
  if (text[from] !== '-' && text[from] !== '=') return undefined
  const end = text.indexOf('}', from)
  const value = end < 0 || end - from > longestValue ? '' : text.slice(from + 1, end)
  return value === '' || value.includes('\n') ? undefined : { value, start: from + 1 }
}

function isComment(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 500), at)
  return /^\s{0,40}(?:#|;|\/\/|\*|--\s|rem\s)/i.test(before.slice(before.lastIndexOf('\n') + 1))
}

function nameBefore(text: string, separator: number): string {
  let end = separator
  while (end > 0 && end > separator - 10 && (text[end - 1] === ' ' || text[end - 1] === '\t')) end--
  if (text[end - 1] === '"' || text[end - 1] === "'" || text[end - 1] === ']' || text[end - 1] === '?' || text[end - 1] === ':') end--
  if (text[end - 1] === '"' || text[end - 1] === "'") end--
  let start = end
  while (start > 0 && start > end - longestName && nameCharacter.test(text[start - 1]!)) start--
  return text.slice(start, end)
}

function valueAfter(text: string, from: number): Value | undefined {
  let start = from
  while (text[start] === '=' || text[start] === '>') start++
  while (start < from + 40 && (text[start] === ' ' || text[start] === '\t')) start++
  const quote = text[start]
  if (quote === '\\' && text[start + 1] === '"') return quoted(text, start + 2, '\\"')
  if (quote === '"' || quote === "'" || quote === '`') return quoted(text, start + 1, quote)
  let end = start
  while (end < text.length && end < start + longestValue && !/[\s"'`<>;,&|]/.test(text[end]!)) end++
  // Brackets and stops are of what is around it.
  while (end > start && /[)\]}.:]/.test(text[end - 1]!)) end--
  return end === start ? undefined : { value: text.slice(start, end), start }
}

function quoted(text: string, start: number, quote: string): Value | undefined {
  const end = text.indexOf(quote, start)
  if (end < 0 || end - start > longestValue) return undefined
  const value = text.slice(start, end)
  return value === '' || value.includes('\n') ? undefined : { value, start }
}

/** `- name: DB_PASSWORD` before `value: ...`, `"name": "DB_PASSWORD", "value": ...`. */
function siblingName(text: string, at: number): string | undefined {
  const before = text.slice(Math.max(0, at - 200), at)
  return /\b(?:name|key)["']?\s{0,4}[:=]\s{0,4}["']?([\w.-]{1,100})["']?[\s,]{1,60}["']?value["']?\s{0,4}$/i.exec(before)?.[1]
}
