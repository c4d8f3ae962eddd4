import type * as Http from 'node:http'
import type { Duplex } from 'node:stream'
import { bareHost, tunnel } from './proxy.ts'
import { readTls, tlsKey, type TlsFiles } from './tls.ts'

/** Connections kept between requests, apart for each proxy and each set of certificates. */
export class Agents {
  readonly #agents = new Map<string, Http.Agent>()
  readonly #maxSockets: number

  constructor(maxSockets: number) {
    this.#maxSockets = maxSockets
  }

  /** @param system this machine's authorities count, too @throws PintleError http.tls when the files cannot be used */
  for(url: URL, proxy: URL | undefined, files: TlsFiles, system: boolean): Http.Agent {
    const secure = url.protocol === 'https:'
    // As Helm, files are read even where the server is plain.
    const key = `${url.protocol} ${proxy?.href ?? ''} ${tlsKey(files)} ${system}`
    let agent = this.#agents.get(key)
    if (agent === undefined) {
      agent = this.#make(secure, files, system)
      if (proxy !== undefined) throughProxy(agent, secure, proxy)
      this.#agents.set(key, agent)
    }
    return agent
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy()
    this.#agents.clear()
  }

  #make(secure: boolean, files: TlsFiles, system: boolean): Http.Agent {
    const common = { keepAlive: true, keepAliveMsecs: 30_000, scheduling: 'lifo' as const, timeout: 45_000, maxSockets: this.#maxSockets }
    if (!secure) {
      if (files.caFile || files.certFile || files.keyFile) readTls(files)
      return new (process.getBuiltinModule('node:http').Agent)(common)
    }
    return new (process.getBuiltinModule('node:https').Agent)({ ...common, minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'], ...readTls(files, system) })
  }
}

function throughProxy(agent: Http.Agent, secure: boolean, proxy: URL): void {
  const direct = agent.createConnection.bind(agent)
  agent.createConnection = (options, callback) => {
    if (!secure && proxy.protocol !== 'socks5:') return direct({ ...options, host: bareHost(proxy), port: Number(proxy.port || 80) } as never, callback)
    const { host, port } = options as { host?: string | null; port?: number | string | null }
    tunnel(proxy, host ?? '', Number(port)).then(
      (socket) => callback?.(null, secure ? (direct({ ...options, socket } as never) as Duplex) : socket),
      (error) => callback?.(error as Error, undefined as never),
    )
    return undefined as never
  }
}
