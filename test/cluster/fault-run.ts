import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeObject } from '../../src/cluster/kube/index.ts'
import { install, readLease, releaseHistory, upgrade } from '../../src/cluster/release/index.ts'
import type { CliPair, Ran } from './cli-pair.ts'
import type { ControlPlane } from './control-plane.ts'
import type { FaultKind, Operation } from './fault-kinds.ts'
import { startFaultProxy } from './fault-proxy.ts'
import type { ChartFolder } from './helm-runner.ts'
import { configMap, deployment, hook, job, rendered } from './release-fixtures.ts'

export interface FaultWorld { plane: ControlPlane; pair: CliPair; charts: ChartFolder }

export interface FaultReport {
  /** The fault met at least one request, or happened. */
  touched: boolean
  code: number
  /** The status of the newest revision afterwards; '' for none. */
  state: string
  seconds: number
  by: 'pintle' | 'helm'
}

const name = 'web'
const maps = ['c0', 'c1', 'c2', 'c3']

/** Content in which every object says which content it is of, and which has one object of its own. */
function content(n: number): { objects: KubeObject[]; hooks: ReturnType<typeof hook>[] } {
  const app = deployment('app', `example.com/app:${n}`)
  app.spec.template.metadata.annotations = { 'sandbox.pintle.dev/delay-seconds': '1' }
  const objects: KubeObject[] = [
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { n: String(n) } },
    ...maps.map((m) => configMap(m, { n: String(n) })), configMap(`own-${n}`, { n: String(n) }),
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'app', annotations: { n: String(n) } }, spec: { selector: { app: 'app' }, ports: [{ port: 80 }] } },
    app,
  ]
  return { objects, hooks: [hook(job('migrate'), ['pre-install', 'pre-upgrade', 'pre-rollback', 'pre-delete'])] }
}

/** An error of the product, told apart from one of the test. */
export class Lost extends Error {}

/** One fault in one operation: prepares a release, lets it happen, and judges what is left and whether one command mends it. */
export class FaultTrial {
  readonly #world: FaultWorld
  readonly #kind: FaultKind
  readonly #operation: Operation
  readonly #namespace: string
  readonly #random: () => number
  /** What the user asks for, and what was there. */
  readonly #asked: number
  #log: string[] = []

  constructor(world: FaultWorld, kind: FaultKind, operation: Operation, namespace: string, random: () => number) {
    this.#world = world
    this.#kind = kind
    this.#operation = operation
    this.#namespace = namespace
    this.#random = random
    this.#asked = operation === 'rollback' ? 0 : 2
  }

