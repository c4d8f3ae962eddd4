import { secretName } from './secret-names.ts'

/** A name and the value after it, as `name = value`, `name: value`, `"name": "value"`, `--name=value`, `<name>value</name>` have them. */
export interface Pair {
  readonly name: string
  readonly value: string
  /** Where the value starts. */
  readonly start: number
}

const longestName = 100
const longestValue = 4096
const nameCharacter = /[A-Za-z0-9_.\-/]/

/**
 * The pairs of a text whose name says that the value is secret, whatever the text's format is: every `=`, `:` and `>` is looked back from for a name and
 * forward from for a value. Inside of a value that was given no further pair starts.
 */
export function* findPairs(text: string): Generator<Pair> {
  const separator = /[=:>]/g
  for (let match = separator.exec(text); match !== null; match = separator.exec(text)) {
    const at = match.index
    const name = nameBefore(text, at)
    if (name === '') continue
    const value = valueAfter(text, at + 1)
    if (value === undefined) continue
    const named = secretName(name) === undefined && /^value$/i.test(name) ? siblingName(text, at) : name
    if (named === undefined || secretName(named) === undefined) continue
    yield { name: named, ...value }
    separator.lastIndex = Math.max(separator.lastIndex, value.start + value.value.length)
  }
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

function valueAfter(text: string, from: number): Omit<Pair, 'name'> | undefined {
  let start = from
  while (text[start] === '=' || text[start] === '>') start++
  while (start < from + 40 && (text[start] === ' ' || text[start] === '\t')) start++
  const quote = text[start]
  if (quote === '\\' && text[start + 1] === '"') return quoted(text, start + 2, '\\"')
  if (quote === '"' || quote === "'" || quote === '`') return quoted(text, start + 1, quote)
  let end = start
  while (end < text.length && end < start + longestValue && !/[\s"'`<>;,&|]/.test(text[end]!)) end++
  // What a person meant is longer where it goes on with blanks: prose, or code.
  return end === start ? undefined : { value: text.slice(start, end), start }
}

function quoted(text: string, start: number, quote: string): Omit<Pair, 'name'> | undefined {
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
