import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync, appendFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { canonicalJson, sha256 } from '../attestation/index.ts'
import type { Kept } from './make-record.ts'
import type { ReleaseRecord } from './record.ts'

/** One line of the chain. */
export interface StoredRecord {
  readonly sequence: number
  readonly id: string
  /** Folder of the evidence, relative to the store. */
  readonly folder: string
  /** Digest of record.json. */
  readonly digest: string
  /** Hash of the line before, or of nothing. */
  readonly previous: string
  readonly hash: string
}

export interface ChainProblem {
  readonly sequence: number
  readonly problem: string
}

/**
 * A folder of evidence: one sub-folder a release, and `chain.jsonl`, in which each line holds the hash of the one before it,
 * so that a record that was changed, removed or slipped in is noticed.
 */
export class EvidenceStore {
  readonly root: string
  constructor(root: string) {
    this.root = root
  }

  /** Writes the folder completely before the chain names it. Returns the folder's absolute path. */
  add({ record, files }: Kept, note: (r: ReleaseRecord) => string): string {
    const folder = record.id
    const target = join(this.root, folder)
    const staging = join(this.root, `.${folder}.tmp`)
    mkdirSync(staging, { recursive: true, mode: 0o700 })
    for (const [name, text] of Object.entries(files)) writeFileSync(join(staging, name), text, { mode: 0o600 })
    const text = `${JSON.stringify(record, undefined, 2)}\n`
    writeFileSync(join(staging, 'record.json'), text, { mode: 0o600 })
    writeFileSync(join(staging, 'note.md'), note(record), { mode: 0o600 })
    renameSync(staging, target)
    const last = this.list().at(-1)
    const line = { sequence: (last?.sequence ?? 0) + 1, id: record.id, folder, digest: sha256(text), previous: last?.hash ?? '' }
    appendFileSync(join(this.root, 'chain.jsonl'), `${JSON.stringify({ ...line, hash: sha256(canonicalJson(line)) })}\n`, { mode: 0o600 })
    return target
  }

  list(): StoredRecord[] {
    const path = join(this.root, 'chain.jsonl')
    if (!existsSync(path)) return []
    return readFileSync(path, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as StoredRecord)
  }

  read(id: string): ReleaseRecord {
    return JSON.parse(readFileSync(join(this.root, id, 'record.json'), 'utf8')) as ReleaseRecord
  }

  /** Recomputes every hash: of the chain, of the records and of their files. */
  verify(): ChainProblem[] {
    const problems: ChainProblem[] = []
    let previous = ''
    const named = new Set<string>()
    for (const [i, line] of this.list().entries()) {
      const report = (problem: string) => problems.push({ sequence: line.sequence, problem })
      const { hash, ...rest } = line
      if (line.sequence !== i + 1) report(`expected sequence ${i + 1}`)
      if (line.previous !== previous) report('does not follow the line before it')
      if (sha256(canonicalJson(rest)) !== hash) report('the line was changed')
      previous = hash
      named.add(line.folder)
      const path = join(this.root, line.folder, 'record.json')
      if (!existsSync(path)) {
        report(`${line.folder}/record.json is missing`)
        continue
      }
      const text = readFileSync(path, 'utf8')
      if (sha256(text) !== line.digest) {
        report(`${line.folder}/record.json was changed`)
        continue
      }
      for (const [name, digest] of Object.entries((JSON.parse(text) as ReleaseRecord).files)) {
        const file = join(this.root, line.folder, name)
        if (!existsSync(file)) report(`${line.folder}/${name} is missing`)
        else if (sha256(readFileSync(file)) !== digest) report(`${line.folder}/${name} was changed`)
      }
    }
    if (existsSync(this.root)) {
      for (const entry of readdirSync(this.root, { withFileTypes: true })) {
        if (entry.isDirectory() && !entry.name.startsWith('.') && !named.has(entry.name)) problems.push({ sequence: 0, problem: `${entry.name} is in no line of the chain` })
      }
    }
    return problems
  }
}
