import { atLeast, type Hit } from './finding.ts'
import { findPairs } from './find-pairs.ts'
import { cloudForms } from './forms/cloud.ts'
import { connectionForms } from './forms/connections.ts'
import { developmentForms } from './forms/development.ts'
import type { Form } from './forms/form.ts'
import { keyForms } from './forms/keys.ts'
import { serviceForms } from './forms/services.ts'
import { judgeNamed, type Reading } from './judge-named.ts'
import { isPlaceholder } from './literal-value.ts'
import { wrappedTexts } from './wrapped.ts'

/** Every form that is known, the more telling first. */
export const forms: readonly Form[] = [...keyForms, ...cloudForms, ...developmentForms, ...serviceForms, ...connectionForms]

/** Characters of one text that are looked at; who cuts says so. */
export const longestText = 4 * 1024 * 1024

export interface FindOptions extends Reading {
  /** Names with literal values count, too: not in prose. */
  readonly names?: boolean
}

/** The secrets of a text, by form and by name, in base64 and hexadecimal too; overlapping ones once. */
export function findHits(text: string, options: FindOptions = {}): Hit[] {
  return apart(search(text.length > longestText ? text.slice(0, longestText) : text, options, 2))
}

function search(text: string, options: FindOptions, depth: number): Hit[] {
  const hits = byForm(text, options)
  if (options.names === true) {
    for (const { name, value, start, comment } of findPairs(text)) {
      const named = judgeNamed(name, value, { ...options, text: true })
      if (named === undefined) continue
      hits.push({ rule: `name/${named.name.id}`, reason: `a literal under the name of ${named.name.what}`, confidence: comment ? 'possible' : named.confidence, start, end: start + value.length, secret: value })
    }
  }
  if (depth > 0) {
    for (const { text: inner, start, end } of wrappedTexts(text)) {
      // What stands in there is told where the wrapping stands.
      for (const hit of search(inner, options, depth - 1)) hits.push({ ...hit, reason: hit.reason.endsWith(wrappedNote) ? hit.reason : `${hit.reason}${wrappedNote}`, start, end, secret: text.slice(start, end) })
    }
  }
  return hits
}

const wrappedNote = ' (encoded)'

function byForm(text: string, { defaults }: FindOptions): Hit[] {
  const hits: Hit[] = []
  let lower: string | undefined
  for (const { id, name, anchors, pattern, judge } of forms) {
    lower ??= text.toLowerCase()
    if (!anchors.some((anchor) => lower!.includes(anchor))) continue
    for (const match of text.matchAll(pattern)) {
      const secret = match.groups?.secret ?? match[0]
      const judged = judge === undefined ? 'certain' : judge(secret, match)
      if (judged === undefined || (judged !== 'possible' && secret.length < 200 && isPlaceholder(secret))) continue
      // Everybody knows what a chart ships by default; in somebody's own values it is a password in use.
      const confidence = judged === 'possible' && defaults !== true ? 'likely' : judged
      const start = match.groups?.secret === undefined ? match.index : match.index + match[0].lastIndexOf(secret)
      hits.push({ rule: `form/${id}`, reason: `the value looks like ${name}`, confidence, start, end: start + secret.length, secret })
    }
  }
  return hits
}

/** Of hits that overlap, the surest, then the longest. */
function apart(hits: Hit[]): Hit[] {
  const kept: Hit[] = []
  for (const hit of hits.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = kept.at(-1)
    if (last === undefined || hit.start >= last.end) kept.push(hit)
    else if (!atLeast(last.confidence, hit.confidence)) kept[kept.length - 1] = hit
  }
  return kept
}
