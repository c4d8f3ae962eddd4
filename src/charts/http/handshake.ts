import type { Duplex } from 'node:stream'
import { coded } from './net-error.ts'

const dialTimeout = 30_000
const handshakeTimeout = 10_000

/** Node has no limit on connecting; client-go's are 30 s for TCP and 10 s for TLS. */
export function watchHandshake(socket: Duplex & { connecting?: boolean; secureConnecting?: boolean }, secure: boolean, fail: (error: Error) => void): void {
  if (!socket.connecting && !socket.secureConnecting) return
  let timer = setTimeout(() => fail(coded('PINTLE_DIAL_TIMEOUT')), dialTimeout)
  const done = (): void => clearTimeout(timer)
  if (secure) {
    socket.once('connect', () => {
      clearTimeout(timer)
      timer = setTimeout(() => fail(coded('PINTLE_TLS_TIMEOUT')), handshakeTimeout)
    })
    socket.once('secureConnect', done)
  } else socket.once('connect', done)
  socket.once('close', done)
}
