import type { Log, LogRecord } from '../chart/index.ts'
import { isHead, pickVersion, readHead, readIndex, readVersions, versionsOf, type ChartVersion, type IndexFile } from './index-file.ts'
import { indexOutline, type IndexOutline } from './index-outline.ts'
import { jsonIndex, scanRecord, type JsonIndex } from './json-index.ts'
import { scanVersions, type ScannedVersion } from './scan-versions.ts'

/**
 * An index of which only what is asked for is read: of 50,000 versions the hundred of one chart. What Helm complains of elsewhere in the index is told when
 * the index is fetched, by `check`.
 */
export class RepositoryIndex {
  readonly #text: string
  readonly #source: string
  readonly #log: Log | undefined
  readonly #outline: IndexOutline | undefined
  readonly #json: JsonIndex | undefined
  readonly #read = new Map<string, ChartVersion[]>()
  #whole: IndexFile | undefined

  /**
   * @param source what the log calls it
   * @throws PintleError repo.index, with Helm's text
   */
  constructor(text: string, source: string, log?: Log) {
    this.#text = text
    this.#source = source
    this.#log = log
    this.#json = jsonIndex(text)
    this.#outline = this.#json === undefined ? indexOutline(text) : undefined
    if (this.#json === undefined ? this.#outline === undefined || !readHead(this.#outline.head) : !isHead(this.#json.head)) this.#all()
  }

  get names(): string[] {
    if (this.#whole !== undefined) return [...this.#whole.entries.keys()]
    return this.#json === undefined ? this.#outline!.sections.map((s) => s.name) : Object.keys(this.#json.entries)
  }

  /** The versions of a chart, newest first; undefined when there is no such chart. */
  versions(name: string): readonly ChartVersion[] | undefined {
    if (this.#whole !== undefined) return this.#whole.entries.get(name)
    const known = this.#read.get(name)
    if (known !== undefined) return known
    const part = this.#parts().find((p) => p.name === name)
    if (part === undefined) return undefined
    const versions = part.read(this.#log)
    if (versions === undefined) return this.#all().entries.get(name)
    this.#read.set(name, versions)
    return versions
  }

  /** @throws Error with Helm's text */
  get(name: string, version: string): ChartVersion {
    return pickVersion(this.versions(name), name, version, this.#log)
  }

  /** Reads all of it once, and keeps nothing. @throws PintleError repo.index */
  check(): void {
    if (this.#whole !== undefined) return
    const told: LogRecord[] = []
    for (const part of this.#parts()) {
      if (part.read((record) => told.push(record)) === undefined) {
        // It logs all of it once more.
        this.#all()
        return
      }
    }
    for (const record of told) this.#log?.(record)
  }

  /** What a search needs of every version. */
  *scan(): Generator<{ key: string; versions: readonly ScannedVersion[] }> {
    if (this.#whole === undefined) {
      for (const part of this.#parts()) {
        const found = part.scan()
        if (found === undefined) {
          this.#all()
          break
        }
        yield { key: part.name, versions: found }
      }
      if (this.#whole === undefined) return
    }
    // Perhaps for the second time: who scans takes the later of two.
    for (const [key, versions] of this.#all().entries) yield { key, versions: versions.map(scannedOf) }
  }

  /** Whether a text stands anywhere in it: a quick no. */
  mentions(text: string): boolean {
    return this.#text.includes(text)
  }

  /** The charts, each to be read by itself. */
  #parts(): Part[] {
    const source = this.#source
    if (this.#json !== undefined) {
      return Object.entries(this.#json.entries).map(([name, list]) => ({
        name,
        read: (log) => versionsOf(list, name, source, log),
        scan: () => this.#scan(Array.isArray(list) ? list : undefined, (item) => scanRecord(item), (item) => versionsOf([item], name, source, this.#log)),
      }))
    }
    return this.#outline!.sections.map(({ name, start, end }) => ({
      name,
      read: (log) => readVersions(this.#text.slice(start, end), name, source, log),
      scan: () => {
        let broken = false
        const found = scanVersions(this.#text.slice(start, end), (item) => {
          const versions = readVersions(item, name, source, this.#log)
          if (versions === undefined) broken = true
          return versions?.[0] && scannedOf(versions[0])
        })
        return broken ? undefined : found
      },
    }))
  }

  #scan(list: readonly unknown[] | undefined, quick: (item: unknown) => ScannedVersion | undefined, slow: (item: unknown) => ChartVersion[] | undefined): readonly ScannedVersion[] | undefined {
    const out: ScannedVersion[] = []
    for (const item of list ?? []) {
      const scanned = quick(item)
      if (scanned !== undefined) out.push(scanned)
      else {
        const versions = slow(item)
        if (versions === undefined) return undefined
        out.push(...versions.map(scannedOf))
      }
    }
    return list === undefined ? undefined : out
  }

  #all(): IndexFile {
    return (this.#whole ??= readIndex(this.#text, this.#source, this.#log))
  }
}

/** One chart of an index. Both give undefined for what cannot be read by itself. */
interface Part {
  readonly name: string
  read(log: Log | undefined): ChartVersion[] | undefined
  scan(): readonly ScannedVersion[] | undefined
}

const scannedOf = ({ metadata: { name, version, appVersion, description, keywords } }: ChartVersion): ScannedVersion => ({ name, version, appVersion, description, keywords })
