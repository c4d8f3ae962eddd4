import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { nowOf } from './behaviour.ts'
import type { Behaviour } from './behaviour.ts'
import { Counters } from './exposition.ts'
import { Stride } from './stride.ts'

/** Says on whose account a request failed: `version`, on command; anything else is a reason why no request should have come here. */
export const faultHeader = 'x-fault'

/** Connections that wait to be taken: where the kernel has no room for more, it lets clients believe that they are connected. A busy test machine is no reason to lose any. */
const backlog = 4096

/** What stands in for the process of a pod: a real HTTP server of its own port, with counters of its own. */
export class PodProcess {
  #counters = new Counters()
  readonly #server = createServer((request, response) => { this.#serve(request, response) })
  readonly #behaviour: () => Behaviour
  readonly #misplaced: () => string | undefined
  readonly #chance = new Stride()
  #ended = false
  port = 0

  /**
   * @param behaviour asked at every request
   * @param misplaced why the process cannot do its work where it is, if so: a configuration that is not its own, a schema that is not there
   */
  constructor(behaviour: () => Behaviour, misplaced: () => string | undefined) {
    this.#behaviour = behaviour
    this.#misplaced = misplaced
    // Connections are kept for as long as the process lives: a client that uses one just as it is closed would see a failure that is nobody's fault.
    this.#server.keepAliveTimeout = 0
    this.#server.requestTimeout = 0
    this.#server.headersTimeout = 0
  }

  async start(): Promise<void> {
    await new Promise<void>(resolve => { this.#server.listen({ port: 0, host: '127.0.0.1', backlog }, resolve) })
    this.#server.unref()
    this.port = (this.#server.address() as AddressInfo).port
    if (this.#ended) this.#server.close()
  }

  /** As after a crash: all counters begin anew. */
  restart(): void { this.#counters = new Counters() }

  /** Takes nothing more; what was begun is finished, but for what hangs. */
  end(): void {
    this.#ended = true
    this.#server.close()
    setTimeout(() => { this.#server.closeAllConnections() }, 2000).unref()
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const behaviour = this.#behaviour()
    if (request.url === '/metrics') {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(this.#counters.text(nowOf(behaviour.metrics)))
      return
    }
    if (behaviour.hangs) return
    const began = performance.now()
    const share = nowOf(behaviour.errors)
    const misplaced = this.#misplaced()
    const fails = misplaced !== undefined || this.#chance.next([{ key: 'error', weight: share }, { key: 'fine', weight: 1 - share }]) === 'error'
    const latency = this.#latency(behaviour)
    setTimeout(() => {
      // What is measured is what was waited for; a busy test machine is no slow version.
      this.#counters.observe(fails ? 500 : 200, Math.min((performance.now() - began) / 1000, latency / 1000 + 0.02))
      response.writeHead(fails ? 500 : 200, fails ? { [faultHeader]: misplaced ?? 'version' } : {}).end(fails ? 'no\n' : 'yes\n')
    }, latency)
  }

  readonly #latencies = new Stride()
  #latency(behaviour: Behaviour): number {
    const key = this.#latencies.next(behaviour.latency.map(({ share, milliseconds }) => ({ key: String(milliseconds), weight: share })))
    return Number(key ?? 0)
  }
}
