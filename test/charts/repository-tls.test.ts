import { writeFileSync } from 'node:fs'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { authority, client, server as certificate } from '../../src/cluster/kube/fixtures/certificates.ts'
import { archiveOf, indexOf } from './chart-files.ts'
import { ChartServer } from './chart-server.ts'
import { TwoHomes } from './two-homes.ts'

const helm = await ensureTool('helm')

describe.skipIf(helm === undefined)('repositories over TLS beside the real Helm', () => {
  let server: ChartServer
  let homes: TwoHomes
  /** A server that wants a certificate of its clients. */
  const strict = createSecureServer({ ...certificate, ca: authority, requestCert: true, rejectUnauthorized: true }, (_, response) => response.end(index))
  const web = archiveOf('web', '1.0.0')
  const index = indexOf([{ name: 'web', version: '1.0.0', bytes: web }])

  beforeAll(async () => {
    server = await ChartServer.start({ tls: certificate })
    server.files.set('/index.yaml', index)
    server.files.set('/web-1.0.0.tgz', web)
    await new Promise<void>((ready) => strict.listen(0, '127.0.0.1', ready))
  })
  afterAll(async () => {
    await server?.close()
    strict.closeAllConnections()
    strict.close()
  })
  beforeEach(() => {
    homes = new TwoHomes(helm!)
    homes.each((tool) => {
      for (const [name, text] of Object.entries({ 'ca.pem': authority, 'client.pem': client.cert, 'client.key': client.key, 'other.key': certificate.key, 'empty.pem': 'nothing' })) writeFileSync(join(homes.work(tool), name), text)
    })
    return () => homes.remove()
  })
  const url = () => server.url.replace('127.0.0.1', 'localhost')

  test('authorities', async () => {
    await homes.same(['repo', 'add', 'r', url()])
    await homes.same(['repo', 'add', 'r', url(), '--ca-file', 'ca.pem'])
    homes.sameFiles('.config')
    await homes.same(['repo', 'update'])
    await homes.same(['pull', 'r/web'])
    await homes.same(['template', 'x', 'r/web'])
    await homes.same(['pull', `${url()}/web-1.0.0.tgz`])
    await homes.same(['pull', 'web', '--repo', url()])
    await homes.same(['pull', 'web', '--repo', url(), '--ca-file', 'ca.pem'])
    await homes.same(['pull', 'web', '--repo', url(), '--insecure-skip-tls-verify'])
    await homes.same(['repo', 'add', 'i', url(), '--insecure-skip-tls-verify'])
    await homes.same(['repo', 'update', 'i'])
    homes.sameFiles('.', 'work')
  })

  test('names, plain HTTP, files that cannot be used', async () => {
    await homes.same(['repo', 'add', 'r', server.url.replace('https:', 'http:')])
    for (const flags of [['--ca-file', 'none.pem'], ['--ca-file', 'empty.pem'], ['--cert-file', 'client.pem'], ['--cert-file', 'none.pem', '--key-file', 'none.key'], ['--cert-file', 'client.pem', '--key-file', 'other.key'], ['--cert-file', 'empty.pem', '--key-file', 'client.key']]) {
      await homes.same(['pull', 'web', '--repo', url(), ...flags])
    }
  })

  test('client certificates', async () => {
    const { port } = strict.address() as AddressInfo
    const address = `https://localhost:${port}`
    // Go may be told by the alert or by the closed connection first.
    const refused = (text: string): string => text.replace(/remote error: tls: [a-z ]+|EOF|(?:read|write) tcp \S+: (?:read|write): [a-z ]+|(?:read|write): [a-z ]+$/gm, '<refused>')
    await homes.same(['repo', 'add', 'r', address, '--ca-file', 'ca.pem'], { same: refused })
    await homes.same(['repo', 'add', 'r', address, '--ca-file', 'ca.pem', '--cert-file', 'client.pem', '--key-file', 'client.key'])
    await homes.same(['repo', 'update'])
    expect(Object.values(homes.sameFiles('.config')).join()).toContain('keyFile: client.key')
  })
})
