import { emptyDependency, loadChart, type Dependency } from '../../chart/index.ts'
import { ociOptions } from '../fetch-file.ts'
import { isOci } from '../repo-url.ts'
import { loadOci } from '../seams.ts'
import { clashHint, type Candidate } from './clash-hint.ts'
import { constraintOf, failed, localFolder, versionOf, type DependencyRun } from './dependency-run.ts'

/**
 * An exact version for each dependency: the newest that satisfies its constraint. Upstream: Resolve in internal/resolver/resolver.go.
 * @param names the repository of each dependency, by its name
 * @throws PintleError chart.dependency with Helm's text; the hint says which constraints clash
 */
export async function resolveVersions(run: DependencyRun, names: ReadonlyMap<string, string>): Promise<Dependency[]> {
  const tags = tagLists(run)
  const locked: Dependency[] = []
  const missing: { dependency: Dependency; candidates: readonly Candidate[] }[] = []
  for (const dependency of run.wanted) {
    const { name, repository, version } = dependency
    const constraint = constraintOf(version, `dependency ${JSON.stringify(name)}`)
    const lock = (exact: string): void => void locked.push({ ...emptyDependency(), name, repository, version: exact })
    if (repository === '') {
      localFolder(`charts/${name}`, run.path)
      lock(version)
      continue
    }
    const candidates = await candidatesOf(run, dependency, names, tags)
    const found = candidates.find((c) => c.usable && constraint.check(versionOf(c.version)!))
    if (found !== undefined) lock(found.version)
    // The download says it, in Helm's words: there a range that no tag satisfies is locked as it is.
    else if (isOci(repository)) lock(version)
    else missing.push({ dependency, candidates })
  }
  if (missing.length === 0) return locked
  const list = missing.map(({ dependency: d }) => `${JSON.stringify(d.name)} (repository ${JSON.stringify(d.repository)}, version ${JSON.stringify(d.version)})`)
  throw failed(
    `can't get a valid version for ${missing.length} subchart(s): ${list.join(', ')}. Make sure a matching chart version exists in the repo, or change the version constraint in Chart.yaml`,
    missing.map(({ dependency, candidates }) => clashHint(dependency, candidates)).join('\n'),
  )
}

/** The versions there are of a dependency, newest first. */
async function candidatesOf(run: DependencyRun, { name, repository, version }: Dependency, names: ReadonlyMap<string, string>, tags: ReadonlyMap<string, Promise<string[] | Error>>): Promise<Candidate[]> {
  if (repository.startsWith('file://')) {
    const { metadata } = await loadChart(localFolder(repository, run.path), { fetchSchemas: false, ...(run.registry.signal === undefined ? {} : { signal: run.registry.signal }) })
    return [{ version: metadata.version, usable: versionOf(metadata.version) !== undefined }]
  }
  if (isOci(repository)) {
    if (versionOf(version) !== undefined) return [{ version, usable: true }]
    const list = await tags.get(`${repository}/${name}`)!
    if (list instanceof Error) throw failed(`could not retrieve list of tags for repository ${repository}: ${list.message}`)
    return list.map((tag) => ({ version: tag, usable: versionOf(tag) !== undefined }))
  }
  const source = names.get(name)!
  let index
  try {
    index = run.indexes.of(source)
  } catch (error) {
    throw failed(`no cached repository for ${source} found. (try 'helm repo update'): ${(error as Error).message}`)
  }
  const versions = index.versions(name)
  if (versions === undefined) throw failed(`${name} chart not found in repo ${repository}`)
  return versions.map((v) => ({ version: v.metadata.version, usable: v.urls.length > 0 && versionOf(v.metadata.version) !== undefined }))
}

/** Asks the registries for the tags of dependencies with ranges, all at once. */
function tagLists(run: DependencyRun): Map<string, Promise<string[] | Error>> {
  const lists = new Map<string, Promise<string[] | Error>>()
  for (const { name, repository, version } of run.wanted) {
    const reference = `${repository}/${name}`
    if (!isOci(repository) || versionOf(version) !== undefined || lists.has(reference)) continue
    const options = ociOptions(run.registry, run.fetch)
    lists.set(reference, loadOci().then((oci) => oci.ociTags(reference.replace(/^oci:\/\//, ''), options)).catch((error: Error) => error))
  }
  return lists
}
