import type { KubeObject } from '../kube/index.ts'
import { wrapped } from './failure.ts'
import { readLive } from './live.ts'
import type { ApplyOptions, CrdFile, CrdOptions } from './options.ts'
import { adoptable, generatesName } from './ownership.ts'
import type { ChartRecord, ReleaseRecord } from './record.ts'
import { requireFittingChart } from './record-size.ts'
import type { ReleaseRun } from './release-run.ts'
import { buildResources, goneText } from './resources.ts'
import type { Resource } from './resources.ts'
import { differingCrds, upgradeCrds } from './upgrade-crds.ts'

/** What every way to upgrade a release does alike. */

interface CrdStep extends CrdOptions, Pick<ApplyOptions, 'forceConflicts' | 'conflicts' | 'preflight'> {
  files: readonly CrdFile[]
  namespace: string
  version: number
  /** The chart as it will be stored. */
  chart: (() => ChartRecord) | undefined
}

/** Helm never touches them on an upgrade. @returns whether they may have been changed */
export async function bringCrds(run: ReleaseRun, { files, namespace, version, chart, upgradeCrds: asked, forceCrds = false, forceConflicts = false, conflicts, preflight: told }: CrdStep): Promise<boolean> {
  if (files.length === 0) return false
  const { cluster, storage, call, options: { name, onEvent } } = run
  if (asked === true) {
    if (chart !== undefined) requireFittingChart(chart(), { name, namespace, version }, storage.driver)
    await upgradeCrds(cluster, files, { namespace, force: forceCrds, forceConflicts, conflicts, onEvent, ...call })
    return true
  }
  if (told !== true) return false
  const names = await differingCrds(cluster, files, namespace, call)
  if (names.length > 0) onEvent?.({ type: 'warning', message: `the cluster has other CRDs than the chart: ${names.join(', ')}; an upgrade leaves them as they are, --upgrade-crds brings them up to date after checking that nothing is lost` })
  return false
}

/** The objects of the revision that is left behind; kinds that are gone are passed over with a word. */
export async function currentResources(run: ReleaseRun, current: ReleaseRecord): Promise<Resource[]> {
  return await buildResources(run.cluster, current.manifest, current.namespace, {
    ...run.call,
    anyVersion: true,
    unserved: (object) => run.options.onEvent?.({ type: 'warning', message: goneText(object, 'last') }),
  }).catch((error: unknown) => {
    throw wrapped(error, (m) => `unable to build kubernetes objects from current release manifest: ${m}`, { fallback: 'release.build' })
  })
}

/** What the last revision had not, must not exist, or be the release's. */
export async function requireFree(run: ReleaseRun, originals: readonly Resource[], targets: readonly Resource[], namespace: string, takeOwnership: boolean): Promise<{ adopted: Resource[]; live: Map<Resource, KubeObject | undefined> }> {
  const keyOf = (r: Resource): string => `${r.object.apiVersion}/${r.object.kind}/${r.object.metadata.namespace ?? ''}/${r.ref.name}`
  const had = new Set(originals.map(keyOf))
  const added = targets.filter((r) => !had.has(keyOf(r)) && !generatesName(r))
  try {
    const { objects: live } = await readLive(run.cluster, added, { ...run.call, metadataOnly: true })
    return { adopted: adoptable(added, live, run.options.name, namespace, takeOwnership), live }
  } catch (error) {
    throw wrapped(error, (m) => `unable to continue with update: ${m}`)
  }
}
