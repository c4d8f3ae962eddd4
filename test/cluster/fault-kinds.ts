import type { ControlPlane } from './control-plane.ts'
import type { Fault, FaultProxy, Passing } from './fault-proxy.ts'

export type Operation = 'install' | 'upgrade' | 'rollback' | 'uninstall'

/** One operation under way, as a kind of fault sees it. */
export interface Victim {
  readonly operation: Operation
  readonly namespace: string
  readonly plane: ControlPlane
  readonly proxy: FaultProxy
  /** A number in [0, 1), from the seed. */
  readonly random: () => number
  /** Notes that the harm was done, where no request tells. */
  harmed(): void
  /** SIGKILL to the program. */
  kill(): void
  /** Starts another program on the same release. */
  rival(tool: 'pintle' | 'helm'): void
}

export interface FaultKind {
  readonly name: string
  /** Pintle must end well in spite of it. */
  readonly mends?: boolean
  /** The whole control plane suffers: nothing else runs meanwhile. */
  readonly alone?: boolean
  /** The operation waits for its objects. */
  readonly waits?: boolean
  /** Takes a minute and more: left out of the small selection. */
  readonly slow?: boolean
  /** Operations it makes sense for; all when left out. */
  readonly operations?: readonly Operation[]
  /** Makes the harm ready before the program starts; what it returns is awaited after the program has ended. */
  begin(victim: Victim): void | (() => Promise<void>) | Promise<void | (() => Promise<void>)>
}

/** How many requests an operation makes, about. */
const requests: Readonly<Record<Operation, number>> = { install: 24, upgrade: 26, rollback: 24, uninstall: 26 }
/** A moment of the operation, as the number of its request. */
const moment = ({ operation, random }: Victim): number => 2 + Math.floor(random() * requests[operation])
const pick = <T>(random: () => number, from: readonly T[]): T => from[Math.floor(random() * from.length)]!

/** From a random request on, so many requests suffer. */
function burst(name: string, fault: (victim: Victim, request: Passing) => Fault | undefined, more: Partial<FaultKind> & { most?: number } = {}): FaultKind {
  const { most = 3, ...rest } = more
  return {
    name, mends: true, ...rest,
    begin(victim) {
      const first = moment(victim)
      const last = first + Math.floor(victim.random() * most)
      victim.proxy.rule = (request) => (request.index >= first && request.index <= last ? fault(victim, request) : undefined)
    },
  }
}

/** From a random request on, everything suffers for a while. */
function storm(name: string, fault: (victim: Victim, request: Passing) => Fault | undefined, milliseconds: number, more: Partial<FaultKind> = {}): FaultKind {
  return {
    name, ...more,
    begin(victim) {
      const first = moment(victim)
      let until: number | undefined
      victim.proxy.rule = (request) => {
        if (request.index < first) return undefined
        until ??= Date.now() + milliseconds
        return Date.now() < until ? fault(victim, request) : undefined
      }
    },
  }
}

/** Something happens elsewhere when a random request arrives. */
function event(name: string, happen: (victim: Victim) => Promise<void> | void, more: Partial<FaultKind> = {}): FaultKind {
  return {
    name, ...more,
    begin(victim) {
      const at = moment(victim)
      let happening: Promise<void> | undefined
      victim.proxy.rule = (request) => {
        if (request.index !== at) return undefined
        victim.harmed()
        happening = Promise.resolve(happen(victim))
        return undefined
      }
      return async () => { await happening }
    },
  }
}

/** A second writer, from the same moment on or later. */
function rivalry(name: string, tool: 'pintle' | 'helm'): FaultKind {
  const later = event(name, (victim) => { victim.rival(tool) })
  return {
    name,
    begin(victim) {
      if (victim.random() < 0.5) return later.begin(victim)
      victim.harmed()
      victim.rival(tool)
      return undefined
    },
  }
}

const whens = ['before', 'after'] as const
const status = (code: number, message: string, reason: string, when: 'before' | 'after', headers: Record<string, string> = {}): Fault => ({ do: 'answer', when, status: code, message, reason, headers })
const webhookName = (namespace: string): string => `hang-${namespace}`

