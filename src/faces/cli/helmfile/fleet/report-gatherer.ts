import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { HelmExitError, kubeContextOf, isWanted, type EnvironmentReport, type FleetRelease, type ReleaseSpec } from '../../../../delivery/helmfile/index.ts'
import { healthChecks } from '../../../../delivery/verify/index.ts'
import { getRelease } from '../../../../cluster/release/index.ts'
import { PintleError, isPintleError } from '../../../../errors/index.ts'
import { recordsOf } from '../../records.ts'
import type { StateWork } from '../state-work.ts'
import type { HelmfileContext } from '../verb.ts'
import { without } from '../without-secrets.ts'

interface Row { readonly name: string; readonly namespace: string; readonly revision: string; readonly status: string; readonly chart: string }
interface Place { readonly context: string; readonly namespace: string }

/** What is there before and after the run of one environment, for those who run several. */
export class ReportGatherer {
  readonly #context: HelmfileContext
  readonly #before = new Map<StateWork, ReadonlyMap<string, Row>>()
  readonly #releases: FleetRelease[] = []
  readonly #clusters = new Set<string>()
  readonly #errors: string[] = []

  constructor(context: HelmfileContext) {
    this.#context = context
  }

  /** Looks before anything is done. */
  async before(work: StateWork): Promise<void> {
    this.#before.set(work, await rows(work))
  }

  /**
   * Looks again, and whether what is wanted is healthy.
   * @param wait seconds until it must be; 0: now; undefined: nobody asks
   */
  async after(work: StateWork, errors: readonly Error[], wait: number | undefined): Promise<void> {
    const { signal } = this.#context
    for (const error of errors) this.#errors.push(this.#shown(error.message))
    const before = this.#before.get(work) ?? new Map<string, Row>()
    const now = await rows(work)
    const deadline = Date.now() + (errors.length > 0 ? 0 : (wait ?? 0) * 1000)
    for (const release of work.selected()) {
      const key = keyOf(release, placeOf(work, release))
      const [was, is] = [before.get(key), now.get(key)]
      let trouble = ''
      if (wait !== undefined && isWanted(release) && (is !== undefined || wait > 0)) {
        do {
          trouble = is === undefined ? 'it is not there' : await this.#trouble(work, release).catch((error: unknown) => (error as Error).message)
          if (trouble === '' || is === undefined || Date.now() >= deadline) break
          await sleep(1000, undefined, { signal })
        } while (true)
      }
      const [chart, version] = chartOf(is ?? was)
      const change = is === undefined ? (was === undefined ? 'unchanged' : 'deleted') : was === undefined ? 'installed' : was.revision === is.revision ? 'unchanged' : 'upgraded'
      this.#releases.push({ name: release.name, namespace: is?.namespace ?? release.namespace, context: placeOf(work, release).context, chart, version, revision: Number(is?.revision ?? 0), status: is?.status ?? 'missing', change, trouble: this.#shown(trouble) })
    }
  }

  async #trouble(work: StateWork, release: ReleaseSpec): Promise<string> {
    const { signal, env } = this.#context
    const { name, namespace } = release
    const base = await work.cluster(placeOf(work, release).context)
    this.#clusters.add(base.server)
    const cluster = base.in(namespace || base.namespace)
    const driver = recordsOf(env.HELM_DRIVER ?? '', cluster, cluster.namespace)
    const { record } = await getRelease({ cluster, namespace: cluster.namespace, driver, name, signal })
    if (record.info.status !== 'deployed') return `its last revision is ${record.info.status}: ${record.info.description ?? ''}`
    const [check] = await healthChecks(cluster, record, { signal })
    return check!.passed ? '' : check!.detail ?? 'not healthy'
  }

  /** Sends what was found to whoever asked. @param code of the run */
  async send(target: string, code: number, failure?: unknown): Promise<void> {
    const { globals } = this.#context
    if (failure !== undefined && this.#errors.length === 0) this.#errors.push(this.#shown((failure as Error).message))
    const report: EnvironmentReport = { environment: globals.environment, clusters: [...this.#clusters], releases: this.#releases, errors: this.#errors, code }
    const text = JSON.stringify(report)
    if (target === 'fd:3') writeSync(3, text)
    else await sendToConfigMap(this.#context, target, text)
  }

  #shown(text: string): string {
    return without(this.#context.secrets, text)
  }
}

async function sendToConfigMap({ signal }: HelmfileContext, target: string, text: string): Promise<void> {
  const [, namespace, name] = /^configmap:([^/]+)\/([^/]+)$/.exec(target) ?? []
  if (namespace === undefined || name === undefined) throw new PintleError('usage', `--report takes fd:3 or configmap:NAMESPACE/NAME, not ${JSON.stringify(target)}`)
  const { connect } = await import('../../../../cluster/kube/index.ts')
  const cluster = await connect({ signal })
  try {
    await cluster.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, labels: { 'app.kubernetes.io/managed-by': 'pintle' } }, data: { report: text } }, { fieldManager: 'pintle-fleet', force: true, signal })
  } finally {
    cluster.close()
  }
}

const placeOf = ({ state }: StateWork, release: ReleaseSpec): Place => ({ context: kubeContextOf(state, release), namespace: release.namespace })
const keyOf = ({ name }: ReleaseSpec, { context, namespace }: Place): string => JSON.stringify([context, namespace, name])

/** The releases of every namespace the state has releases in, as `helm list` tells them. */
async function rows(work: StateWork): Promise<Map<string, Row>> {
  const out = new Map<string, Row>()
  const places = new Map<string, Place>()
  for (const release of work.selected()) {
    const place = placeOf(work, release)
    places.set(JSON.stringify(place), place)
  }
  for (const { context, namespace } of places.values()) {
    const argv = ['list', '--output', 'json', '--max', '0', ...(context === '' ? [] : ['--kube-context', context]), ...(namespace === '' ? [] : ['--namespace', namespace]), '--deployed', '--failed', '--pending', '--uninstalling']
    try {
      const { stdout } = await work.helm.exec(argv, { live: false }, [])
      for (const row of JSON.parse(stdout) as Row[]) out.set(JSON.stringify([context, namespace, row.name]), row)
    } catch (error) {
      // A cluster that does not answer is told by what the verb itself does.
      if (!(error instanceof HelmExitError) && !isPintleError(error)) throw error
    }
  }
  return out
}

/** `name-version` taken apart: a version begins at the last dash before a digit. */
function chartOf(row: Row | undefined): [chart: string, version: string] {
  const found = /^(.*)-(v?\d+\.\d+\.\d+.*)$/.exec(row?.chart ?? '')
  return found === null ? [row?.chart ?? '', ''] : [found[1]!, found[2]!]
}
