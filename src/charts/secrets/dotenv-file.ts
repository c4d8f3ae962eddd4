import { PintleError } from '../../errors/index.ts'
import type { SourceFile } from './source-file.ts'
import { Branch, Scalar } from './tree.ts'
import { valueText } from './value-text.ts'

/**
 * Reads `KEY=value` lines; `#` begins a comment. Upstream: stores/dotenv/store.go.
 * @throws PintleError secrets.format
 */
export function readDotenv(text: string): SourceFile {
  const branch = new Branch()
  for (const [i, line] of text.split('\n').entries()) {
    if (line === '') continue
    if (line.startsWith('#')) {
      branch.comment(new Scalar('comment', line.slice(1)))
      continue
    }
    const equals = line.indexOf('=')
    // The line may hold a secret.
    if (equals < 0) throw new PintleError('secrets.format', `line ${i + 1} is not KEY=value`)
    branch.add(line.slice(0, equals), new Scalar('str', line.slice(equals + 1).replaceAll('\\n', '\n')))
  }
  return { branches: [branch] }
}

/** @throws PintleError secrets.format for a map or list */
export function emitDotenv([branch]: readonly Branch[]): string {
  return branch!.entries.map(({ key, value }) => {
    if (value instanceof Branch || Array.isArray(value)) throw new PintleError('secrets.format', `a dotenv file has values only, and ${key} is a ${Array.isArray(value) ? 'list' : 'map'}`)
    if (key === undefined) return `#${value!.text}\n`
    return `${key}=${valueText(value).replaceAll('\n', '\\n')}\n`
  }).join('')
}
