import { randomBytes } from 'node:crypto'
import { Api } from './api.ts'
import { nodeCapacity } from './behaviours.ts'
import { RealClock, timestamp } from './clock.ts'
import type { Clock } from './clock.ts'
import { controllers } from './controllers/index.ts'
import type { Engine } from './controllers/index.ts'
import { Definitions } from './custom/definitions.ts'
import { Discovery } from './discovery.ts'
import { selfSignedCertificate } from './http/certificate.ts'
import { HttpServer } from './http/server.ts'
import type { Services } from './http/exchange.ts'
import type { JsonMap } from './json.ts'
import { OpenApi } from './openapi.ts'
import { Resources } from './resources.ts'
import { Tables } from './schema/tables.ts'
import { Store } from './store.ts'
import { LocalCluster } from './cluster.ts'
import type { LocalClusterOptions } from './cluster.ts'
import { Persistence } from './persistence.ts'
import { administrator, nobody } from './users.ts'
import type { User } from './users.ts'
import type { Cluster } from '../kube/index.ts'

export interface SandboxOptions {
  /** How much faster than real time pods, backoffs and deadlines run. Default 1. */
  speed?: number
  /** A clock of one's own, for tests. */
  clock?: Clock
  /** No controllers: objects stay as they were written. */
  apiOnly?: boolean
  /** Reads YAML in request bodies. */
  parseYaml?: (text: string) => unknown
  /** The bearer token of the administrator. Default: random. */
  token?: string
  /** More users by their tokens, beside the administrator and `nobody`, who may do nothing. */
  users?: Record<string, User>
  /** The folder objects are kept in between runs. Default: they are not kept. */
  dataDir?: string
}

/** Starts a sandbox in this process. Close it: its timers keep the process alive. */
export function startSandbox(options: SandboxOptions = {}): Sandbox {
  return new Sandbox(options)
}

/** A running sandbox. */
export class Sandbox {
  readonly api: Api
  readonly services: Services
  readonly engine: Engine | undefined
  readonly token: string
  /** The token of a user who may do nothing. */
  readonly nobodyToken: string
  readonly #users: Map<string, User>
  readonly #persistence: Persistence | undefined
  #http: HttpServer | undefined
  #authority: string | undefined

