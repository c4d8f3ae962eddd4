import type * as Net from 'node:net'
import type * as Http from 'node:http'

/** What a proxy-url says, or what is wrong with it (clientcmd helpers.go parseProxyURL). */
export function parseProxyUrl(text: string): URL | string {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return 'could not parse: ' + text.replace(/\/\/[^/@]*@/, '//')
  }
  if (!['http:', 'https:', 'socks5:'].includes(url.protocol)) {
    return `unsupported scheme ${JSON.stringify(url.protocol.slice(0, -1))}, must be http, https, or socks5`
  }
  return url
}

/**
 * The proxy the environment asks for (golang.org/x/net/http/httpproxy): HTTPS_PROXY or HTTP_PROXY by the target's scheme, unless
 * NO_PROXY names the host. Loopback addresses never use one.
 */
export function proxyFromEnvironment(target: URL, env: NodeJS.ProcessEnv): URL | undefined {
  const text = target.protocol === 'https:' ? env.HTTPS_PROXY || env.https_proxy : env.HTTP_PROXY || env.http_proxy
  if (!text || !usesProxy(target, env.NO_PROXY || env.no_proxy || '')) return undefined
  const parsed = parseProxyUrl(/^[a-z0-9+.-]+:\/\//i.test(text) ? text : `http://${text}`)
  return typeof parsed === 'string' ? undefined : parsed
}

function usesProxy(target: URL, noProxy: string): boolean {
  const host = bareHost(target).toLowerCase()
  if (host === 'localhost') return false
  const port = target.port || (target.protocol === 'https:' ? '443' : '80')
  const net = process.getBuiltinModule('node:net')
  const family = net.isIP(host)
  if (family === 4 && host.startsWith('127.')) return false
  if (family === 6 && host === '::1') return false
  for (const raw of noProxy.split(',')) {
    const entry = raw.trim().toLowerCase()
    if (entry === '') continue
    if (entry === '*') return false
    const subnet = /^(.+)\/(\d{1,3})$/.exec(entry)
    if (subnet !== null && net.isIP(subnet[1]!) !== 0 && Number(subnet[2]) <= (net.isIP(subnet[1]!) === 4 ? 32 : 128)) {
      const kind = net.isIP(subnet[1]!)
      if (family !== kind) continue
      const list = new net.BlockList()
      list.addSubnet(subnet[1]!, Number(subnet[2]), kind === 4 ? 'ipv4' : 'ipv6')
      if (list.check(host, kind === 4 ? 'ipv4' : 'ipv6')) return false
      continue
    }
    const parts = net.isIP(entry) === 0 ? /^(?:\[([^\]]*)\]|([^:]*)):(\d*)$/.exec(entry) : null
    const name = parts === null ? entry : parts[1] ?? parts[2]!
    if (name === '' || (parts?.[3] && parts[3] !== port)) continue
    if (net.isIP(name) !== 0) {
      if (family !== 0 && canonical(name) === canonical(host)) return false
      continue
    }
    const domain = name.startsWith('*.') ? name.slice(1) : name
    // ".example.com" covers subdomains only; "example.com" itself as well.
    if (host.endsWith(domain.startsWith('.') ? domain : `.${domain}`) || host === domain) return false
  }
  return true
}

/** One spelling for each address: IPv6 has many. */
const canonical = (address: string): string => (address.includes(':') ? new URL(`http://[${address}]`).hostname.replace(/^\[::ffff:([0-9a-f]+):([0-9a-f]+)\]$/, (_, a, b) => mapped(a, b)) : address)
const mapped = (a: string, b: string): string => [parseInt(a, 16) >> 8, parseInt(a, 16) & 255, parseInt(b, 16) >> 8, parseInt(b, 16) & 255].join('.')

/** A URL's host without the brackets of an IPv6 address. */
export const bareHost = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '')

