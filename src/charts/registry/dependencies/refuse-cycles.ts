import { realpathSync } from 'node:fs'
import { relative } from 'node:path'
import { loadChart } from '../../chart/index.ts'
import { failed, localFolder, type DependencyRun } from './dependency-run.ts'

/** Longest chain of folders that is followed. */
const maxDepth = 64

/**
 * Refuses charts whose folders (`file://`) depend on each other in a circle: each update would put a larger archive of the chart into itself, which is what Helm
 * does.
 * @throws PintleError chart.dependency that names the circle
 */
export async function refuseCycles(run: DependencyRun): Promise<void> {
  if (!run.wanted.some((d) => d.repository.startsWith('file://'))) return
  const done = new Set<string>()
  const visit = async (folder: string, way: readonly string[]): Promise<void> => {
    const real = realpathSync(folder)
    const at = way.indexOf(real)
    if (at >= 0) {
      const names = [...way.slice(at), real].map((path) => relative(realpathSync(run.path), path) || '.')
      throw failed(`cyclic dependencies: ${names.join(' -> ')}`, 'Move what they share into a chart of its own, on which both depend.')
    }
    if (done.has(real) || way.length >= maxDepth) return
    const chart = await loadChart(real, { fetchSchemas: false, lazyFiles: true, ...(run.registry.signal === undefined ? {} : { signal: run.registry.signal }) }).catch(() => undefined)
    for (const dependency of chart?.metadata.dependencies ?? []) {
      if (dependency?.repository.startsWith('file://') !== true) continue
      let next: string
      try {
        next = localFolder(dependency.repository, real)
      } catch {
        // Told when that chart itself is updated.
        continue
      }
      await visit(next, [...way, real])
    }
    done.add(real)
  }
  await visit(run.path, [])
}
