import { readFileSync, writeFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { chartArchive, loadChartSync } from '../../src/charts/chart/index.ts'
import { parseConstraint, parseVersion } from '../../src/language/semver/index.ts'
import { toPlain, unmarshal } from '../../src/language/yaml/index.ts'
import { archiveOf, indexOf, type IndexedChart } from '../charts/chart-files.ts'
import { ChartServer } from '../charts/chart-server.ts'

export interface Wanted { readonly name: string; readonly version: string; readonly repository: string }

/** The dependencies a chart folder names. */
export function dependenciesOf(folder: string): Wanted[] {
  return ['Chart.yaml', 'requirements.yaml'].flatMap((file) => {
    const path = join(folder, file)
    const value = existsSync(path) ? (toPlain(unmarshal(readFileSync(path, 'utf8'))) as { dependencies?: Partial<Wanted>[] | null } | null) : null
    return (value?.dependencies ?? []).map((d) => ({ name: String(d.name ?? ''), version: String(d.version ?? ''), repository: String(d.repository ?? '') }))
  })
}

/**
 * Stands in for the repositories of public charts: what they offer are the real charts where their sources are at hand, and stubs of the right
 * names, in versions that make choosing one no matter of course.
 */
export class DependencyMirror {
  readonly server: ChartServer
  readonly #repositories = new Map<string, { path: string; charts: Map<string, Uint8Array> }>()
  readonly #sources: ReadonlyMap<string, readonly string[]>
  real = 0
  stubs = 0

  private constructor(server: ChartServer, sources: ReadonlyMap<string, readonly string[]>) {
    this.server = server
    this.#sources = sources
  }

  /** @param sources folders of charts by name */
  static async start(sources: ReadonlyMap<string, readonly string[]>): Promise<DependencyMirror> {
    return new DependencyMirror(await ChartServer.start(), sources)
  }

  /** Where a repository is to be found here. */
  url(repository: string): string {
    return this.server.url + this.#of(repository).path
  }

  offer({ name, version, repository }: Wanted): void {
    const { charts } = this.#of(repository)
    for (const [number, bytes] of this.#versions(name, version)) charts.set(`${name} ${number}`, bytes)
  }

  /** Serves what was offered so far. */
  publish(): void {
    for (const { path, charts } of this.#repositories.values()) {
      const list: IndexedChart[] = [...charts].map(([key, bytes]) => {
        const [name, version] = key.split(' ') as [string, string]
        this.server.files.set(`${path}/${name}-${version}.tgz`, bytes)
        return { name, version, bytes }
      })
      this.server.files.set(`${path}/index.yaml`, indexOf(list))
    }
  }

  #of(repository: string) {
    const key = repository.replace(/\/$/, '')
    const known = this.#repositories.get(key)
    if (known !== undefined) return known
    const made = { path: `/r${this.#repositories.size}`, charts: new Map<string, Uint8Array>() }
    this.#repositories.set(key, made)
    return made
  }

  *#versions(name: string, range: string): Generator<readonly [string, Uint8Array]> {
    const given = new Set<string>()
    for (const folder of this.#sources.get(name) ?? []) {
      try {
        const chart = loadChartSync(folder)
        const { version } = chart.metadata
        parseVersion(version)
        if (given.has(version)) continue
        given.add(version)
        this.real++
        yield [version, chartArchive(chart, { now: 0, epoch: Date.UTC(2020, 0, 1) }).bytes]
      } catch {
        // A chart that does not load is no candidate.
      }
    }
    for (const version of around(range)) {
      if (given.has(version)) continue
      given.add(version)
      this.stubs++
      yield [version, archiveOf(name, version)]
    }
  }

  close(): Promise<void> {
    return this.server.close()
  }
}

/** Versions in and about a range, pre-releases and builds among them. */
function around(range: string): string[] {
  const [major = 1, minor = 0, patch = 0] = (/\d+(?:\.\d+)*/.exec(range)?.[0] ?? '1').split('.').map(Number)
  const list = [
    `${major}.${minor}.${patch}`, `${major}.${minor}.${patch + 1}`, `${major}.${minor}.${patch + 10}`, `${major}.${minor + 1}.0`, `${major}.${minor + 10}.2`, `${major + 1}.0.0`,
    `${major}.${minor + 1}.1-rc.1`, `${major}.${minor}.${patch + 2}+build.3`, `${Math.max(0, major - 1)}.99.0`, `0.0.1`,
  ]
  if (!list.some((v) => satisfied(range, v))) list.push(...range.match(/\d+\.\d+\.\d+[\w.+-]*/g) ?? [])
  return [...new Set(list)]
}

function satisfied(range: string, version: string): boolean {
  try {
    return parseConstraint(range).check(parseVersion(version))
  } catch {
    return false
  }
}

/** Writes a chart's repositories anew. */
export function rewriteRepositories(folder: string, rewrite: (repository: string) => string): void {
  for (const file of ['Chart.yaml', 'requirements.yaml']) {
    const path = join(folder, file)
    if (!existsSync(path)) continue
    const text = readFileSync(path, 'utf8')
    const next = text.replace(/(\brepository:[ \t]*)(["']?)([^"'\s#,}]+)\2/g, (_, lead: string, mark: string, url: string) => `${lead}${mark}${rewrite(url)}${mark}`)
    if (next !== text) writeFileSync(path, next)
  }
}
