import { readFileSync, statSync } from 'node:fs'
import type { ProcessFacts } from '../../policy/index.ts'
import type { Fault } from '../../settings/index.ts'

export type Checklist = NonNullable<ProcessFacts['checklist']>

const box = /^\s*(?:[-*+]|\d+[.)])?\s*\[([ xX])\]\s+(\S.*?)\s*$/
const largest = 1 << 20

/**
 * Reads `checklist: FILE.md` (its task boxes) or a list of items: texts, with a box or without, or `{ item, done }`.
 * @param read gives the text of a file named in it
 * @param ticked items that were said to be done elsewhere, as on the command line
 * @throws what `fault` makes, also for a ticked item that is not there
 */
export function parseChecklist(raw: unknown, read: (path: string) => string, fault: Fault, ticked: readonly string[] = []): Checklist | undefined {
  if (raw === undefined || raw === null) return undefined
  const items = typeof raw === 'string' ? ofFile(raw, read, fault) : ofList(raw, fault)
  const missing = ticked.find((text) => !items.some((i) => same(i.item, text)))
  if (missing !== undefined) throw fault([], `the checklist has no item ${JSON.stringify(missing)}`, `It has: ${items.map((i) => i.item).join('; ')}`)
  return items.map((i) => (ticked.some((text) => same(i.item, text)) ? { ...i, done: true } : i))
}

/** The text of a file of at most a megabyte. */
export function readChecklistFile(path: string): string {
  if (statSync(path).size > largest) throw new Error('it is too large')
  return readFileSync(path, 'utf8')
}

/** Whether on-call was told, as far as the checklist has an item about it. */
export function onCallTold(checklist: Checklist | undefined): boolean | undefined {
  const items = checklist?.filter((i) => /\bon-?\s?call\b/i.test(i.item)) ?? []
  return items.length === 0 ? undefined : items.every((i) => i.done)
}

function ofFile(path: string, read: (path: string) => string, fault: Fault): Checklist {
  let text: string
  try {
    text = read(path)
  } catch (error) {
    throw fault([], `cannot read the checklist ${path}: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`)
  }
  const items = markdownItems(text)
  if (items.length === 0) throw fault([], `the checklist ${path} has no task boxes`, 'Write items as `- [ ] On-call told`.')
  return items
}

/** The task boxes of a document, but for those of sections about what comes during or after the deployment. */
export function markdownItems(text: string): Checklist {
  const out: { item: string; done: boolean }[] = []
  let fenced: string | undefined
  let later: number | undefined
  for (const line of text.split(/\r?\n/)) {
    const fence = /^\s*(`{3,}|~{3,})/.exec(line)?.[1]
    if (fence !== undefined && (fenced === undefined || (fence.startsWith(fenced) && line.trim() === fence))) fenced = fenced === undefined ? fence : undefined
    if (fenced !== undefined) continue
    const heading = /^(#{1,6})\s+(.*)$/.exec(line)
    if (heading !== null) {
      const level = heading[1]!.length
      if (later === undefined || level <= later) later = /\b(during|after|post)\b/i.test(heading[2]!) ? level : undefined
    }
    const found = later === undefined ? box.exec(line) : null
    if (found !== null) out.push({ item: found[2]!, done: found[1] !== ' ' })
  }
  return out
}

function ofList(raw: unknown, fault: Fault): Checklist {
  if (!Array.isArray(raw)) throw fault([], 'checklist must be the path of a Markdown file, or a list of items')
  return raw.map((entry: unknown, i) => {
    if (typeof entry === 'string' && entry.trim() !== '') {
      const found = box.exec(entry)
      return found === null ? { item: entry.trim(), done: false } : { item: found[2]!, done: found[1] !== ' ' }
    }
    const { item, done = false, ...rest } = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>
    if (typeof item !== 'string' || item.trim() === '' || typeof done !== 'boolean' || Object.keys(rest).length > 0) throw fault([i], 'an item of the checklist is a text, or { item: TEXT, done: true }')
    return { item: item.trim(), done }
  })
}

const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase()
