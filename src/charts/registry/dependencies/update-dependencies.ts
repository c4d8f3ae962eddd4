import { lstatSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { lockText, type Dependency } from '../../chart/index.ts'
import { noRepositories, readRepositories } from '../repositories.ts'
import { writeAtomic } from '../write-atomic.ts'
import { failed, Indexes, loadChartFolder, type DependencyOptions, type DependencyRun } from './dependency-run.ts'
import { downloadAll } from './download-all.ts'
import { lockDigest } from './lock-digest.ts'
import { refuseCycles } from './refuse-cycles.ts'
import { ensureUnmanaged, refreshManaged, resolveRepositories } from './resolve-repositories.ts'
import { resolveVersions } from './resolve-versions.ts'

/**
 * Brings charts/ and the lock of a chart folder in line with the dependencies of its Chart.yaml: refreshes the indexes of repositories, chooses
 * versions, fetches archives, deletes outdated ones, writes the lock. Upstream: Update in pkg/downloader/manager.go.
 * @throws PintleError chart.dependency, repo.*, http.*, chart.digest, chart.signature with Helm's text; charts/ and the lock are as they were
 */
export async function updateDependencies(path: string, options: DependencyOptions): Promise<void> {
  const run = await startRun(path, options)
  if (run.chart.metadata.dependencies === null) return
  await refuseCycles(run)
  const names = resolveRepositories(run)
  await ensureUnmanaged(run, names)
  await refreshManaged(run)
  const locked = await resolveVersions(run, names)
  await downloadAll(run, locked)
  const digest = lockDigest(run.wanted, locked)
  if (run.chart.lock?.digest !== digest) writeLock(run, locked, digest)
}

/** Loads the chart and what every run needs. */
export async function startRun(path: string, options: DependencyOptions): Promise<DependencyRun> {
  const chart = await loadChartFolder(path, options.registry.signal)
  const { repositories } = readRepositories(options.registry.paths.repositoryConfig) ?? noRepositories
  return { ...options, path, chart, wanted: (chart.metadata.dependencies ?? []).flatMap((d) => (d === null ? [] : [{ ...d }])), repositories, indexes: new Indexes(options.registry) }
}

/** Upstream: writeLock. */
function writeLock({ path, chart }: DependencyRun, locked: readonly Dependency[], digest: string): void {
  const name = chart.metadata.apiVersion === 'v1' ? 'requirements.lock' : 'Chart.lock'
  const file = join(path, name)
  if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) throw failed(`the ${name} file is a symlink to ${JSON.stringify(readlinkSync(file))}`)
  writeAtomic(file, lockText({ dependencies: [...locked], digest, generated: new Date().toISOString() }))
}
