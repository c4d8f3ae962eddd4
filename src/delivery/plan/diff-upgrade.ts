import { PintleError, isPintleError } from '../../errors/index.ts'
import { computedValues, readValuesText, type Table } from '../../charts/chart/index.ts'
import { indexManifest, indexObject, testHooks, type ManifestIndex, type ManifestObject, type Ownership } from '../../cluster/helm-diff/index.ts'
import { getRelease, liveOwners, threeWayManifests, toValues, type ReleaseRecord, type StorageDriver } from '../../cluster/release/index.ts'
import type { Cluster } from '../../cluster/kube/index.ts'
import { marshal } from '../../language/yaml/index.ts'
import type { SourceOptions } from './release-source.ts'

/** What fails: reading the release, or rendering the chart. helm-diff words the two differently. */
export type DiffStage = 'release' | 'render'

export interface UpgradeSidesOptions {
  readonly cluster: Cluster
  readonly driver: StorageDriver
  readonly namespace: string
  readonly name: string
  /** Renders what would be applied, as `helm template` prints it. */
  readonly render: (wanted: { values: Table; isUpgrade: boolean }) => Promise<string>
  /** The values given, laid over those of the last revision where these count. */
  readonly values: (base: Table | undefined) => Promise<Table>
  /** No values are given: those of the last revision are taken over. */
  readonly noValues: boolean
  readonly reuse?: SourceOptions['reuse']
  /** A release that does not exist is compared with nothing. */
  readonly install?: boolean
  /** No release is looked for, and everything counts as added. */
  readonly withoutRelease?: boolean
  readonly noHooks?: boolean
  readonly includeTests?: boolean
  readonly normalize?: boolean
  readonly threeWay?: boolean
  readonly takeOwnership?: boolean
  /** Told of an object that is twice in a manifest. */
  readonly warn?: (text: string) => void
  /** Words an error of a stage. */
  readonly failure?: (stage: DiffStage, error: unknown) => unknown
  readonly signal?: AbortSignal
}

/**
 * Both sides of `diff upgrade`, for `compareManifests`: the last revision and what an upgrade would make of it. Changes nothing.
 * Upstream: runHelm3 in helm-diff's cmd/upgrade.go.
 * @throws PintleError release.notFound, and those of rendering and of the cluster
 */
export async function upgradeSides(options: UpgradeSidesOptions): Promise<{ sides: [before: ManifestIndex, after: ManifestIndex]; ownership?: ReadonlyMap<string, Ownership> }> {
  const { cluster, namespace, name, signal } = options
  const failure = options.failure ?? ((_stage, error) => error)
  const call = signal ? { signal } : {}
  const record = options.withoutRelease === true ? undefined : await lastRecord(options).catch((error: unknown) => { throw failure('release', error) })
  let after: string
  try {
    after = await options.render({ values: await valuesOf(options, record), isUpgrade: options.withoutRelease === true || record !== undefined })
  } catch (error) {
    throw failure('render', error)
  }
  let before = record === undefined ? '' : `${record.manifest}\n`
  if (options.threeWay === true || options.takeOwnership === true) {
    const merged = await threeWayManifests({ cluster, namespace, before, after, ...call }).catch((error: unknown) => {
      if (!isPintleError(error)) throw error
      throw new PintleError(error.code, `unable to generate manifests: ${error.message}`, { cause: error, ...(error.hint !== undefined && { hint: error.hint }), ...(error.details && { details: error.details }) })
    })
    before = merged.before
    after = merged.after
  } else if (record !== undefined && options.noHooks !== true) {
    before += record.hooks.map((hook) => `---\n# Source: ${hook.path}\n${hook.manifest}\n`).join('')
  }
  const cache = new Map<string, readonly ManifestObject[]>()
  const index = (manifest: string) => indexManifest(manifest, {
    namespace, cache, normalize: options.normalize ?? false, excludedHooks: options.includeTests === true ? [] : testHooks, ...(options.warn && { warn: options.warn }),
  })
  const sides: [ManifestIndex, ManifestIndex] = [record === undefined ? new Map() : index(before), index(after)]
  if (options.takeOwnership !== true) return { sides }
  const current = new Map(sides[0])
  const ownership = new Map<string, Ownership>()
  const mine = `${namespace}/${name}`
  for (const { object, owner } of await liveOwners({ cluster, namespace, manifest: after, ...call })) {
    if (owner === mine) continue
    const entry = indexObject(object, namespace)
    ownership.set(entry.key, { before: owner, after: mine })
    current.set(entry.key, entry)
  }
  return { sides: [current, sides[1]], ownership }
}

async function lastRecord({ cluster, driver, namespace, name, install, signal }: UpgradeSidesOptions): Promise<ReleaseRecord | undefined> {
  try {
    return (await getRelease({ cluster, driver, namespace, name, ...(signal && { signal }) })).record
  } catch (error) {
    if (install === true && isPintleError(error, 'release.notFound')) return undefined
    throw error
  }
}

/**
 * The values to render with. Unlike `helm upgrade`, helm-diff takes over all values the revision was rendered with when none are given, the defaults of its
 * chart among them (template in cmd/helm.go).
 */
async function valuesOf({ reuse = 'default', noValues, withoutRelease, values }: UpgradeSidesOptions, record: ReleaseRecord | undefined): Promise<Table> {
  const kept = reuse === 'reuse' || reuse === 'reset-then-reuse'
  if (withoutRelease === true || reuse === 'reset' || !(kept || (record !== undefined && noValues))) return values(undefined)
  if (record === undefined) throw new PintleError('release.notFound', 'release: not found', { hint: 'There are no values to take over.' })
  const old = reuse === 'reset-then-reuse' ? toValues(record.config) : computedValues(record.chart, toValues(record.chart?.values), toValues(record.config))
  // By way of YAML, as the file that helm-diff hands to Helm.
  return values(readValuesText(marshal(old), 'existing-values'))
}
