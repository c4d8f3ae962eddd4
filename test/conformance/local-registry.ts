import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chartArchive, loadChartSync } from '../../src/charts/chart/index.ts'
import { ensureTool } from '../../scripts/tools/index.ts'
import { archiveOf } from '../charts/chart-files.ts'
import { RegistryServer } from '../charts/registry-server.ts'
import { CliPair } from '../cluster/cli-pair.ts'
import type { Wanted } from './dependency-mirror.ts'

/** A real `distribution` registry without TLS, for the charts a test offers, which the real Helm pushes. */
export class LocalRegistry {
  real = 0
  stubs = 0
  readonly #server: RegistryServer
  readonly #pair: CliPair
  readonly #folder = mkdtempSync(join(tmpdir(), 'pintle-push-'))
  readonly #pushed = new Set<string>()

  private constructor(server: RegistryServer, helm: string) {
    this.#server = server
    this.#pair = new CliPair(helm)
  }

  static async start(): Promise<LocalRegistry> {
    const [registry, helm] = [await ensureTool('registry'), await ensureTool('helm')]
    if (registry === undefined || helm === undefined) throw new Error('the registry needs Go to be built')
    return new LocalRegistry(await RegistryServer.start(registry), helm)
  }

  /** Where a repository of the outside is to be found here. */
  url(repository: string): string {
    return repository.replace(/^oci:\/\/[^/]+/, `oci://${this.#server.host}`)
  }

  /** Pushes a chart in versions in and about a range. */
  async offer({ name, version, repository }: Wanted, sources: ReadonlyMap<string, readonly string[]>): Promise<void> {
    const target = this.url(repository)
    for (const [number, bytes, real] of versions(name, version, sources)) {
      const key = `${target}/${name}:${number}`
      if (this.#pushed.has(key)) continue
      this.#pushed.add(key)
      this[real ? 'real' : 'stubs']++
      const file = join(this.#folder, `${name}-${number}.tgz`)
      writeFileSync(file, bytes)
      const { code, err } = await this.#pair.helm(['push', file, target, '--plain-http'], { cwd: this.#folder })
      if (code !== 0) throw new Error(err)
      rmSync(file)
    }
  }

  async close(): Promise<void> {
    await this.#server.stop()
    this.#pair.remove()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function* versions(name: string, range: string, sources: ReadonlyMap<string, readonly string[]>): Generator<readonly [string, Uint8Array, boolean]> {
  const given = new Set<string>()
  for (const path of sources.get(name) ?? []) {
    const chart = loadChartSync(path)
    if (given.has(chart.metadata.version)) continue
    given.add(chart.metadata.version)
    yield [chart.metadata.version, chartArchive(chart, { now: 0, epoch: Date.UTC(2020, 0, 1) }).bytes, true]
  }
  const [major = 1, minor = 0] = (/\d+(?:\.\d+)*/.exec(range)?.[0] ?? '1').split('.').map(Number)
  for (const version of [`${major}.${minor}.1`, `${major}.${minor + 3}.0+build.1`, `${major + 1}.0.0`]) if (!given.has(version)) yield [version, archiveOf(name, version), false]
}