/** Opens a byte stream to host:port through a proxy. */
export async function tunnel(proxy: URL, host: string, port: number): Promise<Net.Socket> {
  if (proxy.protocol === 'socks5:') return socksTunnel(proxy, host, port)
  const http: Pick<typeof Http, 'request'> = proxy.protocol === 'https:' ? process.getBuiltinModule('node:https') : process.getBuiltinModule('node:http')
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`
  return new Promise((resolve, reject) => {
    const request = http.request({
      host: bareHost(proxy),
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...proxyAuthorization(proxy) },
      agent: false,
      timeout: 30_000,
    })
    request.on('connect', (response, socket) => {
      if (response.statusCode === 200) resolve(socket as Net.Socket)
      else {
        socket.destroy()
        reject(new ProxyError(response.statusMessage || `proxy answered ${response.statusCode}`))
      }
    })
    request.on('timeout', () => request.destroy(new ProxyError('i/o timeout')))
    request.on('error', error => reject(error instanceof ProxyError ? error : new ProxyError((error as NodeJS.ErrnoException).code ?? 'proxyconnect failed', { cause: error })))
    request.end()
  })
}

/** The proxy, not the API server, failed; the text is what Go's transport prints after "proxyconnect tcp: ". */
export class ProxyError extends Error {}

/** The header that names us to a proxy whose URL holds a user. */
export function proxyAuthorization(proxy: URL): Record<string, string> {
  if (proxy.username === '') return {}
  return { 'proxy-authorization': `Basic ${Buffer.from(`${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`).toString('base64')}` }
}

/** SOCKS version 5 (RFC 1928) with optional user and password (RFC 1929); names are resolved by the proxy. */
async function socksTunnel(proxy: URL, host: string, port: number): Promise<Net.Socket> {
  const net = process.getBuiltinModule('node:net')
  const socket = net.connect({ host: bareHost(proxy), port: Number(proxy.port || 1080) })
  const failure = new Promise<never>((_, reject) => {
    socket.once('error', error => reject(new ProxyError((error as NodeJS.ErrnoException).code ?? 'socks connect failed', { cause: error })))
    socket.once('close', () => reject(new ProxyError('socks connect: unexpected EOF')))
  })
  failure.catch(() => {})
  const timer = setTimeout(() => socket.destroy(new Error('i/o timeout')), 30_000)
  let buffered = Buffer.alloc(0)
  let wake: (() => void) | undefined
  const onData = (chunk: Buffer): void => {
    buffered = Buffer.concat([buffered, chunk])
    wake?.()
  }
  socket.on('data', onData)
  const read = async (bytes: number): Promise<Buffer> => {
    while (buffered.length < bytes) await Promise.race([failure, new Promise<void>(resolve => { wake = resolve })])
    const out = buffered.subarray(0, bytes)
    buffered = buffered.subarray(bytes)
    return out
  }
  try {
    const user = proxy.username !== ''
    socket.write(Buffer.from(user ? [5, 2, 0, 2] : [5, 1, 0]))
    const method = (await read(2))[1]
    if (method === 2 && user) {
      const name = Buffer.from(decodeURIComponent(proxy.username))
      const password = Buffer.from(decodeURIComponent(proxy.password))
      socket.write(Buffer.concat([Buffer.from([1, name.length]), name, Buffer.from([password.length]), password]))
      if ((await read(2))[1] !== 0) throw new ProxyError('socks connect: username/password authentication failed')
    } else if (method !== 0) throw new ProxyError('socks connect: no acceptable authentication methods')
    const name = Buffer.from(host)
    socket.write(Buffer.concat([Buffer.from([5, 1, 0, 3, name.length]), name, Buffer.from([port >> 8, port & 255])]))
    const reply = await read(4)
    if (reply[1] !== 0) throw new ProxyError(`socks connect: ${socksReplies[reply[1] ?? 0] ?? `unknown code: ${reply[1]}`}`)
    const addressLength = reply[3] === 1 ? 4 : reply[3] === 4 ? 16 : (await read(1))[0]!
    await read(addressLength + 2)
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    clearTimeout(timer)
    socket.off('data', onData)
    socket.removeAllListeners('close')
  }
  if (buffered.length > 0) socket.unshift(buffered)
  return socket
}

const socksReplies: Readonly<Record<number, string>> = {
  1: 'general SOCKS server failure', 2: 'connection not allowed by ruleset', 3: 'network unreachable', 4: 'host unreachable',
  5: 'connection refused', 6: 'TTL expired', 7: 'command not supported', 8: 'address type not supported',
}
