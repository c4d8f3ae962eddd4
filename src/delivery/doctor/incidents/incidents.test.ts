import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { HttpClient } from '../../../charts/http/index.ts'
import { PintleError } from '../../../errors/index.ts'
import { openIncidents } from './open-incidents.ts'
import { parseIncidentSettings } from './settings.ts'

const token = 'u+Zy8SECRETxQ'
const env = { PATH: process.env.PATH, PAGERDUTY_TOKEN: token, OPSGENIE_KEY: token }
let server: Server | undefined
const http = new HttpClient({ env: {}, userAgent: 'test', patience: 0 })
afterEach(() => server?.close())

async function serve(answer: (request: IncomingMessage, url: URL) => unknown): Promise<string> {
  server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const body = answer(request, new URL(request.url!, 'http://x'))
    if (typeof body === 'number') response.writeHead(body).end('{"error":{"message":"Invalid Input Provided"}}')
    else response.writeHead(200, { 'content-type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  await new Promise((done) => server!.once('listening', done))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const fault = (path: readonly (string | number)[], message: string, hint?: string) => new PintleError('config.invalid', `${path.join('.')}: ${message}`, { ...(hint !== undefined && { hint }) })
const ask = (raw: unknown, question: Partial<Parameters<typeof openIncidents>[1]> = {}) => openIncidents(parseIncidentSettings(raw, 'checkout-api', fault), { service: 'checkout-api', http, env, ...question })

/** As PagerDuty's API reference shows one. */
const pagerduty = (id: string, more: object = {}) => ({
  id, type: 'incident', summary: `[#1234] ${id} is on fire`, self: `https://api.pagerduty.com/incidents/${id}`, html_url: `https://acme.pagerduty.com/incidents/${id}`, incident_number: 1234, title: `${id} is on fire`,
  created_at: '2026-11-26T09:00:00Z', status: 'triggered', urgency: 'high', incident_key: 'baf7cf21b1da41b4b0221008339ff357', service: { id: 'PIJ90N7', type: 'service_reference', summary: 'Mail', html_url: 'https://acme.pagerduty.com/service-directory/PIJ90N7' },
  assignments: [], escalation_policy: { id: 'PT20YPA', type: 'escalation_policy_reference', summary: 'Another' }, teams: [], ...more,
})
/** As Opsgenie's API reference shows one. */
const opsgenie = (tinyId: string, more: object = {}) => ({
  id: '70413a06-38d6-4c85-92b8-5ebc900d42e2', tinyId, message: 'Our servers are in danger', status: 'open', tags: ['service:checkout-api', 'p1'], createdAt: '2026-11-26T09:00:00Z', priority: 'P1', ownerTeam: 'fc1448b7', impactedServices: [],
  links: { web: `https://acme.opsgenie.com/incident/detail/${tinyId}`, api: 'https://api.opsgenie.com/v1/incidents/70413a06' }, responders: [], ...more,
})

it('finds the open incidents of a PagerDuty service, page by page', async () => {
  const asked: string[] = []
  const url = await serve((request, at) => {
    asked.push(`${request.headers.authorization} ${request.headers.accept} ${at.pathname} ${at.searchParams.getAll('statuses[]').join()} ${at.searchParams.get('offset')}`)
    return at.searchParams.get('offset') === '0'
      ? { incidents: [pagerduty('P1'), pagerduty('P2', { service: { id: 'X', summary: 'Checkout-API' }, status: 'acknowledged' })], limit: 100, offset: 0, more: true, total: null }
      : { incidents: [pagerduty('P3', { title: 'slow (service:checkout-api)' }), pagerduty('P4', { title: 'service:checkout-api-v2 is slow' })], limit: 100, offset: 2, more: false, total: null }
  })
  expect(await ask({ pagerduty: { token: '${PAGERDUTY_TOKEN}', url } })).toEqual({ incidents: [
    { id: 'P2', title: 'P2 is on fire', source: 'PagerDuty', url: 'https://acme.pagerduty.com/incidents/P2' }, { id: 'P3', title: 'slow (service:checkout-api)', source: 'PagerDuty', url: 'https://acme.pagerduty.com/incidents/P3' },
  ] })
  expect(asked).toEqual(['0', '2'].map((offset) => `Token token=${token} application/vnd.pagerduty+json;version=2 /incidents triggered,acknowledged ${offset}`))
})

it('asks PagerDuty for services by id, and relies on no filter of it', async () => {
  let ids: string[] = []
  const url = await serve((_, at) => {
    ids = at.searchParams.getAll('service_ids[]')
    return { incidents: [pagerduty('P1', { service: { id: 'PA', summary: 'x' } }), pagerduty('P2'), pagerduty('P3', { service: { id: 'PA' }, status: 'resolved' })], more: false }
  })
  expect((await ask({ pagerduty: { token: '${PAGERDUTY_TOKEN}', services: ['PA', 'PB'], url } })).incidents?.map((i) => i.id)).toEqual(['P1'])
  expect(ids).toEqual(['PA', 'PB'])
})

it('finds the open incidents with the tag in Opsgenie', async () => {
  const asked: string[] = []
  const url = await serve((request, at) => {
    asked.push(`${request.headers.authorization} ${at.pathname} ${at.searchParams.get('query')} ${at.searchParams.get('offset')}`)
    return at.searchParams.get('offset') === '0'
      ? { data: [opsgenie('1'), opsgenie('2', { tags: ['service:checkout-api-v2'] }), opsgenie('3', { status: 'resolved' })], paging: { next: 'https://elsewhere.example/steal', first: 'x', last: 'x' }, took: 0.1, requestId: 'r' }
      : { data: [opsgenie('4', { message: 'two\nlines \u202e\u001b[31m' })], paging: { first: 'x' }, took: 0.1, requestId: 'r' }
  })
  expect(await ask({ opsgenie: { token: '${OPSGENIE_KEY}', url } })).toEqual({ incidents: [
    { id: '1', title: 'Our servers are in danger', source: 'Opsgenie', url: 'https://acme.opsgenie.com/incident/detail/1' }, { id: '4', title: 'two lines [31m', source: 'Opsgenie', url: 'https://acme.opsgenie.com/incident/detail/4' },
  ] })
  expect(asked).toEqual(['0', '100'].map((offset) => `GenieKey ${token} /v1/incidents status:open AND tag:"service:checkout-api" ${offset}`))
})

it.each([
  ['an error', () => 401, 'PagerDuty answered 401: check its token'],
  ['another error', () => 500, 'PagerDuty answered 500'],
  ['no JSON', () => '<html>', 'PagerDuty did not answer with JSON'],
  ['a list', () => [], 'PagerDuty did not answer with an object'],
  ['something else', () => ({ ok: true }), 'PagerDuty answered without incidents'],
  ['pages without end', () => ({ incidents: [pagerduty('P1')], more: true }), 'PagerDuty has more than 20 open incidents'],
  ['too much', () => `"${'x'.repeat(9 << 20)}"`, 'the answer of PagerDuty'],
])('says why when PagerDuty answers with %s, and shows no token', async (_, answer, message) => {
  const url = await serve(answer)
  const { incidents, unread } = await ask({ pagerduty: { token: '${PAGERDUTY_TOKEN}', url } })
  expect(incidents).toEqual([])
  expect(unread).toContain(message)
  expect(unread).not.toContain(token)
})

it('keeps what one source knows when another is silent', async () => {
  const found = await ask({ command: "printf 'errors in %s\\n\\n' $PINTLE_SERVICE", pagerduty: { token: '${UNSET_VARIABLE}' } })
  expect(found).toEqual({ incidents: [{ id: '1', title: 'errors in checkout-api', source: 'command' }], unread: 'PagerDuty: the environment variable UNSET_VARIABLE is not set' })
})

it('knows nothing where nothing is configured, and nothing of a command that fails', async () => {
  expect(await ask(undefined)).toEqual({})
  expect(await ask({ command: 'echo one; exit 3' })).toEqual({ incidents: [], unread: 'the command for incidents ended with exit code 3' })
  expect(await ask({ command: 'true' })).toEqual({ incidents: [] })
  expect((await ask({ command: 'yes | head -c 10000000' })).incidents).toHaveLength(100)
})

it.each([
  [[], ': incidents must be a map', 'Keys: pagerduty'],
  [{ pagerdty: {} }, 'pagerdty: unknown key incidents.pagerdty', 'Did you mean pagerduty?'],
  [{ pagerduty: { token: '${A}', servces: [] } }, 'pagerduty.servces: unknown key', 'Did you mean services?'],
  [{ pagerduty: {} }, 'pagerduty: incidents.pagerduty.token must name an environment variable', '${PAGERDUTY_TOKEN}'],
  [{ opsgenie: { token: 'abcdef' } }, 'opsgenie.token: incidents.opsgenie.token must name', '${OPSGENIE_TOKEN}'],
  [{ opsgenie: { token: '${A}', url: 'https://me:pw@host/' } }, 'opsgenie.url', undefined],
  [{ opsgenie: { token: '${A}', url: 'file:///etc/passwd' } }, 'opsgenie.url', undefined],
  [{ pagerduty: { token: '${A}', services: 'PA' } }, 'must be a list of strings', undefined],
  [{ command: '' }, 'command: incidents.command must be', undefined],
])('refuses %j', (raw, message, hint) => {
  expect(() => parseIncidentSettings(raw, 's', fault)).toThrow(expect.objectContaining({ code: 'config.invalid', message: expect.stringContaining(message), ...(hint !== undefined && { hint: expect.stringContaining(hint) }) }))
  expect(() => parseIncidentSettings(raw, 's', fault)).not.toThrow(/abcdef|pw@/)
})
