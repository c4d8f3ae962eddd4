import { PintleError } from '../../errors/index.ts'
import { editText, type TextEdit } from './edit-text.ts'
import type { Leaf, ParsedFile } from './leaf.ts'
import { unflatten } from './unflatten.ts'

/**
 * Reads `KEY=value` lines; `#` begins a comment. SOPS' own entries begin with `sops_`. Upstream: stores/dotenv/store.go.
 * @throws PintleError secrets.format
 */
export function readDotenv(text: string): ParsedFile {
  const leaves: Leaf[] = []
  const flat = new Map<string, string>()
  const cuts: TextEdit[] = []
  let active: string[] = []
  let at = 0
  for (const [i, line] of text.split('\n').entries()) {
    const start = at
    at += line.length + 1
    if (line === '') continue
    if (line.startsWith('#')) {
      active = [...active, line.slice(1)]
      leaves.push({ type: 'comment', text: line.slice(1), path: [], comment: true, comments: [active], start: start + 1, end: start + line.length })
      continue
    }
    const equals = line.indexOf('=')
    // The line may hold a secret.
    if (equals < 0) throw new PintleError('secrets.format', `line ${i + 1} is not KEY=value`)
    const key = line.slice(0, equals)
    const value = line.slice(equals + 1).replaceAll('\\n', '\n')
    if (key.startsWith('sops_')) {
      flat.set(key.slice('sops_'.length), value)
      cuts.push({ start, end: Math.min(at, text.length), text: '' })
      continue
    }
    leaves.push({ type: 'str', text: value, path: [key], comment: false, comments: [active], start: start + equals + 1, end: start + line.length })
    active = []
  }
  return {
    leaves, metadata: flat.size === 0 ? undefined : unflatten(flat),
    write: (values) => editText(text, [...cuts, ...[...values].map(([leaf, value]) => ({ start: leaf.start, end: leaf.end, text: value.text.replaceAll('\n', '\\n') }))]),
  }
}
