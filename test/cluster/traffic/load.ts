import { Agent, request } from 'node:http'
import { imageOf } from './pods.ts'
import type { SimulatedPods } from './pods.ts'
import { faultHeader } from './pod-process.ts'

/** Where requests are sent: a Service, or a route before Services. */
export interface Entry { readonly namespace: string; readonly kind: 'Service' | 'HTTPRoute' | 'VirtualService' | 'Ingress'; readonly name: string }

/** What became of the requests of a while. */
export interface Tally {
  readonly total: number
  /** That the version itself made fail, as it was told to. */
  readonly byVersion: number
  /** That nobody told to fail, by reason: nothing may be counted here while a release is rolled out. */
  readonly byTool: Readonly<Record<string, number>>
  /** Requests by image of the pod that had them. */
  readonly byImage: Readonly<Record<string, number>>
}

/** Milliseconds that a client waits for an answer. */
const patience = 30_000

interface Second { readonly at: number; readonly byImage: Map<string, number> }

/** Steady requests to one entry. */
export class Load {
  readonly #pods: SimulatedPods
  readonly #pick: () => string | undefined
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 128, maxFreeSockets: 64 })
  readonly #timer: NodeJS.Timeout
  readonly #byTool: Record<string, number> = {}
  readonly #byImage = new Map<string, number>()
  readonly #seconds: Second[] = []
  readonly #failures: { readonly at: number; readonly reason: string; readonly pod: string }[] = []
  /** Requests a second; may be changed. */
  rate: number
  #open = 0
  #total = 0
  #byVersion = 0

  /** @param pick the UID of the pod that the next request goes to; undefined when there is none */
  constructor(pods: SimulatedPods, pick: () => string | undefined, rate: number) {
    this.#pods = pods
    this.#pick = pick
    this.rate = rate
    let last = performance.now()
    let due = 0
    this.#timer = setInterval(() => {
      const now = performance.now()
      // After a standstill of this process nothing is made up for: that would be a burst.
      due = Math.min(due + ((now - last) / 1000) * this.rate, Math.max(5, this.rate / 5))
      last = now
      // A version that hangs, or a machine that is busy with something else, is not given ever more.
      for (; due >= 1 && this.#open < this.rate; due--) this.#send()
    }, 10)
    this.#timer.unref()
  }

  tally(): Tally {
    return { total: this.#total, byVersion: this.#byVersion, byTool: { ...this.#byTool }, byImage: Object.fromEntries(this.#byImage) }
  }

  /** When requests failed that nobody told to fail, the first hundred. */
  get failures(): readonly { readonly at: number; readonly reason: string; readonly pod: string }[] { return this.#failures }

  /** Percent of the requests from one moment to another (milliseconds since 1970, to the second) that an image had. */
  share(image: string, from: number, until = Date.now()): number {
    let all = 0
    let its = 0
    for (const { at, byImage } of this.#seconds) {
      if (at < Math.ceil(from / 1000) || at >= Math.floor(until / 1000)) continue
      for (const [name, count] of byImage) {
        all += count
        if (name === image) its += count
      }
    }
    return all === 0 ? Number.NaN : (its / all) * 100
  }

  /** Sends no more, and waits for what is under way. */
  async stop(): Promise<Tally> {
    clearInterval(this.#timer)
    for (const end = Date.now() + patience + 1000; this.#open > 0 && Date.now() < end;) await new Promise(resolve => { setTimeout(resolve, 20) })
    this.#agent.destroy()
    return this.tally()
  }

  #send(): void {
    this.#total++
    const uid = this.#pick()
    if (uid === undefined) return this.#fault('no endpoint', '')
    const pod = this.#pods.get(uid)
    if (pod === undefined) return this.#fault('connection refused: the pod is gone', uid)
    const { namespace, name } = pod.pod.metadata
    const image = imageOf(pod.pod)
    this.#count(image)
    const hung = (): boolean => this.#pods.behaviour(namespace!, image).hangs
    this.#open++
    let over = false
    const done = (fault: string | undefined): void => {
      if (over) return
      over = true
      this.#open--
      if (fault === 'version') this.#byVersion++
      else if (fault !== undefined) this.#fault(fault, name!)
    }
    const sent = request({ host: '127.0.0.1', port: pod.port, path: '/', agent: this.#agent, timeout: patience }, response => {
      const fault = response.statusCode === 200 ? undefined : String(response.headers[faultHeader] ?? `status ${response.statusCode}`)
      response.on('error', () => { done('broken off') }).on('end', () => { done(fault) }).resume()
    })
    sent.on('timeout', () => { sent.destroy(new Error('no answer')) })
    sent.on('error', (error: NodeJS.ErrnoException) => { done(hung() ? 'version' : `connection: ${error.code ?? error.message}`) })
    sent.end()
  }

  #count(image: string): void {
    this.#byImage.set(image, (this.#byImage.get(image) ?? 0) + 1)
    const at = Math.floor(Date.now() / 1000)
    let second = this.#seconds.at(-1)
    if (second?.at !== at) this.#seconds.push(second = { at, byImage: new Map() })
    second!.byImage.set(image, (second!.byImage.get(image) ?? 0) + 1)
  }

  #fault(reason: string, pod: string): void {
    this.#byTool[reason] = (this.#byTool[reason] ?? 0) + 1
    if (this.#failures.length < 100) this.#failures.push({ at: Date.now(), reason, pod })
  }
}
