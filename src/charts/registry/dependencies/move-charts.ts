import { readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { loadChart, type Dependency } from '../../chart/index.ts'
import type { DependencyRun } from './dependency-run.ts'

/**
 * Moves the archives of a folder into charts/, and deletes archives there that are none of them and no dependency without a repository.
 * Upstream: safeMoveDeps in pkg/downloader/manager.go.
 */
export async function moveCharts(run: DependencyRun, locked: readonly Dependency[], from: string, charts: string): Promise<void> {
  const { say } = run.registry
  const before = readdirSync(charts, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  const own = new Set(locked.flatMap((d) => (d.repository === '' ? [d.name] : [])))
  const moved = new Set<string>()
  const loading = { fetchSchemas: false, ...(run.registry.signal === undefined ? {} : { signal: run.registry.signal }) }
  // Helm does not end these lines.
  let unended = ''
  for (const name of readdirSync(from).sort()) {
    const path = join(from, name)
    moved.add(name)
    try {
      await loadChart(path, loading)
    } catch (error) {
      run.registry.signal?.throwIfAborted()
      unended += `Could not verify ${path} for moving: ${(error as Error).message} (Skipping)`
      continue
    }
    renameSync(path, join(charts, name))
  }
  say(`${unended}Deleting outdated charts`)
  for (const entry of before) {
    if (entry.isDirectory() || moved.has(entry.name)) continue
    const file = join(charts, entry.name)
    let name: string
    try {
      ({ name } = await loadChart(file, loading))
    } catch (error) {
      run.registry.signal?.throwIfAborted()
      say(`Could not verify ${file} for deletion: ${(error as Error).message} (Skipping)`)
      continue
    }
    if (!own.has(name)) rmSync(file, { force: true })
  }
}
