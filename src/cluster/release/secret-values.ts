import type { KubeObject } from '../kube/index.ts'
import { parseDocument, splitDocuments } from './documents.ts'

/** Shorter values would mask ordinary words. */
const shortest = 5

/**
 * Takes the values of Secrets out of texts: those of these manifests, plain, in base64, and line by line.
 * The manifests are read when the first text comes.
 */
export function secretCleaner(manifests: () => readonly string[]): (text: string) => string {
  let secrets: string[] | undefined
  return (text) => {
    if (text === '') return text
    secrets ??= secretValues(manifests().flatMap(splitDocuments))
    return secrets.reduce((t, secret) => t.replaceAll(secret, 'REDACTED'), text)
  }
}

/** Longest first: one may hold another. */
function secretValues(documents: readonly string[]): string[] {
  const found = new Set<string>()
  for (const document of documents) {
    if (!/\bSecret\b/.test(document)) continue
    const object = parseDocument(document) as KubeObject | null
    if (object?.kind !== 'Secret') continue
    for (const value of Object.values(object.stringData ?? {})) found.add(String(value))
    for (const value of Object.values(object.data ?? {})) {
      found.add(String(value))
      found.add(Buffer.from(String(value), 'base64').toString('utf8'))
    }
  }
  for (const value of [...found]) if (value.includes('\n')) for (const line of value.split('\n')) found.add(line.trim())
  return [...found].filter((v) => v.length >= shortest).sort((a, b) => b.length - a.length)
}
