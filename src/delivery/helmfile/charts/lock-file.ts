import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, isAbsolute, join, resolve } from 'node:path'
import { PintleError } from '../../../errors/index.ts'
import { compareStrings, type Value } from '../../../language/go/index.ts'
import { isVersion, parseConstraint, parseVersion } from '../../../language/semver/index.ts'
import { unmarshalV3 } from '../../../language/yaml/index.ts'
import type { LoadedState } from '../loaded-state.ts'
import type { ReleaseSpec } from '../spec.ts'
import { remoteChart } from './chart-reference.ts'
import type { HelmRunner } from './helm-runner.ts'
import { yamlText } from './release-values.ts'

/** The version that is written into lock files. */
const helmfileVersion = '1.8.0'

/** A chart of a repository of the state, as the lock knows it. */
interface Wanted {
  readonly release: ReleaseSpec
  readonly name: string
  readonly repository: string
  /** Its path in the repository, the name that old lock files have of charts of registries. */
  readonly path: string
  readonly alias: string
}

interface Locked {
  readonly name: string
  readonly repository: string
  readonly version: string
}

/**
 * Gives releases the versions that the lock file holds, where there is one.
 * Source: mergeLockedDependencies in pkg/state/chart_dependency.go.
 * @throws PintleError chart.dependency for a chart that the lock file does not know in a version that fits
 */
export function applyLock(state: LoadedState, releases: readonly ReleaseSpec[]): void {
  const wanted = wantedCharts(state, releases)
  if (wanted.length === 0) return
  const path = lockPath(state)
  if (!existsSync(path)) return
  let locked: Locked[]
  try {
    locked = readLock(path)
  } catch (error) {
    throw new PintleError('chart.dependency', `unable to resolve ${new Set(wanted.map((one) => one.name)).size} deps: ${(error as Error).message}`, { cause: error, place: { file: path } })
  }
  for (const one of wanted) one.release.version = versionFor(one, locked)
}

/**
 * Chooses versions for the charts of all releases, as `helm dependency update` of a chart that has them all as dependencies, and writes the lock file.
 * Source: updateDependenciesInTempDir.
 */
export async function writeLock(state: LoadedState, releases: readonly ReleaseSpec[], helm: HelmRunner): Promise<void> {
  const wanted = wantedCharts(state, releases)
  if (wanted.length === 0) {
    helm.log('warn', 'There are no repositories defined in your helmfile.yaml.\nThis means helmfile cannot update your dependencies or create a lock file.\nSee https://github.com/roboll/helmfile/issues/878 for more information.')
    return
  }
  const path = lockPath(state)
  const folder = await mkdtemp(join(tmpdir(), 'helmfile-deps-'))
  try {
    const dependencies = wanted.map((one) => [
      `  - name: ${scalar(one.name)}`, `    repository: ${scalar(one.repository)}`, `    version: ${scalar(one.release.version || '*')}`, `    alias: ${scalar(one.alias)}`,
    ].join('\n'))
    writeFileSync(join(folder, 'Chart.yaml'), `name: ${stateName(state)}\nversion: 1.0.0\napiVersion: v2\ndependencies:\n${dependencies.join('\n')}\n`)
    if (existsSync(path)) writeFileSync(join(folder, 'Chart.lock'), readFileSync(path))
    await helm.updateDependencies(folder)
    writeFileSync(path, lockText(readFileSync(join(folder, 'Chart.lock'), 'utf8')))
    const locked = readLock(path)
    for (const one of wanted) versionFor(one, locked)
  } catch (error) {
    throw new PintleError('chart.dependency', `unable to update ${new Set(wanted.map((one) => one.name)).size} deps: ${(error as Error).message}`, { cause: error })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Helm's Chart.lock as helmfile writes it: sorted by name, each once. */
export function lockText(chartLock: string): string {
  const document = unmarshalV3(chartLock)
  const text = (key: string): string => (document instanceof Map && document.get(key) !== undefined && document.get(key) !== null ? asText(document.get(key)!) : '')
  const all = entriesOf(document).sort((a, b) => compareStrings(a.name, b.name))
  const once = [...new Map(all.map((one) => [`${one.name}|${one.repository}|${one.version}`, one])).values()]
  const lines = once.map((one) => `  - name: ${scalar(one.name)}\n    repository: ${scalar(one.repository)}\n    version: ${scalar(one.version)}\n`)
  return `version: ${helmfileVersion}\ndependencies:${lines.length === 0 ? ' []\n' : `\n${lines.join('')}`}digest: ${scalar(text('digest'))}\ngenerated: ${scalar(text('generated'))}\n`
}

const scalar = (text: string): string => yamlText(text).trimEnd()

const asText = (value: Value): string => (typeof value === 'string' ? value : String((value as { text?: () => string }).text?.() ?? value))

function readLock(path: string): Locked[] {
  const document = unmarshalV3(readFileSync(path, 'utf8'))
  const version = document instanceof Map ? document.get('version') : undefined
  if (typeof version === 'string' && version !== '' && !isVersion(version)) throw new Error('invalid semantic version')
  return entriesOf(document)
}

function entriesOf(document: Value): Locked[] {
  const list = document instanceof Map ? document.get('dependencies') : undefined
  if (!Array.isArray(list)) return []
  return list.filter((one) => one instanceof Map).map((one) => {
    const text = (key: string): string => (one.get(key) === undefined || one.get(key) === null ? '' : asText(one.get(key)!))
    return { name: text('name'), repository: text('repository'), version: text('version') }
  })
}

function versionFor({ name, path, release }: Wanted, locked: readonly Locked[]): string {
  const constraint = parseConstraint(release.version || '*')
  const found = [name, path].flatMap((key) => locked.filter((one) => one.name === key)).find((one) => constraint.check(parseVersion(one.version)))
  if (found === undefined) throw new PintleError('chart.dependency', `no resolved dependency found for ${JSON.stringify(name)}, running "helmfile deps" may resolve the issue`)
  return found.version
}

/** Charts whose repository the state names; a folder `a/b` is none. Source: getUnresolvedDependenciess. */
function wantedCharts({ spec }: LoadedState, releases: readonly ReleaseSpec[]): Wanted[] {
  const wanted: Wanted[] = []
  for (const release of releases) {
    const reference = remoteChart(release.chart)
    // Of several repositories of one name the last counts.
    const repository = reference && spec.repositories.findLast((r) => r.name === reference.repository)
    if (reference === undefined || repository === undefined) continue
    const slash = reference.chart.lastIndexOf('/')
    const base = `oci://${repository.url}`
    wanted.push({
      release, path: reference.chart, alias: `${release.namespace}-${release.name}`, name: repository.oci ? reference.chart.slice(slash + 1) : reference.chart,
      repository: !repository.oci ? repository.url : slash < 0 ? base : `${base.replace(/\/$/, '')}/${reference.chart.slice(0, slash)}`,
    })
  }
  return wanted
}

/** `helmfile.lock` beside the state, or lockFilePath. */
function lockPath(state: LoadedState): string {
  const { lockFilePath } = state.spec
  const path = lockFilePath === '' ? `${stateName(state)}.lock` : lockFilePath
  return isAbsolute(path) ? path : resolve(state.cwd, state.basePath, path)
}

const stateName = ({ file }: LoadedState): string => basename(file).replace(/\.gotmpl$/, '').replace(/\.yaml$/, '').replace(/\.yml$/, '')
