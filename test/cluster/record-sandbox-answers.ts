/**
 * `node test/cluster/record-sandbox-answers.ts`: holds the conversations of src/cluster/sandbox/recorded with a real API server,
 * and keeps its answers for recorded.test.ts.
 */
import { writeFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { brotliCompressSync, constants } from 'node:zlib'
import { normalised } from '../../src/cluster/sandbox/recorded/compare.ts'
import type { Answer } from '../../src/cluster/sandbox/recorded/compare.ts'
import { conversations } from '../../src/cluster/sandbox/recorded/index.ts'
import type { Step } from '../../src/cluster/sandbox/recorded/index.ts'
import { startControlPlane } from './control-plane.ts'

const agent = new Agent({ keepAlive: true, rejectUnauthorized: false })

function ask(server: string, token: string, step: Partial<Step> & { method: string; path: string }): Promise<Answer> {
  const query = step.query === undefined ? '' : `?${new URLSearchParams(step.query)}`
  const body = step.body === undefined ? undefined : typeof step.body === 'string' ? step.body : JSON.stringify(step.body)
  return new Promise((resolve, reject) => {
    const sent = request(server + step.path + query, {
      method: step.method, agent,
      headers: {
        authorization: `Bearer ${token}`, accept: step.accept ?? 'application/json', 'content-type': step.contentType ?? 'application/json', 'user-agent': 'recorder/1',
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
      },
    }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => { text += chunk })
      response.on('end', () => {
        const warnings = response.rawHeaders.flatMap((h, i) => (i % 2 === 0 && h.toLowerCase() === 'warning' ? [response.rawHeaders[i + 1]!] : []))
        resolve({ status: response.statusCode!, body: normalised(parse(text)), warnings: warnings.map((w) => /^299 - "(.*)"$/s.exec(w)![1]!.replace(/\\(.)/g, '$1')) })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const answers: Record<string, Answer[]> = {}
for (const [name, steps] of Object.entries(conversations)) {
  const plane = await startControlPlane({ apiOnly: true })
  if (plane === undefined) throw new Error('no control plane can be built here')
  for (let i = 0; i < 200 && (await ask(plane.server, plane.token, { method: 'GET', path: '/api/v1/namespaces/default' })).status !== 200; i++) await sleep(50)
  await ask(plane.server, plane.token, { method: 'POST', path: '/api/v1/namespaces/default/serviceaccounts', body: { metadata: { name: 'default' } } })
  answers[name] = []
  for (const step of steps()) {
    if (step.until !== undefined) {
      for (let i = 0; i < 200 && (await ask(plane.server, plane.token, { method: 'GET', path: step.until })).status !== 200; i++) await sleep(100)
      // Every handler and document follows a little later.
      await sleep(6000)
    }
    answers[name].push(await ask(plane.server, plane.token, step))
  }
  process.stdout.write(`${name}: ${answers[name].length} answers\n`)
  await plane.stop()
}
const text = JSON.stringify(answers)
const packed = brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } })
writeFileSync(new URL('../../src/cluster/sandbox/recorded/answers.json.br', import.meta.url), packed)
process.stdout.write(`${text.length} bytes, ${packed.length} packed\n`)