export const faultKinds: readonly FaultKind[] = [
  burst('cut before the server took it', () => ({ do: 'cut', when: 'before' })),
  burst('cut after the server took it', () => ({ do: 'cut', when: 'after' })),
  burst('cut in the middle of the answer', () => ({ do: 'cut-answer' })),
  burst('reset', ({ random }) => ({ do: 'reset', when: pick(random, whens) })),
  storm('429 storm with Retry-After', () => status(429, 'too many requests', 'TooManyRequests', 'before', { 'retry-after': '1' }), 1500, { mends: true }),
  storm('429 storm', () => status(429, 'too many requests', 'TooManyRequests', 'before'), 1500, { mends: true }),
  burst('500', ({ random }) => status(500, 'an internal error', 'InternalError', pick(random, whens))),
  burst('502, 503, 504', ({ random }) => status(pick(random, [502, 503, 504]), 'no upstream', 'ServiceUnavailable', pick(random, whens))),
  storm('503 storm', () => status(503, 'apiserver is shutting down', 'ServiceUnavailable', 'before'), 2500, { mends: true }),
  burst('leader changed', ({ random }) => status(500, pick(random, ['etcdserver: leader changed', 'etcdserver: request timed out', 'etcdserver: no leader']), 'InternalError', pick(random, whens))),
  burst('slow answers', ({ random }) => ({ do: 'delay', milliseconds: 300 + random() * 1200 }), { most: 8 }),
  burst('an answer that is not JSON', ({ random }) => ({ do: 'page', when: pick(random, whens) }), { most: 2 }),
  burst('gzip cut short', () => ({ do: 'half-gzip' })),
  { name: 'watches cut every second', mends: true, waits: true, begin({ proxy }) { proxy.rule = ({ watch }) => (watch ? { do: 'end-watch', after: 1000 } : undefined) } },
  {
    name: '410 on watches', mends: true, waits: true,
    begin({ proxy, random }) { proxy.rule = ({ watch }) => (watch && random() < 0.6 ? (random() < 0.5 ? { do: 'expire-watch' } : status(410, 'too old resource version', 'Expired', 'before')) : undefined) },
  },
  storm('token refused from now on', () => status(401, 'Unauthorized', 'Unauthorized', 'before'), 3_600_000),
  storm('etcd is full', (_, { write }) => (write ? status(500, 'etcdserver: mvcc: database space exceeded', 'InternalError', 'before') : undefined), 3_600_000),
  storm('the server is gone for good', () => ({ do: 'cut', when: 'before' }), 3_600_000, { slow: true }),
  event('API server killed and started again', ({ plane, random }) => plane.restartApiServer(random() * 2000), { alone: true, mends: true }),
  event('etcd frozen', ({ plane, random }) => plane.freezeEtcd(1000 + random() * 4000), { alone: true, mends: true }),
  event('kill -9 at any moment', (victim) => new Promise(resolve => setTimeout(() => { victim.kill(); resolve() }, victim.random() * 60))),
  {
    name: 'kill -9 before a request arrives',
    begin(victim) {
      const at = moment(victim)
      victim.proxy.rule = (request) => {
        if (request.index === at) victim.kill()
        return request.index >= at ? { do: 'cut', when: 'before' } : undefined
      }
    },
  },
  rivalry('another Pintle', 'pintle'),
  rivalry('a Helm beside it', 'helm'),
  event('the namespace is deleted', async ({ plane, namespace }) => { await plane.cluster.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace }) }),
  {
    name: 'a webhook that does not answer', operations: ['install', 'upgrade', 'rollback'],
    async begin({ plane, namespace, random, harmed }) {
      const { hangingServer } = await import('./hanging-server.ts')
      const hook = await hangingServer()
      const resource = pick<string>(random, ['configmaps', 'deployments', 'services', 'jobs'])
      await plane.cluster.create({
        apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration', metadata: { name: webhookName(namespace) },
        webhooks: [{
          name: 'hang.faults.pintle.dev', admissionReviewVersions: ['v1'], sideEffects: 'None', failurePolicy: 'Fail', timeoutSeconds: 1,
          clientConfig: { url: hook.url, caBundle: hook.caBundle },
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
          rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['CREATE', 'UPDATE'], resources: [resource] }],
        }],
      })
      harmed()
      // The API server learns of it by a watch.
      await new Promise(resolve => setTimeout(resolve, 500))
      return async () => {
        await plane.cluster.delete({ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration', name: webhookName(namespace) })
        hook.stop()
        await new Promise(resolve => setTimeout(resolve, 500))
      }
    },
  },
]
