import type { KubeObject } from '../kube/index.ts'
import { parseDocument, splitDocuments } from './documents.ts'

/** Shorter values would mask ordinary words. */
const shortest = 5

/**
 * Takes the values of Secrets out of texts: those of these manifests, plain, line by line, and in base64, also
 * within what was encoded as a whole.
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
  const encoded = new Set<string>()
  for (const document of documents) {
    if (!/\bSecret\b/.test(document)) continue
    const object = parseDocument(document) as KubeObject | null
    if (object?.kind !== 'Secret') continue
    for (const value of Object.values(object.stringData ?? {})) found.add(String(value))
    for (const value of Object.values(object.data ?? {})) {
      encoded.add(String(value))
      found.add(Buffer.from(String(value), 'base64').toString('utf8'))
    }
  }
  for (const value of [...found]) if (value.includes('\n')) for (const line of value.split('\n')) found.add(line.trim())
  const plain = [...found].filter((v) => v.length >= shortest)
  return [...new Set([...plain, ...[...encoded].filter((v) => v.length >= shortest), ...plain.flatMap(base64Forms)])].sort((a, b) => b.length - a.length)
}

/**
 * How a value may stand in base64: encoded by itself, and at each of the three places where it may begin within something longer, without the characters at its ends
 * that its neighbours decide, too.
 */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value)
  const whole = bytes.toString('base64')
  const inner = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    const after = (before + bytes.length) % 3
    return text.slice(before === 0 ? 0 : before + 1, after === 0 ? undefined : after === 1 ? -3 : -2)
  })
  const all = [whole, whole.replace(/=+$/, ''), ...inner.filter((v) => v.length >= shortest + 1)]
  return [...all, ...all.map((v) => v.replaceAll('+', '-').replaceAll('/', '_'))]
}
