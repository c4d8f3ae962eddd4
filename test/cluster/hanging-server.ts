import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import * as certificates from '../../src/cluster/kube/fixtures/certificates.ts'

/** A TLS server that takes requests and never answers. */
export async function hangingServer(): Promise<{ url: string; caBundle: string; stop(): void }> {
  const server = createServer({ ...certificates.server }, (request) => { request.resume() })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    caBundle: Buffer.from(certificates.authority).toString('base64'),
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}
