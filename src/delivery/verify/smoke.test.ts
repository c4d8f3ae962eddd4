import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { checkName, smokeChecks } from './smoke.ts'

let server: Server
let at: string
beforeAll(async () => {
  server = createServer(({ headers }, response) => {
    response.writeHead(headers.authorization === `Basic ${Buffer.from('me@here:p:ss%').toString('base64')}` ? 204 : 401).end()
  })
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done) })
  at = `127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => { server.close() })

const timeout = 500

it('sends the user of a URL as Basic authorization, and names the check without', async () => {
  const steps = await smokeChecks([{ http: `http://me%40here:p%3Ass%@${at}/a?token=abcdef&b=1` }, { http: `http://me:wrong@${at}/` }, { http: `http://${at}/`, status: 401 }], { timeout })
  expect(steps).toMatchObject([
    { passed: true, name: `http://***@${at}/a?token=REDACTED&b=1`, detail: 'answered 204' }, { passed: false, name: `http://***@${at}/`, detail: 'answered 401, wanted 2xx' }, { passed: true, name: `http://${at}/` },
  ])
})

it.each(['http://me:pa55word@ho st/', 'http://me:pa55word@127.0.0.1:1/', 'file://me:pa55word@x/etc/passwd', 'http://me:pa55word@'])('says nothing of the password where it cannot ask: %s', async (http) => {
  const [step] = await smokeChecks([{ http }], { timeout })
  expect(step).toMatchObject({ passed: false, detail: expect.stringMatching(/./) })
  expect(JSON.stringify(step)).not.toContain('pa55')
})

it('names commands as they are', () => { expect(checkName({ run: 'echo a://b@c' })).toBe('echo a://b@c') })
