import { Agent, createServer, request as send } from 'node:https'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import * as certificates from '../../src/cluster/kube/fixtures/certificates.ts'

/** What the proxy does to one request. "After" means that the real server did what was asked, and the client is not told. */
export type Fault =
  | { do: 'cut' | 'reset'; when: 'before' | 'after' }
  /** The head and half of the answer, then nothing. */
  | { do: 'cut-answer' }
  | { do: 'answer'; when: 'before' | 'after'; status: number; message: string; reason?: string; headers?: Record<string, string> }
  /** 200 and a page of HTML. */
  | { do: 'page'; when: 'before' | 'after' }
  | { do: 'half-gzip' }
  | { do: 'delay'; milliseconds: number }
  /** Watches only: the connection ends after a while, or the watch says 410 at once. */
  | { do: 'end-watch'; after: number }
  | { do: 'expire-watch' }
  /** Not answered until the client goes away. */
  | { do: 'silence' }

export interface Passing { method: string; url: string; watch: boolean; write: boolean; agent: string; /** Counts from 1. */ index: number }

/** Says what to do to a request; undefined lets it pass. It may also look, and act elsewhere. */
export type Rule = (request: Passing) => Fault | undefined | Promise<Fault | undefined>

export interface FaultProxy {
  /** A kubeconfig of the same user, to go this way. */
  readonly kubeconfig: string
  /** Every request so far, `faulted` when the rule touched it. */
  readonly seen: (Passing & { faulted: boolean })[]
  /** Replaces the rule; undefined lets everything pass. */
  rule: Rule | undefined
  stop(): Promise<void>
}

/** A TLS server before a real API server, which does to requests what a test asks for. */
export async function startFaultProxy(target: { server: string; token: string; dir: string }, namespace: string): Promise<FaultProxy> {
  const upstream = new Agent({ keepAlive: true, maxSockets: 64, rejectUnauthorized: false })
  const seen: FaultProxy['seen'] = []
  const handle: RequestListener = (incoming, outgoing) => {
    const url = incoming.url ?? '/'
    const method = incoming.method ?? 'GET'
    const passing: Passing = { method, url, watch: /[?&]watch=(true|1)/.test(url), write: method !== 'GET', agent: incoming.headers['user-agent'] ?? '', index: seen.length + 1 }
    const entry = { ...passing, faulted: false }
    seen.push(entry)
    incoming.on('error', () => {})
    outgoing.on('error', () => {})
    void read(incoming).then(async body => {
      const fault = await proxy.rule?.(passing)
      entry.faulted = fault !== undefined
      pass(target.server, upstream, incoming, body, outgoing, fault)
    }, () => outgoing.destroy())
  }
  const server = createServer({ ...certificates.server }, handle)
  server.on('clientError', (_error, socket) => { socket.destroy() })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const kubeconfig = join(target.dir, `kubeconfig-${namespace}`)
  writeFileSync(kubeconfig, JSON.stringify({
    apiVersion: 'v1', kind: 'Config', 'current-context': 'faulty',
    clusters: [{ name: 'faulty', cluster: { server: url, 'certificate-authority-data': Buffer.from(certificates.authority).toString('base64') } }],
    users: [{ name: 'admin', user: { token: target.token } }],
    contexts: [{ name: 'faulty', context: { cluster: 'faulty', user: 'admin', namespace } }],
  }), { mode: 0o600 })
  const proxy: FaultProxy = {
    kubeconfig, seen, rule: undefined,
    async stop() {
      server.closeAllConnections()
      upstream.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
  return proxy
}

function pass(target: string, agent: Agent, incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse, fault: Fault | undefined): void {
  const drop = (how: 'cut' | 'reset'): void => {
    const { socket } = outgoing
    // The TLS socket has no reset of its own; its connection has.
    const raw = (socket as unknown as { _parent?: { resetAndDestroy?: () => void } } | null)?._parent
    if (how === 'reset' && raw?.resetAndDestroy !== undefined) raw.resetAndDestroy()
    socket?.destroy()
  }
  if (fault?.do === 'silence') return
  if (fault?.do === 'half-gzip') {
    const whole = gzipSync(JSON.stringify({ kind: 'ConfigMap', metadata: { name: 'x'.repeat(400) } }))
    outgoing.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(whole.subarray(0, whole.length >> 1))
    return
  }
  if (fault?.do === 'expire-watch') {
    const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: 'too old resource version: 1 (2)', reason: 'Expired', code: 410 }
    outgoing.writeHead(200, { 'content-type': 'application/json' }).end(`${JSON.stringify({ type: 'ERROR', object: status })}\n`)
    return
  }
  const instead = (): boolean => {
    if (fault?.do === 'cut' || fault?.do === 'reset') drop(fault.do)
    else if (fault?.do === 'page') outgoing.writeHead(200, { 'content-type': 'text/html' }).end('<html><title>Log in</title>')
    else if (fault?.do === 'answer') {
      const { status, message, reason = 'InternalError', headers } = fault
      outgoing.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code: status }))
    } else return false
    return true
  }
  // A watch has no end to wait for.
  const at = fault !== undefined && 'when' in fault ? (/[?&]watch=/.test(incoming.url!) ? 'before' : fault.when) : undefined
  if (at === 'before' && instead()) return
  const forward = (): void => {
    const { host: _host, 'accept-encoding': _encoding, ...headers } = incoming.headers
    const onward = send(target + incoming.url!, { method: incoming.method, agent, headers })
    onward.on('error', () => { drop('cut') })
    outgoing.on('close', () => { onward.destroy() })
    onward.on('response', answer => {
      answer.on('error', () => { drop('cut') })
      if (at === 'after') {
        answer.on('end', instead).resume()
        return
      }
      if (fault?.do === 'cut-answer') {
        void read(answer).then(whole => {
          const { 'transfer-encoding': _chunked, ...headers } = answer.headers
          outgoing.writeHead(answer.statusCode!, { ...headers, 'content-length': String(whole.length) })
          outgoing.write(whole.subarray(0, whole.length >> 1), () => { drop('cut') })
        }, () => { drop('cut') })
        return
      }
      if (fault?.do === 'end-watch') setTimeout(() => { drop('cut') }, fault.after).unref()
      outgoing.writeHead(answer.statusCode!, answer.headers)
      outgoing.flushHeaders()
      answer.pipe(outgoing)
    })
    onward.end(body)
  }
  if (fault?.do === 'delay') setTimeout(forward, fault.milliseconds)
  else forward()
}

async function read(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