  async run(): Promise<FaultReport> {
    const { plane } = this.#world
    const started = performance.now()
    await this.#prepare()
    const before = await this.#states()
    const proxy = await startFaultProxy(plane, this.#namespace)
    try {
      const stop = new AbortController()
      let rival: Promise<Ran> | undefined
      let harmed = false
      const finish = await this.#kind.begin({
        operation: this.#operation, namespace: this.#namespace, plane, proxy, random: this.#random,
        harmed: () => { harmed = true },
        kill: () => { stop.abort() },
        rival: (tool) => { rival ??= this.#command(tool, this.#rivalArgs(), plane.kubeconfig) },
      })
      const ran = await this.#command('pintle', this.#args(), proxy.kubeconfig, stop.signal)
      const other = await rival
      proxy.rule = undefined
      await finish?.()
      const killed = stop.signal.aborted && ran.code === -1
      const last = await this.#judge(before, ran, killed, other)
      const by = this.#operation !== 'uninstall' && this.#random() < 0.35 ? 'helm' : 'pintle'
      await this.#recover(by)
      const touched = harmed || proxy.seen.some((s) => s.faulted)
      return { touched, code: ran.code, state: last, seconds: (performance.now() - started) / 1000, by }
    } catch (error) {
      if (!(error instanceof Lost)) throw error
      throw new Lost(`${this.#kind.name}, ${this.#operation}, ${this.#namespace}: ${error.message}\n${this.#log.join('\n')}\nrequests: ${proxy.seen.map((s) => `${s.faulted ? '!' : ''}${s.index} ${s.method} ${s.url.replace(/\?.*/, '')}`).join('; ')}`, { cause: error })
    } finally {
      await proxy.stop()
      void plane.cluster.delete({ apiVersion: 'v1', kind: 'Namespace', name: this.#namespace }).catch(() => {})
    }
  }

  async #prepare(): Promise<void> {
    const { cluster } = this.#world.plane
    await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: this.#namespace } })
    const base = { cluster, namespace: this.#namespace, name, timeout: 120_000 }
    const source = (n: number): ReturnType<typeof rendered> => rendered(content(n).objects, content(n).hooks)
    if (this.#operation === 'install') return
    await install({ ...base, source: source(0), disableHooks: true })
    if (this.#operation === 'rollback') await upgrade({ ...base, source: source(1), disableHooks: true })
  }

  #chart(n: number): string {
    return this.#world.charts.write(content(n))
  }

  #args(): string[] {
    const waits = this.#kind.waits === true || this.#random() < 0.3 ? ['--wait'] : []
    const timeout = ['--timeout', '2m', ...waits]
    switch (this.#operation) {
      case 'install': return ['install', name, this.#chart(this.#asked), ...timeout]
      case 'upgrade': return ['upgrade', name, this.#chart(this.#asked), ...timeout]
      case 'rollback': return ['rollback', name, '1', ...timeout]
      case 'uninstall': return ['uninstall', name, ...timeout]
    }
  }

  #rivalArgs(): string[] {
    return this.#operation === 'uninstall' ? ['uninstall', name] : ['upgrade', '--install', name, this.#chart(7)]
  }

  async #command(tool: 'pintle' | 'helm', args: string[], kubeconfig: string, signal?: AbortSignal): Promise<Ran> {
    const options = { cwd: '/', env: { KUBECONFIG: kubeconfig, HELM_NAMESPACE: this.#namespace }, timeout: 300_000, ...(signal && { signal }) }
    const started = performance.now()
    const ran = await this.#world.pair[tool](args, options)
    this.#log.push(`$ ${tool} ${args.join(' ')} -> ${ran.code} after ${((performance.now() - started) / 1000).toFixed(1)} s\n${ran.out.slice(0, 300)}${ran.err}`)
    return ran
  }

  async #states(): Promise<{ version: number; status: string }[]> {
    const history = await releaseHistory({ cluster: this.#world.plane.cluster, namespace: this.#namespace, name }).catch((error: unknown) => {
      if ((error as { code?: string }).code === 'release.notFound') return []
      throw error
    })
    return history.map(({ record }) => ({ version: record.version, status: record.info.status }))
  }

  /** What is in the namespace: each object of the chart with its content, e.g. `ConfigMap/c0=2`. */
  async #objects(): Promise<string[]> {
    const { cluster } = this.#world.plane
    const namespace = this.#namespace
    const [configMaps, secrets, services, deployments] = await Promise.all([
      cluster.list('v1', 'ConfigMap', { namespace }), cluster.list('v1', 'Secret', { namespace }), cluster.list('v1', 'Service', { namespace }), cluster.list('apps/v1', 'Deployment', { namespace }),
    ])
    return [
      ...configMaps.items.filter((o) => o.metadata.name !== 'kube-root-ca.crt').map((o) => `ConfigMap/${o.metadata.name}=${o.data?.n}`),
      ...secrets.items.filter((o) => o.type !== 'helm.sh/release.v1').map((o) => `Secret/${o.metadata.name}=${Buffer.from(o.data?.n ?? '', 'base64').toString()}`),
      ...services.items.map((o) => `Service/${o.metadata.name}=${o.metadata.annotations?.n}`),
      ...deployments.items.map((o) => `Deployment/${o.metadata.name}=${String(o.spec.template.spec.containers[0].image).replace(/.*:/, '')}`),
    ].sort()
  }

  #expected(n: number): string[] {
    return [...maps.map((m) => `ConfigMap/${m}=${n}`), `ConfigMap/own-${n}=${n}`, `Secret/s=${n}`, `Service/app=${n}`, `Deployment/app=${n}`].sort()
  }

  async #requireObjects(expected: string[], when: string, extra: RegExp = /^$/): Promise<void> {
    const objects = (await this.#objects()).filter((o) => expected.includes(o) || !extra.test(o))
    const missing = expected.filter((o) => !objects.includes(o))
    const more = objects.filter((o) => !expected.includes(o))
    if (missing.length + more.length > 0) throw new Lost(`${when}: missing ${missing.join(' ') || 'nothing'}; should not be there: ${more.join(' ') || 'nothing'}`)
  }

  /** What the program said must be what is stored. @returns the newest status */
  async #judge(before: { version: number; status: string }[], ran: Ran, killed: boolean, rival: Ran | undefined): Promise<string> {
    const gone = await this.#namespaceGone()
    const states = gone ? [] : await this.#states()
    const text = states.map((s) => `${s.version} ${s.status}`).join(', ') || 'no revision'
    const last = states.at(-1)
    const said = ran.err + ran.out
    this.#log.push(`stored: ${text}`)
    if (this.#kind.mends === true && ran.code !== 0) throw new Lost(`this should have ended well; ${text}`)
    if (rival !== undefined && rival.code !== 0 && ran.code !== 0) throw new Lost(`neither of two writers went on; ${text}`)
    if (gone) {
      return 'namespace gone'
    }
    if (!killed && ran.code !== 0 && !/^Error: \S/m.test(said)) throw new Lost('failed without a word')
    if (this.#operation === 'uninstall') {
      if (rival === undefined && !killed && ran.code === 0) {
        if (last !== undefined) throw new Lost(`says it is uninstalled; ${text}`)
        await this.#requireObjects([], 'after an uninstall that ended well')
      }
      if (!killed && ran.code !== 0 && last?.status === 'uninstalling' && !/uninstall/.test(said)) throw new Lost(`leaves it ${last.status} and does not say so`)
      return last?.status ?? ''
    }
    // A failed rollback leaves none, as Helm's does.
    if (this.#operation !== 'install' && !states.some((s) => s.status === 'deployed') && !(this.#operation === 'rollback' && last?.status === 'failed')) throw new Lost(`no deployed revision is left: ${text}`)
    const deployed = states.filter((s) => s.status === 'deployed')
    if (deployed.length > 1 && !killed && !/failed to update release/.test(said) && rival === undefined) throw new Lost(`several are deployed: ${text}`)
    const asks = last?.version !== before.at(-1)?.version
    if (ran.code === 0 && rival === undefined) {
      if (last?.status !== 'deployed' || !asks) throw new Lost(`says it is done; ${text}`)
      await this.#requireObjects(this.#expected(this.#asked), 'after an operation that ended well')
    }
    if (rival !== undefined) await this.#judgeRivals(ran, rival)
    else if (!killed && ran.code !== 0 && asks) {
      if (last?.status === 'deployed' && !/deployed/.test(said)) throw new Lost(`it is deployed, and the program says it failed`)
      if (last?.status.startsWith('pending') && !said.includes(last.status)) throw new Lost(`leaves it ${last.status} and does not say so`)
    }
    return last?.status ?? ''
  }

  /** Of two writers, what the newest deployed revision says must be there; who lost must know it. */
  async #judgeRivals(ran: Ran, rival: Ran): Promise<void> {
    const history = await releaseHistory({ cluster: this.#world.plane.cluster, namespace: this.#namespace, name })
    const newest = history.at(-1)!.record
    if (newest.info.status !== 'deployed') throw new Lost(`two writers left ${newest.info.status}`)
    const n = Number(/own-(\d+)/.exec(newest.manifest)![1])
    if ((n === 7 ? rival : ran).code !== 0) throw new Lost(`content ${n} is deployed, and who deployed it says it failed`)
    await this.#requireObjects(this.#expected(n), 'after two writers')
  }

  /** One command brings what was asked for. */
  async #recover(by: 'pintle' | 'helm'): Promise<void> {
    const { plane } = this.#world
    if (await this.#namespaceGone()) {
      for (let i = 0; await plane.cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: this.#namespace }) !== undefined; i++) {
        if (i > 600) throw new Error('the namespace does not go')
        await sleep(100)
      }
    }
    if (this.#operation === 'uninstall') {
      const ran = await this.#command('pintle', ['uninstall', name, '--ignore-not-found', '--timeout', '2m'], plane.kubeconfig)
      if (ran.code !== 0) throw new Lost('a second uninstall does not end it')
      if ((await this.#states()).length > 0) throw new Lost('records are left')
      await this.#requireObjects([], 'after a second uninstall')
      return
    }
    const next = 4
    if (by === 'helm' && (await this.#states()).at(-1)?.status.startsWith('pending') === true) {
      // docs/compatibility.md: Helm knows nothing of heartbeats, so the release is freed first.
      const freed = await this.#command('pintle', ['repair', name], plane.kubeconfig)
      if (freed.code !== 0) throw new Lost('repair does not free it')
    }
    const before = Math.max(1, (await this.#states()).filter((s) => s.status === 'deployed').length)
    const ran = await this.#command(by, ['upgrade', '--install', name, this.#chart(next), '--create-namespace', '--timeout', '2m'], plane.kubeconfig)
    if (ran.code !== 0) throw new Lost(`${by} upgrade does not bring it back`)
    const states = await this.#states()
    const text = states.map((s) => `${s.version} ${s.status}`).join(', ')
    // Helm supersedes the newest deployed revision only: one that a run killed between its last two writes left beside it stays marked.
    const deployed = states.filter((s) => s.status === 'deployed').length
    if (states.at(-1)?.status !== 'deployed' || deployed > (by === 'helm' ? before : 1) || states.some((s) => s.status.startsWith('pending'))) throw new Lost(`after ${by} upgrade: ${text}`)
    // Helm leaves behind what failed revisions made; docs/compatibility.md says so.
    await this.#requireObjects(this.#expected(next), `after ${by} upgrade`, by === 'helm' ? /ConfigMap\/own-/ : undefined)
    const lease = await readLease(plane.cluster, this.#namespace, name)
    if (lease !== undefined && !lease.expired) throw new Lost(`a Lease is left: ${lease.holder}`)
  }

  async #namespaceGone(): Promise<boolean> {
    const found = await this.#world.plane.cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: this.#namespace })
    return found === undefined || found.metadata.deletionTimestamp !== undefined
  }
}
