import { sha256 } from '../attestation/index.ts'
import type { Addendum, ReleaseRecord } from './record.ts'

/** What a record is made from: all of it but what is derived. */
export type RecordFacts = Omit<ReleaseRecord, 'schema' | 'id' | 'files'>

/** A record with the files that belong to it, ready for a store. */
export interface Kept {
  readonly record: ReleaseRecord
  readonly files: Readonly<Record<string, string>>
  /** Names of exact files that are not kept, because they repeat a secret. */
  readonly leftOut: readonly string[]
}

/** A file that a digest or signature is over: it is kept to the byte, or not at all. */
export interface ExactFile {
  readonly text: string
  /** What it says, where its text is an encoding of it. */
  readonly says?: string
}

/**
 * The record of a release, from its facts: names it, takes secrets out of every text, adds the digests of its files. Pure but for the id's random tail.
 *
 * @param facts members that are not known are left out: they are then "not recorded"
 * @param files texts to keep with it, by name: manifests, diff, logs, raw answers of gates
 * @param clean takes secret values out of a text: `secretCleaner` over the manifests. It is put over every text of facts and files
 * @param exact files that cannot be cleaned: whoever made them kept secrets out, and one that holds a secret all the same is left out
 */
export function makeRecord(facts: RecordFacts, files: Readonly<Record<string, string>>, clean: (text: string) => string, exact: Readonly<Record<string, ExactFile>> = {}): Kept {
  const cleaned = cleanAll(facts, clean) as RecordFacts
  const isClean = ({ text, says = '' }: ExactFile): boolean => clean(text) === text && clean(says) === says
  const sound = Object.entries(exact).filter(([, file]) => isClean(file)).map(([name, { text }]) => [name, text] as const)
  const kept = Object.fromEntries([...Object.entries(files).map(([name, text]) => [name, clean(text)] as const), ...sound])
  const digests = Object.fromEntries(Object.entries(kept).map(([name, text]) => [name, sha256(text)]))
  return { record: { schema: 'pintle.dev/release-record/v2', id: `${stamp(new Date(facts.started))}-${facts.service}-${facts.revision.after}`, ...cleaned, files: digests }, files: kept, leftOut: Object.keys(exact).filter((name) => !Object.hasOwn(kept, name)) }
}

/** An addendum to the record of that id. */
export function makeAddendum(facts: Omit<Addendum, 'schema' | 'id'>, clean: (text: string) => string = (text) => text): Addendum {
  return { schema: 'pintle.dev/record-addendum/v1', id: `${stamp(new Date(facts.at))}-addendum`, ...(cleanAll(facts, clean) as typeof facts) }
}

/** 20261121T070102Z-1a2b3c4d: sorts by time; the random tail keeps two runs of one second apart. */
function stamp(at: Date): string {
  const tail = Math.floor(Math.random() * 0x1_0000_0000).toString(16).padStart(8, '0')
  return `${at.toISOString().replace(/[-:]|\.\d+/g, '')}-${tail}`
}

/** Members that name things: a secret that happens to be an ordinary word (`mysql`) must not change what a record is about. All else is cleaned. */
const names = new Set([
  'target', 'tool', 'chart', 'dependencies', 'values', 'images', 'imageDigests', 'plan', 'revision', 'revisions', 'git', 'service', 'environment', 'operator', 'author', 'by', 'started', 'ended', 'at', 'expires',
  'outcome', 'operation', 'strategy', 'verdict', 'decision', 'status', 'severity', 'kind', 'event', 'how', 'digest', 'rule', 'pack', 'about', 'schema', 'id',
])

/** Every text below a value but those of names, cleaned. */
function cleanAll(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === 'string') return clean(value).replaceAll(/:\/\/[^\s/@]{1,512}@/g, '://***@')
  if (Array.isArray(value)) return value.map((v) => cleanAll(v, clean))
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined).map(([k, v]) => [k, names.has(k) ? v : cleanAll(v, clean)]))
  return value
}
