/** What a search needs of a version, read without reading the rest. */
export interface ScannedVersion {
  readonly name: string
  readonly version: string
  readonly appVersion: string
  readonly description: string
  readonly keywords: readonly string[]
}

const dash = 45

/**
 * Reads the versions of one chart in an index that is laid out as Helm writes it, line by line, for the few fields a search needs: several times faster than
 * reading YAML. The index was checked when it was fetched.
 * @param text the list of versions
 * @param slow reads one item in full; gets the lines of it. undefined: it is none that counts
 * @returns undefined when the list is laid out in another way
 */
export function scanVersions(text: string, slow: (item: string) => ScannedVersion | undefined): ScannedVersion[] | undefined {
  const indent = /^ *(?=- )/.exec(text)?.[0].length
  if (indent === undefined) return text.trim() === '' || text.trim() === '[]' ? [] : undefined
  const out: ScannedVersion[] = []
  for (let at = 0; at < text.length;) {
    let end = text.indexOf('\n', at)
    if (end < 0) end = text.length
    // The lines up to the next dash at this indent.
    while (end < text.length && !(text.charCodeAt(end + 1 + indent) === dash && blank(text, end + 1, end + 1 + indent))) {
      end = text.indexOf('\n', end + 1)
      if (end < 0) end = text.length
    }
    const item = text.slice(at, end)
    const scanned = scanItem(item, indent + 2) ?? slow(item)
    if (scanned !== undefined && scanned !== null) out.push(scanned)
    at = end + 1
  }
  return out
}

function blank(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (text.charCodeAt(i) !== 32) return false
  return true
}

/** A list item that is nothing, or an alias of a dependency: what Helm checks is left to the reader that checks. */
const delicate = /\n *- *(?:~|null|)(?:\n|$)|\n *(?:- )?"?alias"?: (?![\w-]+(?:\n|$))|\t|\r/

/** One version; undefined when a field is written in a way that needs a parser, or does not hold. */
function scanItem(item: string, indent: number): ScannedVersion | undefined {
  if (delicate.test(item)) return undefined
  let name = ''
  let number = ''
  let appVersion = ''
  let description = ''
  let keywords: string[] = []
  for (let at = indent; at < item.length;) {
    // `at` is after the indent of a field.
    let end = item.indexOf('\n', at)
    if (end < 0) end = item.length
    const colon = item.indexOf(':', at)
    if (colon < 0 || colon > end) return undefined
    const key = item.slice(at, colon)
    let next = end
    while (next < item.length && continues(item, next + 1, indent)) {
      next = item.indexOf('\n', next + 1)
      if (next < 0) next = item.length
    }
    switch (key) {
      case 'name': case 'version': case 'appVersion': case 'description': case 'type': case 'apiVersion': {
        const value = scalar(item, colon + 1, end, next)
        if (value === undefined) return undefined
        if (key === 'name') name = value
        else if (key === 'version') number = value
        else if (key === 'appVersion') appVersion = value
        else if (key === 'description') description = value
        else if (key === 'type' && value !== '' && value !== 'application' && value !== 'library') return undefined
        break
      }
      case 'keywords': {
        const list = words(item, colon + 1, end, next)
        if (list === undefined) return undefined
        keywords = list
        break
      }
      default: if (!/^[A-Za-z]+$/.test(key)) return undefined
    }
    at = next + 1 + indent
  }
  if (!/^[\w-][\w.-]*$/.test(name) || !usualVersion.test(number)) return undefined
  return { name, version: number, appVersion, description, keywords }
}

/** Whether a line belongs to the field before it: it is further in, or an item of its list. */
function continues(item: string, at: number, indent: number): boolean {
  for (let i = 0; i < indent; i++) if (item.charCodeAt(at + i) !== 32) return item.charCodeAt(at + i) === 10
  const c = item.charCodeAt(at + indent)
  return c === 32 || c === dash || c === 10
}

/** Plain texts that YAML 1.1 takes for nothing else, and cannot end early. ASCII, so that nothing in them is cleaned. */
const plain = /^[A-Za-z][\x20-\x7e]*$/
const version = /^\d+\.\d+\.[\dA-Za-z][\w.+-]*$/
/** Whether a text is a version without doubt: short, and no number in it begins with 0. */
export const isUsualVersion = (text: string): boolean => usualVersion.test(text)

const usualVersion = /^v?(?:0|[1-9]\d{0,9})\.(?:0|[1-9]\d{0,9})\.(?:0|[1-9]\d{0,9})(?:-[A-Za-z][A-Za-z-]*(?:\.(?:0|[1-9]\d{0,9}|[A-Za-z]+))*)?(?:\+[\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*)?$/
const other = /^(?:true|false|yes|no|on|off|y|n|null)$/i

function scalar(item: string, from: number, lineEnd: number, end: number): string | undefined {
  if (end > lineEnd) return folded(item.slice(from, end))
  const text = item.slice(from, lineEnd).trim()
  return text === '' ? '' : word(text)
}

function word(text: string): string | undefined {
  const first = text.charCodeAt(0)
  if (first === 34) return /^"[\x20-\x21\x23-\x5b\x5d-\x7e]*"$/.test(text) ? text.slice(1, -1) : undefined
  if (first === 39) return /^'[\x20-\x26\x28-\x7e]*'$/.test(text) ? text.slice(1, -1) : undefined
  if (version.test(text)) return text
  return plain.test(text) && !other.test(text) && !text.includes(': ') && !text.includes(' #') && !text.endsWith(':') ? text : undefined
}

/** A plain text over several lines, which go-yaml writes when it is longer than 80. */
function folded(text: string): string | undefined {
  const lines = text.split('\n').map((line) => line.trim())
  if (lines.includes('', 1) || lines[0] === '') return undefined
  const joined = lines.join(' ')
  return plain.test(joined) && !joined.includes(': ') && !joined.includes(' #') && !lines.some((line) => line.endsWith(':')) ? joined : undefined
}

function words(item: string, from: number, lineEnd: number, end: number): string[] | undefined {
  if (item.slice(from, lineEnd).trim() !== '') return undefined
  if (end === lineEnd) return []
  const out: string[] = []
  for (const line of item.slice(lineEnd + 1, end).split('\n')) {
    const text = line.trim()
    const value = text.startsWith('- ') ? word(text.slice(2).trim()) : undefined
    if (value === undefined) return undefined
    out.push(value)
  }
  return out
}
