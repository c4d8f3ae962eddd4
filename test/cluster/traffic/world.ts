/**
 * Traffic on a real control plane where nothing runs in pods: processes that stand in for them, Services and routes that lead there, load that counts what fails,
 * and the real Prometheus that scrapes it all.
 */
import { createServer, request } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster, KubeObject } from '../../../src/cluster/kube/index.ts'
import { startPrometheus } from '../prometheus-server.ts'
import type { PrometheusServer } from '../prometheus-server.ts'
import { Endpoints, proxyLag } from './endpoints.ts'
import { Load } from './load.ts'
import type { Entry } from './load.ts'
import { SimulatedPods, imageOf } from './pods.ts'
import { httpRouteLegs, ingressLegs, virtualServiceLegs } from './routes.ts'
import type { Leg } from './routes.ts'
import { Stride } from './stride.ts'
import { Surroundings } from './surroundings.ts'

export const routeKinds = {
  HTTPRoute: 'gateway.networking.k8s.io/v1', VirtualService: 'networking.istio.io/v1', Ingress: 'networking.k8s.io/v1',
} as const

export class TrafficWorld {
  readonly pods: SimulatedPods
  readonly prometheus: PrometheusServer
  readonly #cluster: Cluster
  readonly #endpoints = new Endpoints()
  readonly #routes = new Map<string, KubeObject>()
  readonly #stop: AbortController
  readonly #tasks: Promise<void>[] = []
  readonly #front: string

  private constructor(cluster: Cluster, pods: SimulatedPods, prometheus: PrometheusServer, front: string, stop: AbortController) {
    this.#cluster = cluster
    this.pods = pods
    this.prometheus = prometheus
    this.#front = front
    this.#stop = stop
  }

  /** @returns undefined when Prometheus is not there: skip, loudly */
  static async start(cluster: Cluster): Promise<TrafficWorld | undefined> {
    const stop = new AbortController()
    const surroundings = new Surroundings()
    const pods = new SimulatedPods(pod => surroundings.misplaced(pod))
    let world: TrafficWorld | undefined
    const front = createServer(({ url }, response) => {
      if (url === '/targets') response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(pods.targets()))
      else if (world !== undefined) world.#forward(url ?? '', response)
    })
    await new Promise<void>(resolve => { front.listen(0, '127.0.0.1', resolve) })
    const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`
    const prometheus = await startPrometheus({ scrapeConfigs: [{ job_name: 'pods', http_sd_configs: [{ url: `${url}/targets`, refresh_interval: '1s' }] }] })
    stop.signal.addEventListener('abort', () => {
      front.close()
      front.closeAllConnections()
    })
    if (prometheus === undefined) {
      stop.abort()
      return undefined
    }
    world = new TrafficWorld(cluster, pods, prometheus, url, stop)
    world.#run(surroundings.watch(cluster, stop.signal))
    world.#run(pods.watch(cluster, stop.signal))
    world.#run(world.#endpoints.watch(cluster, stop.signal))
    world.follow('Ingress')
    return world
  }

  /** Takes routes of a kind into account, whose definition must be there. HTTPRoutes are accepted as a gateway's controller does. */
  follow(kind: keyof typeof routeKinds): void {
    this.#run(this.#follow(kind))
  }

  /** @param rate requests a second */
  load(entry: Entry, rate: number): Load {
    return new Load(this.pods, this.#picks(entry), rate)
  }

  /** A URL that leads to a Service of a namespace, for checks that ask one. Answers 503 where no pod is behind it. */
  url(namespace: string, service: string): string {
    return `${this.#front}/${namespace}/${service}/`
  }

  /** Chooses the pod for each request. */
  #picks(entry: Entry): () => string | undefined {
    const legs = new Stride()
    const backends = new Map<string, Stride>()
    return () => {
      const service = legs.next(this.#legs(entry).map(({ service: key, weight }) => ({ key, weight })))
      if (service === undefined) return undefined
      if (!backends.has(service)) backends.set(service, new Stride())
      return backends.get(service)!.next(this.#endpoints.of(entry.namespace, service).map(key => ({ key, weight: 1 })))
    }
  }

  #forward(path: string, response: ServerResponse): void {
    const [, namespace = '', name = ''] = path.split('/')
    const pod = this.pods.get(this.#picks({ namespace, kind: 'Service', name })() ?? '')
    if (pod === undefined) return void response.writeHead(503).end('no endpoint\n')
    request({ host: '127.0.0.1', port: pod.port, path: '/' }, answer => { answer.pipe(response.writeHead(answer.statusCode!, { 'x-image': imageOf(pod.pod) })) })
      .on('error', () => { response.writeHead(502).end('the pod is gone\n') }).end()
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await Promise.all([...this.#tasks, this.prometheus.stop()])
  }

  #legs({ namespace, kind, name }: Entry): readonly Leg[] {
    if (kind === 'Service') return [{ service: name, weight: 1 }]
    const route = this.#routes.get(`${kind} ${namespace}/${name}`)
    if (route === undefined) return []
    if (kind === 'HTTPRoute') return httpRouteLegs(route)
    if (kind === 'VirtualService') return virtualServiceLegs(route)
    return ingressLegs(route, [...this.#routes.values()].filter(other => other.kind === 'Ingress' && other.metadata.namespace === namespace && other !== route))
  }

  async #follow(kind: keyof typeof routeKinds): Promise<void> {
    const { signal } = this.#stop
    for await (const event of this.#cluster.watch(routeKinds[kind], kind, { signal })) {
      if (event.type === 'SYNCED') continue
      const { type, object } = event
      const { namespace, name, generation } = object.metadata
      void sleep(proxyLag, undefined, { signal, ref: false }).then(async () => {
        const key = `${kind} ${namespace}/${name}`
        if (type === 'DELETED') return void this.#routes.delete(key)
        this.#routes.set(key, { ...object, kind })
        if (kind === 'HTTPRoute' && object.status?.parents?.[0]?.conditions?.[0]?.observedGeneration !== generation) await this.#accept(object)
      }).catch((error: unknown) => {
        if (!signal.aborted && !/not found|conflict/i.test(String(error))) process.stderr.write(`traffic: ${String(error)}\n`)
      })
    }
  }

  async #accept({ metadata, spec }: KubeObject): Promise<void> {
    const condition = (type: string) => ({ type, status: 'True', reason: type, message: '', observedGeneration: metadata.generation, lastTransitionTime: new Date().toISOString() })
    const parents = (spec?.parentRefs ?? []).map((parentRef: object) => ({ parentRef, controllerName: 'traffic.test/gateway', conditions: [condition('Accepted'), condition('ResolvedRefs')] }))
    await this.#cluster.patch({ apiVersion: routeKinds.HTTPRoute, kind: 'HTTPRoute', namespace: metadata.namespace!, name: metadata.name! }, 'merge', { status: { parents } }, { subresource: 'status' })
  }

  #run(task: Promise<void>): void {
    this.#tasks.push(task.catch((error: unknown) => {
      if (!this.#stop.signal.aborted) process.stderr.write(`traffic: ${error instanceof Error ? error.stack : String(error)}\n`)
    }))
  }
}
