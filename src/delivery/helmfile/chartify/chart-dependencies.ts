import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { basename, isAbsolute, join, resolve } from 'node:path'
import { ChartFile, lockText, parseMetadata, readLock } from '../../../charts/chart/index.ts'
import { lockDigest } from '../../../charts/registry/index.ts'
import { PintleError } from '../../../errors/index.ts'
import type { Value } from '../../../language/go/index.ts'
import { unmarshalV3 } from '../../../language/yaml/index.ts'
import type { HelmRunner } from '../charts/helm-runner.ts'
import { yamlText } from '../charts/release-values.ts'

type Table = Map<string, Value>

/** A dependency that the release adds to its chart: `chart` is an absolute path, an `oci://` URL or `repo/name`. */
export interface AdhocDependency {
  readonly chart: string
  readonly version: string
  readonly alias: string
}

/** Whether a chart's folder names dependencies. */
export async function namesDependencies(folder: string): Promise<boolean> {
  return (await dependenciesOf(folder, 'Chart.yaml')).length > 0 || (await dependenciesOf(folder, 'requirements.yaml')).length > 0
}

/**
 * Makes paths of dependencies in a copied chart absolute, in Chart.yaml and Chart.lock, so that they lead where they led.
 * Source: rewriteChartDependencies in pkg/state/state.go.
 */
export async function keepFileDependencies(copy: string, original: string): Promise<void> {
  const path = join(copy, 'Chart.yaml')
  const chart = await read(path)
  const moved = (repository: Value | undefined): string | undefined => {
    if (typeof repository !== 'string' || !repository.startsWith('file://')) return undefined
    const to = repository.slice('file://'.length)
    return isAbsolute(to) ? undefined : `file://${resolve(original, to)}`
  }
  const entries = listOf(chart)
  const changed = entries.filter((one) => moved(one.get('repository')) !== undefined)
  if (changed.length === 0) return
  for (const one of changed) one.set('repository', moved(one.get('repository'))!)
  await writeFile(path, yamlText(chart))
  const lockPath = join(copy, 'Chart.lock')
  if (!existsSync(lockPath)) return
  const lock = readLock(ChartFile.fromBytes('Chart.lock', await readFile(lockPath)))
  if (lock === undefined) return
  const wanted = (parseMetadata(yamlText(chart)).dependencies ?? []).filter((one) => one !== null)
  for (const locked of lock.dependencies) {
    const same = locked === null ? undefined : wanted.find((one) => one.name === locked.name && one.alias === locked.alias && one.repository.startsWith('file://'))
    if (locked !== null && same !== undefined && locked.repository.startsWith('file://')) locked.repository = same.repository
  }
  await writeFile(lockPath, lockText({ ...lock, digest: lockDigest(wanted, lock.dependencies) }))
}

/**
 * Adds dependencies to a chart's folder and fetches what is missing. A chart that was fetched has its own already.
 * Source: UpdateRequirements and Chartify.
 */
export async function fetchDependencies(folder: string, added: readonly AdhocDependency[], options: { readonly local: boolean; readonly skipDeps: boolean }, helm: HelmRunner): Promise<void> {
  const path = join(folder, 'Chart.yaml')
  const chart = await read(path)
  const own = [...listOf(chart), ...await dependenciesOf(folder, 'requirements.yaml')].map(known)
  const more: Table[] = []
  for (const one of added) more.push(await entryOf(one, helm))
  const all = [...own, ...more]
  const save = async (dependencies: readonly Table[]): Promise<void> => {
    chart.delete('dependencies')
    if (dependencies.length > 0) chart.set('dependencies', [...dependencies])
    await writeFile(path, yamlText(chart))
  }
  await save(options.local ? all : more)
  await rm(join(folder, 'requirements.yaml'), { force: true })
  if (added.length > 0 || (options.local && !options.skipDeps)) {
    const plainHttp = helm.options.ociPlainHttp ? ['--plain-http'] : []
    const locked = added.length === 0 && ['Chart.lock', 'requirements.lock'].some((name) => existsSync(join(folder, name)))
    try {
      await helm.direct(['dependency', locked ? 'build' : 'up', folder, ...plainHttp])
    } catch (error) {
      if (!locked || !/out of sync|lock file is out of date/.test((error as Error).message)) throw error
      await helm.direct(['dependency', 'up', folder, ...plainHttp])
    }
  }
  await save(all)
}

async function entryOf({ chart, version, alias }: AdhocDependency, helm: HelmRunner): Promise<Table> {
  const { name, repository } = existsSync(chart) ? { name: basename(chart), repository: `file://${chart}` }
    : chart.startsWith('oci://') ? { name: basename(chart), repository: chart.slice(0, -basename(chart).length - 1) }
    : { name: chart.split('/')[1] ?? '', repository: await repositoryUrl(chart.split('/')[0]!, helm) }
  return new Map<string, Value>([
    ['name', name], ['repository', repository], ['condition', `${alias || name}.enabled`], ...(alias === '' ? [] : [['alias', alias] as const]), ...(version === '' ? [] : [['version', version] as const]),
  ])
}

async function repositoryUrl(name: string, helm: HelmRunner): Promise<string> {
  const { stdout } = await helm.direct(['repo', 'list'])
  const url = stdout.split('\n').slice(1).map((line) => line.split(/\s+/)).find((words) => words[0] === name)?.[1]
  if (url === undefined) throw new PintleError('chart.dependency', `failed reading adhoc dependencies: no helm list entry found for repository ${JSON.stringify(name)}. please \`helm repo add\` it!`)
  return url
}

/** chartify knows these fields and loses others. */
const known = (entry: Table): Table => new Map([...entry].filter(([key]) => ['name', 'repository', 'condition', 'alias', 'version', 'import-values'].includes(key)))

async function dependenciesOf(folder: string, file: string): Promise<Table[]> {
  const path = join(folder, file)
  return existsSync(path) ? listOf(await read(path)) : []
}

async function read(path: string): Promise<Table> {
  const value = unmarshalV3(await readFile(path, 'utf8'))
  return value instanceof Map ? value : new Map()
}

function listOf(chart: Table): Table[] {
  const list = chart.get('dependencies')
  return Array.isArray(list) ? list.filter((one): one is Table => one instanceof Map) : []
}
