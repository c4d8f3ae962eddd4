import { encodeUtf8 } from '../../language/go/index.ts'
import type { YamlNode } from '../../language/yaml/index.ts'

export interface RenameCandidate { readonly name: string; readonly node: YamlNode; readonly document: string }

/** Pairs less alike than so many percent are none; with more documents than this, none are looked for. */
const minimum = 60
const maximum = 50

/**
 * Which removed document has become which added one, by the share of lines they have in common, as gonvenience/idem (and Git) measures it.
 */
export function findRenames<T extends RenameCandidate>(removed: readonly T[], added: readonly T[]): [T, T][] {
  if (removed.length === 0 || added.length === 0 || Math.max(removed.length, added.length) > maximum) return []
  const prints = new Map([...removed, ...added].map((one) => [one, fingerprint(encodeUtf8(written(one.node)))]))
  const pairs: { from: number; to: number; score: number }[] = []
  for (const [from, old] of removed.entries()) {
    for (const [to, now] of added.entries()) {
      const [a, b] = [prints.get(old)!, prints.get(now)!]
      const [small, large] = a.size < b.size ? [a.size + 1, b.size + 1] : [b.size + 1, a.size + 1]
      if (Math.floor((small * 100) / large) < minimum) continue
      const score = Math.floor((alike(a, b) * 99 + nameScore(old.name, now.name) * 100) / 10000)
      if (score >= minimum) pairs.push({ from, to, score })
    }
  }
  pairs.sort((x, y) => y.score - x.score || y.to - x.to || y.from - x.from)
  const out: [T, T][] = []
  const taken = new Set<T>()
  for (const { from, to } of pairs) {
    const [old, now] = [removed[from]!, added[to]!]
    if (taken.has(old) || taken.has(now)) continue
    taken.add(old).add(now)
    out.push([old, now])
  }
  return out
}

interface Fingerprint { readonly size: number; readonly hashed: number; readonly bytes: ReadonlyMap<number, number> }

const maxPiece = 64

/** How many bytes there are of each line, or piece of a longer one. */
function fingerprint(content: Uint8Array): Fingerprint {
  const bytes = new Map<number, number>()
  let hashed = 0
  for (let at = 0; at < content.length;) {
    let hash = 5381
    let count = 0
    const stop = Math.min(at + maxPiece, content.length)
    while (at < stop) {
      const byte = content[at++]!
      if (byte === 0x0d && content[at] === 0x0a) continue
      count++
      if (byte === 0x0a) break
      hash = (Math.imul(hash, 33) + byte) | 0
    }
    hashed += count
    const key = Math.imul(hash, 0x9e370001) >>> 1
    bytes.set(key, (bytes.get(key) ?? 0) + count)
  }
  return { size: content.length, hashed, bytes }
}

/** The share of common bytes, up to 10000. */
function alike(a: Fingerprint, b: Fingerprint): number {
  const most = Math.max(a.hashed, b.hashed)
  if (most === 0) return 10000
  let common = 0
  for (const [key, count] of a.bytes) common += Math.min(count, b.bytes.get(key) ?? 0)
  return Math.floor((common * 10000) / most)
}

/** How alike two paths are, up to 100: folders from both ends, names from the end. Upstream: nameSimilarityScore in idem's rename.go. */
function nameScore(a: string, b: string): number {
  const [aFolder, bFolder] = [a.lastIndexOf('/') + 1, b.lastIndexOf('/') + 1]
  const [least, most] = [Math.min(aFolder, bFolder), Math.max(aFolder, bFolder)]
  let [left, right] = [100, 100]
  if (most > 0) {
    left = Math.floor((common(least, (i) => a[i] === b[i]) * 100) / most)
    right = left === 100 ? 100 : Math.floor((common(least, (i) => a[aFolder - 1 - i] === b[bFolder - 1 - i]) * 100) / most)
  }
  const [aName, bName] = [a.length - aFolder, b.length - bFolder]
  const name = Math.floor((common(Math.min(aName, bName), (i) => a[a.length - 1 - i] === b[b.length - 1 - i]) * 100) / Math.max(aName, bName, 1))
  return Math.floor(((left + right) * 25 + name * 50) / 100)
}

function common(limit: number, equal: (i: number) => boolean): number {
  let i = 0
  while (i < limit && equal(i)) i++
  return i
}

/** A node much as goyaml.v3's Marshal writes it, so that scores are the same. Scalars stay as they were written. */
function written(node: YamlNode, indent = 0): string {
  const margin = ' '.repeat(indent)
  const above = (comment: string): string => (comment === '' ? '' : comment.split('\n').map((line) => `${margin}${line}\n`).join(''))
  const inner = 4 * Math.floor((indent + 4) / 4)
  if (node.kind === 'mapping') {
    let out = ''
    for (let i = 0; i + 1 < node.content.length; i += 2) {
      const [key, value] = [node.content[i]!, node.content[i + 1]!]
      out += `${above(key.head)}${margin}${key.source}:${isBlock(value) ? `${behind(key)}\n${written(value, inner)}` : ` ${inLine(value, inner)}`.replace(/^ $/, '')}${isBlock(value) ? '' : '\n'}${above(key.foot)}`
    }
    return out
  }
  if (node.kind !== 'sequence') return `${inLine(node, indent)}\n`
  return node.content.map((item) => `${above(item.head)}${margin}-${isBlock(item) ? written(item, indent + 2).slice(indent + 1) : `${` ${inLine(item, inner)}`.replace(/^ $/, '')}\n`}${above(item.foot)}`).join('')
}

const isBlock = (node: YamlNode): boolean => node.content.length > 0 && !node.flow
const behind = ({ line }: YamlNode): string => (line === '' ? '' : ` ${line}`)

function inLine(node: YamlNode, indent: number): string {
  if (node.kind === 'alias') return `*${node.value}${behind(node)}`
  if (node.kind === 'sequence') return `[${node.content.map((item) => inLine(item, indent)).join(', ')}]${behind(node)}`
  if (node.kind === 'mapping') return `{${node.content.map((item, i) => `${inLine(item, indent)}${i % 2 === 0 ? ': ' : i + 1 < node.content.length ? ', ' : ''}`).join('')}}${behind(node)}`
  const { source, value } = node
  if (!/^[|>]/.test(source)) return `${source}${behind(node)}`
  const lines = source[0] === '>' ? value.replace(/\n$/, '\n\n') : value
  return `${source[0]}${value.endsWith('\n') ? '' : '-'}${behind(node)}\n${lines.replace(/\n$/, '').split('\n').map((line) => (line === '' ? '' : ' '.repeat(indent) + line)).join('\n')}`
}
