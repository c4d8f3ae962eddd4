import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeObject } from '../../../src/cluster/kube/index.ts'
import { readJournal } from '../../../src/delivery/rollout/index.ts'
import type { Journal } from '../../../src/delivery/rollout/index.ts'
import { folder, runCli, startCli } from '../../cli/run-cli.ts'
import type { CliResult, RunningCli } from '../../cli/run-cli.ts'
import type { ControlPlane } from '../control-plane.ts'
import type { Load } from './load.ts'
import { imageFor, scenarioChart } from './scenario-chart.ts'
import type { ChartOptions } from './scenario-chart.ts'
import type { TrafficWorld } from './world.ts'

export interface StageOptions extends ChartOptions {
  /** A namespace of its own. */
  readonly namespace: string
  /** Keys of the service in pintle.yaml: strategy, canary, slo, ... `slo.prometheus` is added, and the namespace to its queries: one Prometheus serves all. */
  readonly service: Record<string, unknown>
  /** Requests a second. Default 200. */
  readonly rate?: number
}

/** A service at version 1 under load, and the command line that rolls version 2 out. Everything is done by the built command line, in processes of their own. */
export class Stage {
  readonly world: TrafficWorld
  readonly plane: ControlPlane
  readonly namespace: string
  readonly load: Load
  readonly #folder: ReturnType<typeof folder>
  readonly #runs = new Map<RunningCli, CliResult | undefined>()

  private constructor(world: TrafficWorld, plane: ControlPlane, namespace: string, files: ReturnType<typeof folder>, load: Load) {
    this.world = world
    this.plane = plane
    this.namespace = namespace
    this.#folder = files
    this.load = load
  }

  /** Releases version 1 and waits until Prometheus has seen its load. */
  static async set(world: TrafficWorld, plane: ControlPlane, { namespace, service, rate = 200, ...chart }: StageOptions): Promise<Stage> {
    await plane.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    const { slo } = service
    const settings = { chart: './shop', namespace, timeout: '1m', ...service, ...(slo === undefined ? {} : { slo: { prometheus: world.prometheus.url, labels: { namespace }, ...slo as object } }) }
    const files = folder({ ...scenarioChart(chart), 'pintle.yaml': JSON.stringify({ apiVersion: 'pintle.dev/v1', services: { shop: settings } }, undefined, 2) })
    const stage = new Stage(world, plane, namespace, files, world.load({ namespace, kind: chart.route ?? 'Service', name: 'shop' }, 0))
    const first = await stage.release(1).then(run => run.ended)
    if (first.code !== 0) throw new Error(`version 1 is not released: ${first.code}\n${first.out}${first.err}`)
    await sleep(500)
    stage.load.rate = rate
    await until(async () => (await world.prometheus.query(`sum(http_requests_total{namespace="${namespace}",status="200"})`)).result.length > 0 || undefined, 30_000, () => 'Prometheus to see the load')
    return stage
  }

  /** The built command line in the folder of the service. */
  readonly pintle = (...args: string[]): Promise<CliResult> => runCli(args, this.#options())

  /** The built command line on a machine that has nothing but the kubeconfig. */
  async elsewhere(...args: string[]): Promise<CliResult> {
    const other = folder({})
    return await runCli(args, { ...this.#options(), cwd: other.path }).finally(() => { other.remove() })
  }

  /** Starts the built command line in the folder of the service. */
  start(...args: string[]): RunningCli {
    const run = startCli(args, this.#options())
    this.#runs.set(run, undefined)
    void run.ended.then(result => { this.#runs.set(run, result) })
    return run
  }

  /** Reviews the plan of a version and starts its release. */
  async release(version: number, ...flags: string[]): Promise<RunningCli> {
    const args = ['release', 'shop', '--set', `version=${version}`, '--set', `image=${imageFor(version)}`, '--stable-for', '0s', ...flags]
    const planned = await this.pintle(...args)
    const digest = /Plan digest: (sha256:[0-9a-f]{64})/.exec(planned.out)?.[1]
    if (digest === undefined) throw new Error(`there is no plan: ${planned.code}\n${planned.out}${planned.err}`)
    return this.start(...args, '--approve-digest', digest)
  }

  async journal(): Promise<Journal | undefined> {
    return (await readJournal(this.plane.cluster, this.namespace, 'shop'))?.journal
  }

  /** Waits for a state of the rollout. @throws when it does not come, with what the journal and the runs said */
  async reached(what: string, holds: (journal: Journal) => boolean, milliseconds = 90_000): Promise<Journal> {
    let journal: Journal | undefined
    return await until(async () => {
      // In this order: what a run wrote last is seen after it has ended.
      const over = this.#runs.size > 0 && [...this.#runs.values()].every(result => result !== undefined)
      journal = await this.journal()
      if (journal !== undefined && holds(journal)) return journal
      if (over) throw new Error(`ended without ${what}: ${this.#said(journal)}`)
      return undefined
    }, milliseconds, () => `${what}: ${this.#said(journal)}`)
  }

  #said(journal: Journal | undefined): string {
    const ends = [...this.#runs.values()].map(result => result === undefined ? 'runs' : `ended with ${result.code}\n${result.out}${result.err}`)
    return `${ends.join('\n')}\n${(journal?.transitions ?? []).map(t => `${t.at} ${t.phase} ${t.step} ${t.detail}`).join('\n')}`
  }

  async object(apiVersion: string, kind: string, name: string): Promise<KubeObject | undefined> {
    return await this.plane.cluster.get({ apiVersion, kind, namespace: this.namespace, name })
  }

  /** Statuses of all revisions, in order. */
  async history(): Promise<readonly { readonly revision: number; readonly status: string; readonly description: string }[]> {
    const { out, code, err } = await this.pintle('history', 'shop', '-n', this.namespace, '-o', 'json')
    if (code !== 0) throw new Error(err)
    return JSON.parse(out)
  }

  async evidence(): Promise<readonly Record<string, any>[]> {
    const { out, code, err } = await this.pintle('evidence', 'list', '-o', 'json')
    if (code !== 0) throw new Error(err)
    return JSON.parse(out)
  }

  remove(): void { this.#folder.remove() }

  get folder(): string { return this.#folder.path }

  #options() {
    return { cwd: this.#folder.path, env: { KUBECONFIG: this.plane.kubeconfig, XDG_CONFIG_HOME: `${this.#folder.path}/config` }, timeout: 180_000 }
  }
}

/** Asks until there is an answer. */
export async function until<T>(ask: () => Promise<T | undefined>, milliseconds: number, what: () => string): Promise<T> {
  for (const end = Date.now() + milliseconds; ; await sleep(100)) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (Date.now() > end) throw new Error(`waited in vain for ${what()}`)
  }
}