  constructor(options: SandboxOptions = {}) {
    const tables = new Tables()
    const speed = options.speed ?? 1
    const clock = options.clock ?? new RealClock(speed)
    const resources = new Resources(tables)
    this.api = new Api(new Store(), resources, clock)
    this.token = options.token ?? randomBytes(16).toString('hex')
    this.nobodyToken = randomBytes(16).toString('hex')
    this.#users = new Map([[this.token, administrator], [this.nobodyToken, nobody], ...Object.entries(options.users ?? {})])
    const [major, minor] = tables.version.slice(1).split('.') as [string, string]
    this.services = {
      api: this.api, discovery: new Discovery(resources), openapi: new OpenApi(resources, tables.version),
      version: {
        major, minor, emulationMajor: major, emulationMinor: minor, minCompatibilityMajor: major, minCompatibilityMinor: String(Number(minor) - 1),
        gitVersion: tables.version, gitCommit: '', gitTreeState: '', buildDate: timestamp(Date.now()), goVersion: 'pintle-sandbox', compiler: 'pintle-sandbox', platform: 'simulated/none',
      },
      address: () => (this.#http?.url ?? 'http://sandbox').replace(/^https?:\/\//, ''),
      ...(options.parseYaml ? { parseYaml: options.parseYaml } : {}),
    }
    this.#persistence = options.dataDir === undefined ? undefined : new Persistence(options.dataDir, this.api.store, tables.version)
    if (this.#persistence?.restore() !== true) this.#furnish()
    this.#persistence?.start()
    new Definitions(this.api, this.services.openapi)
    if (!options.apiOnly) {
      this.engine = controllers(this.api, clock, options.clock === undefined ? speed : 1)
      const { engine } = this
      this.api.onMissingAccount = () => engine.flush()
      engine.start()
      this.engine.flush()
    }
  }

  #furnish(): void {
    const caller = { manager: 'kube-apiserver' }
    const find = (group: string, version: string, plural: string): NonNullable<ReturnType<Resources['find']>> => this.api.resources.find(group, version, plural)!
    const spaces = find('', 'v1', 'namespaces')
    for (const name of ['default', 'kube-node-lease', 'kube-public', 'kube-system']) {
      this.api.create(spaces, '', {
        metadata: { name, ...(name === 'kube-system' ? { annotations: { 'sandbox.pintle.dev/simulation': 'This is not a Kubernetes cluster: it is Pintle\'s sandbox, which simulates one. Nothing runs here.' } } : {}) },
      }, caller)
    }
    this.api.create(find('', 'v1', 'services'), 'default', {
      metadata: { name: 'kubernetes', labels: { component: 'apiserver', provider: 'kubernetes' } },
      spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }], type: 'ClusterIP', sessionAffinity: 'None' },
    }, caller)
    const nodes = find('', 'v1', 'nodes')
    this.api.create(nodes, '', { metadata: { name: 'node-1', labels: { 'kubernetes.io/hostname': 'node-1', 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' } } }, caller)
    const now = timestamp(Date.now())
    this.api.touch(nodes, '', 'node-1', (n): JsonMap => ({
      ...n,
      status: {
        capacity: { ...nodeCapacity }, allocatable: { ...nodeCapacity },
        conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'a node on which nothing runs', lastHeartbeatTime: now, lastTransitionTime: now }],
        addresses: [{ type: 'InternalIP', address: '192.168.49.2' }, { type: 'Hostname', address: 'node-1' }],
        nodeInfo: { kubeletVersion: this.services.version.gitVersion, osImage: 'pintle sandbox', architecture: 'amd64', operatingSystem: 'linux', containerRuntimeVersion: 'none://0', kernelVersion: '0', bootID: '', machineID: '', systemUUID: '', kubeProxyVersion: '' },
      },
    }), 'kubelet', 'status')
    this.api.create(find('storage.k8s.io', 'v1', 'storageclasses'), '', {
      metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }, provisioner: 'pintle.dev/none',
    }, caller)
  }

  /** The sandbox as a `Cluster` in this process. `user` names one of the users; default the administrator. */
  cluster(options: LocalClusterOptions & { user?: string } = {}): Cluster {
    const user = options.user === undefined ? administrator : [...this.#users.values()].find((u) => u.name === options.user)
    if (user === undefined) throw new Error(`the sandbox has no user ${options.user}`)
    return new LocalCluster(this.services, user, options)
  }

  /**
   * Serves the API over HTTPS on the loopback, with a certificate of its own; again returns the same address.
   * `plain` leaves TLS out: then kubectl and helm do not send the token, and are refused.
   */
  async listen(options: { port?: number; host?: string; plain?: boolean } = {}): Promise<{ url: string; kubeconfig: string }> {
    if (this.#http === undefined) {
      const tls = options.plain ? undefined : selfSignedCertificate(Date.now())
      this.#authority = tls?.cert
      this.#http = new HttpServer(this.services, { users: this.#users, ...(tls ? { tls } : {}) })
      await this.#http.listen(options)
    }
    return { url: this.#http.url, kubeconfig: kubeconfigText(this.#http.url, { 'sandbox-admin': this.token, nobody: this.nobodyToken }, this.#authority) }
  }

  /** How long nobody has asked over HTTP. */
  idleMilliseconds(): number {
    return this.#http?.idleMilliseconds() ?? 0
  }

  /** Ends everything that runs in the background. */
  async close(): Promise<void> {
    this.engine?.stop()
    this.#persistence?.stop()
    await this.#http?.close()
  }
}

/** A kubeconfig as YAML: one context a user, the first one current. */
export function kubeconfigText(server: string, tokens: Record<string, string>, authority?: string): string {
  const users = Object.entries(tokens)
  const contextOf = (user: string, i: number): string => (i === 0 ? 'pintle-sandbox' : `pintle-sandbox-${user}`)
  return `apiVersion: v1
kind: Config
clusters:
- name: pintle-sandbox
  cluster:
    server: ${server}${authority === undefined ? '' : `\n    certificate-authority-data: ${Buffer.from(authority).toString('base64')}`}
users:
${users.map(([user, token]) => `- name: ${user}\n  user:\n    token: ${token}`).join('\n')}
contexts:
${users.map(([user], i) => `- name: ${contextOf(user, i)}\n  context:\n    cluster: pintle-sandbox\n    user: ${user}\n    namespace: default`).join('\n')}
current-context: pintle-sandbox
`
}
