import { splitDocuments } from '../../charts/chart/index.ts'
import { isPintleError } from '../../errors/index.ts'
import { AllowComments } from './allow-comments.ts'
import type { Hit, SecretFinding, SecretPlace } from './finding.ts'
import { findHits, longestText } from './find-hits.ts'
import type { Reading } from './judge-named.ts'
import { scanScalar } from './scan-scalar.ts'
import { pathText, placeIn, yamlScalars, type YamlScalar } from './yaml-scalars.ts'

/** What a text holds. */
export interface Scan {
  readonly findings: readonly SecretFinding[]
  /** Secrets that may stand where they do, with the reason. Not to be shown. */
  readonly allowed: ReadonlyMap<string, string>
  /** What was not looked at, and why. */
  readonly notes: readonly string[]
}

export interface ScanTextOptions extends Reading {
  readonly where?: SecretPlace
  /** Its lines are nobody's: what a script gave. */
  readonly unplaced?: boolean
  /** false: of texts, credentials that have a form only. */
  readonly names?: boolean
}

/** Looks for secrets in a values file or another YAML or JSON document; what is no YAML is read as text. */
export function scanYaml(file: string, text: string, options: ScanTextOptions = {}): Scan {
  // Templates of values are no YAML, even where a reader takes their first line for some.
  if (text.length > longestText || /^\{\{/m.test(text)) return scanText(file, text, options)
  const collected = new Collected(file, text, options)
  try {
    for (const document of splitDocuments(text, file)) {
      // Definitions are large, and full of names.
      if (/^kind: CustomResourceDefinition\b/m.test(document.text)) continue
      const scalars = yamlScalars(document.text, document.line)
      for (const scalar of scalars) {
        // SOPS' own part of a file: wrapped keys, and what they are encrypted for.
        if (scalar.path[0] !== 'sops') collected.addScalar(scalar, scanScalar(scalar, options))
      }
      for (const key of new Set(scalars.flatMap((s) => s.path.filter((step) => typeof step === 'string' && step.length >= 20)))) collected.addText(findHits(String(key)), () => scalars.find((s) => s.path.includes(key))!.keyLine)
    }
  } catch (error) {
    if (!isPintleError(error) && !(error instanceof RangeError)) throw error
    return scanText(file, text, options)
  }
  collected.addComments()
  return collected.scan()
}

/** Looks for secrets in a text of any format: properties, ini, .env, scripts. */
export function scanText(file: string, text: string, options: ScanTextOptions = {}): Scan {
  const collected = new Collected(file, text, options)
  collected.addText(findHits(text, { ...options, names: options.names ?? true }), (offset) => collected.lineOf(offset))
  return collected.scan(text.length > longestText ? [`${file}: only the first ${longestText / 1024 / 1024} MiB were looked at`] : [])
}

/** Gathers the findings of one file. */
class Collected {
  readonly #file: string
  readonly #text: string
  readonly #options: ScanTextOptions
  readonly #allow: AllowComments
  readonly #findings: SecretFinding[] = []
  readonly #allowed = new Map<string, string>()
  #starts: number[] | undefined

  constructor(file: string, text: string, options: ScanTextOptions) {
    this.#file = file
    this.#text = text
    this.#options = options
    this.#allow = new AllowComments(text)
  }

  addScalar(scalar: YamlScalar, hits: readonly Hit[]): void {
    for (const hit of hits) this.#add(hit, placeIn(scalar, hit.start), [scalar.keyLine], pathText(scalar.path))
  }

  addText(hits: readonly Hit[], line: (offset: number) => number): void {
    for (const hit of hits) this.#add(hit, { line: line(hit.start), column: this.#columnOf(hit.start) }, [], '')
  }

  /** Credentials in comments are in Git as well; only those that have a form of their own, for comments name passwords all the time. */
  addComments(): void {
    if (!this.#text.includes('#')) return
    const comments = this.#text.replace(/^.*$/gm, (line) => {
      const at = line.search(/(?:^|\s)#/)
      return at < 0 ? ' '.repeat(line.length) : `${' '.repeat(at)}${line.slice(at)}`
    })
    const known = new Set(this.#findings.map((f) => f.line))
    // Where a comment shows how a password is written, everybody may know it: only what is certain counts.
    this.addText(findHits(comments, { defaults: true }).filter((h) => h.confidence === 'certain' && !known.has(this.lineOf(h.start))), (offset) => this.lineOf(offset))
  }

  lineOf(offset: number): number {
    const starts = this.#lines()
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return low + 1
  }

  scan(notes: readonly string[] = []): Scan {
    return { findings: this.#findings, allowed: this.#allowed, notes }
  }

  #columnOf(offset: number): number {
    return offset - this.#lines()[this.lineOf(offset) - 1]! + 1
  }

  #lines(): number[] {
    if (this.#starts === undefined) {
      this.#starts = [0]
      for (let at = this.#text.indexOf('\n'); at >= 0; at = this.#text.indexOf('\n', at + 1)) this.#starts.push(at + 1)
    }
    return this.#starts
  }

  #add(hit: Hit, place: { line: number; column: number }, lines: readonly number[], path: string): void {
    const { where = 'values', unplaced } = this.#options
    const allowed = this.#allow.reason([place.line, ...lines], hit.secret)
    if (allowed !== undefined) this.#allowed.set(hit.secret, allowed)
    this.#findings.push({
      rule: hit.rule, kind: 'plaintext-secret', where, file: this.#file, ...(unplaced === true ? { line: 1, column: 1 } : place), path, reason: hit.reason, confidence: hit.confidence,
      ...(allowed === undefined ? {} : { allowed }),
    })
  }
}
