import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HttpClient } from '../../../charts/http/index.ts'
import { PintleError } from '../../../errors/index.ts'
import type { Path } from '../../settings/index.ts'
import type { MetricProvider, MetricQuery } from '../types.ts'
import { openProvider, providerKinds } from './registry.ts'
import { SecretTexts } from './secret-texts.ts'

export const fault = (path: Path, message: string, hint?: string) => new PintleError('config.invalid', `${path.join('.')}: ${message}`, { ...(hint !== undefined && { hint }) })

/** A source of metrics as `slo` of a service has it, opened. */
export async function opened(kind: string, raw: unknown, { env = {}, folder = '/' }: { env?: NodeJS.ProcessEnv; folder?: string } = {}): Promise<MetricProvider> {
  const settings = providerKinds[kind]!.read(raw, ['slo', kind], fault)
  // What stands in plans and journals is plain data.
  const kept = JSON.parse(JSON.stringify(settings)) as typeof settings
  const secrets = new SecretTexts({ env, folder })
  const http = new HttpClient({ env: {}, userAgent: 'test' })
  return await openProvider(kept, { env, http, folder, fill: (text) => secrets.fill(text), hide: (text) => secrets.hide(text) })
}

export const asked = (text: string, measure: MetricQuery['about']['measure'] = 'free', window = 300_000): MetricQuery => ({ text, window, about: { measure, track: 'canary' } })

export interface Request { readonly method: string; readonly url: URL; readonly headers: IncomingMessage['headers']; readonly body: string }
export interface Reply { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: unknown }

/** A server of metrics that answers as it is told; undefined: never. */
export class TestServer {
  readonly requests: Request[] = []
  answer: (request: Request) => Reply | undefined = () => ({ status: 404 })
  readonly #server: Server

  constructor() {
    this.#server = createServer((request, response) => void this.#take(request, response))
  }

  async start(): Promise<string> {
    await new Promise<void>((ready) => { this.#server.listen(0, '127.0.0.1', ready) })
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  stop(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const received = { method: request.method!, url: new URL(request.url!, 'http://x'), headers: request.headers, body: Buffer.concat(chunks).toString() }
    this.requests.push(received)
    const reply = this.answer(received)
    if (reply === undefined) return
    const { status = 200, headers = { 'content-type': 'application/json' }, body = '' } = reply
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body))
  }
}
