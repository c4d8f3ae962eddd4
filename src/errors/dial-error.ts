/** What Node says about a connection that could not be made. */
export interface DialError extends Error { code?: string; address?: string; port?: number; hostname?: string; syscall?: string; errors?: DialError[] }

/** Node tries all addresses of a name and reports them together; Go names the first. */
export function firstDialError<E extends DialError>(error: E): E {
  return error.errors !== undefined && error.errors.length > 0 ? (error.errors[error.errors.length - 1]! as E) : error
}

/** Go's words for it (net.OpError); undefined when the connection stood. */
export function dialErrorText(error: DialError, hostname: string): string | undefined {
  const peer = error.address === undefined ? '' : ` ${error.address.includes(':') ? `[${error.address}]` : error.address}:${error.port}`
  switch (error.code) {
    case 'ECONNREFUSED': return `dial tcp${peer}: connect: connection refused`
    case 'EHOSTUNREACH': return `dial tcp${peer}: connect: no route to host`
    case 'ENETUNREACH': return `dial tcp${peer}: connect: network is unreachable`
    case 'ETIMEDOUT': return error.syscall === 'connect' ? `dial tcp${peer}: connect: connection timed out` : undefined
    case 'ENOTFOUND': return `dial tcp: lookup ${error.hostname ?? hostname}${resolver()}: no such host`
    case 'EAI_AGAIN': return `dial tcp: lookup ${error.hostname ?? hostname}${resolver()}: server misbehaving`
  }
  return undefined
}

/** Go's pure resolver names the server it asked. */
function resolver(): string {
  const server = process.getBuiltinModule('node:dns').getServers()[0]
  if (server === undefined) return ''
  const withPort = /^\[.*\]:\d+$|^[^:]+:\d+$/.test(server)
  return ` on ${withPort ? server : server.includes(':') ? `[${server}]:53` : `${server}:53`}`
}
