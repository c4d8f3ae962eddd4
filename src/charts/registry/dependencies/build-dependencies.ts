import { isOci, urlsEqual } from '../repo-url.ts'
import { failed, type DependencyOptions, type DependencyRun } from './dependency-run.ts'
import { downloadAll } from './download-all.ts'
import { helm2Digest, lockDigest } from './lock-digest.ts'
import { refuseCycles } from './refuse-cycles.ts'
import { refreshManaged, resolveRepositories } from './resolve-repositories.ts'
import { startRun, updateDependencies } from './update-dependencies.ts'

/**
 * Brings charts/ to what the lock of a chart folder says; without a lock this is an update. Upstream: Build in pkg/downloader/manager.go.
 * @throws PintleError chart.dependency when the lock is out of step or a repository was not added; what an update throws
 */
export async function buildDependencies(path: string, options: DependencyOptions): Promise<void> {
  const run = await startRun(path, options)
  const { lock, metadata: { apiVersion } } = run.chart
  if (lock === undefined) return updateDependencies(path, options)
  // Before aliases are replaced: Helm 2 hashed what was written (helm/helm#7619).
  const helm2 = apiVersion === 'v1' ? helm2Digest(run.wanted) : undefined
  await refuseCycles(run)
  resolveRepositories(run)
  const locked = lock.dependencies.flatMap((d) => (d === null ? [] : [{ ...d }]))
  if (lockDigest(run.wanted, locked) !== lock.digest) {
    if (helm2 === undefined) throw failed("the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). Please update the dependencies with 'helm dependency update'")
    run.registry.log?.({ level: 'warn', message: 'a valid Helm v3 hash was not found. Checking against Helm v2 hash...' })
    if (helm2 !== lock.digest) throw failed('the lock file (requirements.lock) is out of sync with the dependencies file (requirements.yaml). Please update the dependencies')
  }
  requireRepositories(run, locked)
  await refreshManaged(run)
  await downloadAll(run, locked)
}

/** Upstream: hasAllRepos. */
function requireRepositories(run: DependencyRun, locked: readonly { readonly repository: string }[]): void {
  const missing = locked.map((d) => d.repository).filter((repository) =>
    repository !== '' && !repository.startsWith('file://') && !isOci(repository) && !run.repositories.some((r) => urlsEqual(r.url, repository.replace(/\/$/, ''))))
  if (missing.length > 0) throw failed(`no repository definition for ${missing.join(', ')}. Please add the missing repos via 'helm repo add'`)
}
