import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface FakeRequest {
  readonly method: string
  readonly url: URL
  readonly headers: IncomingMessage['headers']
  readonly text: string
  readonly json: any
}

export interface FakeAnswer { readonly status?: number; readonly json?: unknown; readonly text?: string; readonly headers?: Readonly<Record<string, string>> }

/** What befalls the requests to come, before the service sees them. */
export type Trouble = 'wait' | 'refuse' | 'html' | 'huge' | 'fail' | 'cut' | 'silence'

export interface FakeServer {
  readonly url: string
  readonly seen: FakeRequest[]
  /** So many requests meet it; all that come, when left out. */
  trouble(kind: Trouble, times?: number): void
}

/** An HTTP service that answers by a function, and misbehaves when told. It repeats credentials in its errors, as real ones have done. */
export async function fakeServer(answer: (request: FakeRequest) => FakeAnswer): Promise<FakeServer> {
  const seen: FakeRequest[] = []
  let pending: { kind: Trouble; times: number } | undefined
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => { text += chunk.toString() })
    request.on('end', () => {
      const url = new URL(request.url!, 'http://127.0.0.1')
      const got: FakeRequest = { method: request.method!, url, headers: request.headers, text, json: text === '' ? undefined : tolerant(text) }
      seen.push(got)
      if (pending !== undefined && pending.times-- > 0) return befall(pending.kind, got, response)
      const { status = 200, json, text: plain, headers } = answer(got)
      response.writeHead(status, { 'content-type': json === undefined ? 'text/plain' : 'application/json', ...headers })
      response.end(json === undefined ? plain ?? '' : JSON.stringify(json))
    })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, trouble: (kind, times = Infinity) => { pending = { kind, times } } }
}

function befall(kind: Trouble, { headers, url, text }: FakeRequest, response: ServerResponse): void {
  const echo = `bad credentials ${headers.authorization ?? ''} at ${url.pathname}${url.search} ${text.slice(0, 500)}`
  switch (kind) {
    case 'wait':
      response.writeHead(429, { 'retry-after': '1', 'content-type': 'application/json' })
      return void response.end('{"ok":false,"error":"ratelimited"}')
    case 'refuse':
      response.writeHead(401, { 'content-type': 'application/json' })
      return void response.end(JSON.stringify({ ok: false, error: echo, message: echo }))
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' })
      return void response.end(`<html><body>${echo}</body></html>`)
    case 'huge': {
      response.writeHead(200, { 'content-type': 'application/json' })
      const timer = setInterval(() => response.write(Buffer.alloc(1 << 20, 0x20)), 1)
      return void response.on('close', () => clearInterval(timer))
    }
    case 'fail':
      response.writeHead(500)
      return void response.end(echo)
    case 'cut':
      return void response.destroy()
    case 'silence':
  }
}

function tolerant(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
