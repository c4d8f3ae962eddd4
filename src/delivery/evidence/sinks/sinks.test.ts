/** Records given to folders, Git, HTTP receivers and an S3 that looks at what it is sent; registries are in test/charts, where a real one runs. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { kept } from '../../../../test/cluster/evidence-store-suite.ts'
import { HttpClient } from '../../../charts/http/index.ts'
import { deliver, keep, makeAddendum, openStore, storeUnsaved, type EvidenceStore } from '../index.ts'
import { eventFileSink, eventHttpSink, otlpSink, traceFileSink } from './event-sinks.ts'
import { folderSink } from './folder-sink.ts'
import { gitSink } from './git-sink.ts'
import { s3Sink } from './s3-sink.ts'
import type { Sink } from './sink.ts'

interface Received { method: string; url: string; headers: Record<string, unknown>; body: string }
let root: string
let store: EvidenceStore
let server: Server | undefined
let received: Received[]
let status: number
let url: string
const http = new HttpClient({ env: {}, userAgent: 'test', patience: 0 })

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'pintle-sinks-'))
  store = await openStore(join(root, 'store'), '/')
  received = []
  status = 200
  server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    received.push({ method: request.method!, url: request.url!, headers: request.headers, body })
    response.writeHead(status).end(status === 403 ? '<Error><Code>AccessDenied</Code></Error>' : '{}')
  })
  await new Promise<void>((done) => { server!.listen(0, '127.0.0.1', done) })
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  server?.closeAllConnections()
  await new Promise((done) => server!.close(done))
  rmSync(root, { recursive: true })
})

const add = async (files: Record<string, string> = { 'diff.md': '+ a\n' }) => {
  const { record } = kept({}, files)
  await store.append(record, files)
  return record
}
const push = (...sinks: Sink[]) => deliver(store, sinks, { timeout: 20_000 })

describe('a folder', () => {
  it('has each entry whole, once', async () => {
    const record = await add()
    await store.append(makeAddendum({ about: record.id, at: '2026-01-01T00:00:00Z', by: 'bob' }))
    const sink = folderSink(join(root, 'out'))
    expect(await push(sink)).toEqual([{ sink: sink.name, sent: 2 }])
    expect(await push(sink)).toEqual([{ sink: sink.name, sent: 0 }])
    const [first, second] = readdirSync(join(root, 'out'))
    expect(first).toBe(`00000001-${record.id}`)
    expect(readdirSync(join(root, 'out', first!)).sort()).toEqual(['diff.md', 'line.json', 'note.md', 'record.json'])
    expect(readdirSync(join(root, 'out', second!)).sort()).toEqual(['line.json', 'record.json'])
    expect(readFileSync(join(root, 'out', first!, 'line.json'), 'utf8')).toBe(`${readFileSync(join(root, 'store', 'chain.jsonl'), 'utf8').split('\n')[0]}\n`)
    expect((await store.verify()).problems).toEqual([])
  })

  it('goes on where it stopped', async () => {
    await add()
    await add()
    writeFileSync(join(root, 'blocked'), '')
    const [failed] = await push(folderSink(join(root, 'blocked')))
    expect(failed).toMatchObject({ sent: 0, error: expect.anything() })
    rmSync(join(root, 'blocked'))
    expect(await push(folderSink(join(root, 'blocked')))).toMatchObject([{ sent: 2 }])
  })
})

describe('a Git branch', () => {
  const git = (...args: string[]) => execFileSync('git', ['-C', join(root, 'repo'), ...args], { encoding: 'utf8' }).trim()
  beforeEach(() => {
    execFileSync('git', ['init', '--quiet', '-b', 'main', join(root, 'repo')])
    for (const [key, value] of [['user.name', 'Ann'], ['user.email', 'ann@example.test']]) git('config', key!, value!)
    writeFileSync(join(root, 'repo', 'mine.txt'), 'mine')
    git('add', '.')
    git('commit', '--quiet', '-m', 'first')
    writeFileSync(join(root, 'repo', 'mine.txt'), 'changed')
  })

  it('has a commit an entry; the work tree, the index and other branches stay as they are', async () => {
    const before = [git('status', '--porcelain'), git('rev-parse', 'main'), readFileSync(join(root, 'repo', '.git', 'index'), 'base64')]
    const record = await add()
    await add()
    const sink = gitSink({ repository: join(root, 'repo'), branch: 'evidence' })
    expect(await push(sink)).toEqual([{ sink: sink.name, sent: 2 }])
    expect(git('log', '--format=%s', 'evidence').split('\n')[1]).toBe(`evidence: ${record.id}`)
    expect(git('ls-tree', '-r', '--name-only', 'evidence').split('\n')).toContain(`00000001-${record.id}/diff.md`)
    expect(git('cat-file', 'blob', `evidence:00000001-${record.id}/diff.md`)).toBe('+ a')
    expect([git('status', '--porcelain'), git('rev-parse', 'main'), readFileSync(join(root, 'repo', '.git', 'index'), 'base64')]).toEqual(before)
    expect(git('for-each-ref', '--format=%(refname)')).toBe('refs/heads/evidence\nrefs/heads/main')
    // Given once more, it makes no second commit.
    const again = await openStore(join(root, 'store'), '/')
    for await (const stored of again.entries(1)) await gitSink({ repository: join(root, 'repo'), branch: 'evidence' }).send(stored, async () => [], AbortSignal.timeout(10_000))
    expect(git('rev-list', '--count', 'evidence')).toBe('2')
  })

  it('is pushed, on top of what others pushed meanwhile', async () => {
    execFileSync('git', ['init', '--quiet', '--bare', join(root, 'remote')])
    git('remote', 'add', 'origin', join(root, 'remote'))
    await add()
    expect(await push(gitSink({ repository: join(root, 'repo'), branch: 'evidence', push: 'origin' }))).toMatchObject([{ sent: 1 }])
    await add()
    const other = gitSink({ repository: `file://${join(root, 'remote')}`, branch: 'evidence' })
    expect(await push(other)).toMatchObject([{ sent: 2 }])
    expect(execFileSync('git', ['-C', join(root, 'remote'), 'rev-list', '--count', 'evidence'], { encoding: 'utf8' }).trim()).toBe('2')
  })

  it('refuses a branch that is checked out', async () => {
    await add()
    expect((await push(gitSink({ repository: join(root, 'repo'), branch: 'main' })))[0]!.error?.message).toContain('checked out')
  })
})

describe('receivers', () => {
  it('are posted one CloudEvent a record, with the token, and once more when they failed', async () => {
    const record = await add()
    status = 503
    const sink = eventHttpSink(http, `${url}/hook/s3cr3t?key=s3cr3t`, 't0ken')
    expect(sink.name).not.toContain('s3cr3t')
    const [failed] = await push(sink)
    expect(failed!.error?.message).toBe(`${url} answers 503 Service Unavailable`)
    status = 202
    expect(await push(sink)).toMatchObject([{ sent: 1 }])
    expect(received.at(-1)).toMatchObject({ method: 'POST', url: '/hook/s3cr3t?key=s3cr3t', headers: { 'content-type': 'application/cloudevents+json; charset=UTF-8', authorization: 'Bearer t0ken' } })
    expect(JSON.parse(received.at(-1)!.body)).toMatchObject({ specversion: '1.0', id: record.id })
    status = 302
    await add()
    expect((await push(sink))[0]!.error?.message).toContain('302')
  })

  it('that cannot be reached are told without what their URL hides', async () => {
    await add()
    const [failed] = await push(eventHttpSink(http, 'http://127.0.0.1:1/hook/s3cr3t', undefined))
    expect(failed!.error?.message).toMatch(/refused/)
    expect(failed!.error?.message).not.toContain('s3cr3t')
  })

  it('of traces are posted OTLP, with the headers', async () => {
    await add()
    expect(await push(otlpSink(http, { url: `${url}/v1/traces`, headers: { 'x-api-key': 'k' }, timeout: 5000, serviceName: 'pintle', resource: {} }))).toMatchObject([{ sent: 1 }])
    expect(received[0]).toMatchObject({ method: 'POST', url: '/v1/traces', headers: { 'content-type': 'application/json', 'x-api-key': 'k' } })
    expect(JSON.parse(received[0]!.body).resourceSpans[0].scopeSpans[0].spans).toHaveLength(1)
  })

  it('are files, too: a line each', async () => {
    await add()
    await add()
    await push(eventFileSink(join(root, 'events.jsonl')), traceFileSink(join(root, 'traces.jsonl'), { serviceName: 'x', resource: {} }))
    for (const [name, key] of [['events.jsonl', 'specversion'], ['traces.jsonl', 'resourceSpans']]) expect(readFileSync(join(root, name!), 'utf8').trim().split('\n').map((l) => key! in JSON.parse(l))).toEqual([true, true])
  })
})

describe('S3', () => {
  const credentials = { accessKeyId: 'AK', secretAccessKey: 'SK' }
  it('is put signed objects, the line last', async () => {
    const record = await add()
    expect(await push(s3Sink(http, { bucket: 'evidence', region: 'eu-x-1', prefix: 'a/b c', endpoint: url }, credentials))).toMatchObject([{ sent: 1 }])
    expect(received.map((r) => `${r.method} ${r.url}`)).toEqual(['record.json', 'note.md', 'diff.md', 'line.json'].map((n) => `PUT /evidence/a/b%20c/00000001-${record.id}/${n}`))
    expect(received[0]!.headers).toMatchObject({ authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=AK\/\d{8}\/eu-x-1\/s3\/aws4_request, /), 'x-amz-content-sha256': expect.stringMatching(/^[0-9a-f]{64}$/) })
  })

  it('says why it refuses', async () => {
    await add()
    status = 403
    expect((await push(s3Sink(http, { bucket: 'evidence', region: 'x', prefix: '', endpoint: url }, credentials)))[0]!.error?.message).toMatch(/^PUT http.*: 403 AccessDenied$/)
  })
})

describe('a run that ends', () => {
  const { record, files } = kept({}, { 'a.txt': 'a' })

  it('loses no record when a sink fails, and tells it', async () => {
    status = 500
    const sinks = [eventHttpSink(http, url, undefined), folderSink(join(root, 'out'))]
    const report = await keep({ store, base: root, sinks }, record, files)
    expect(report).toMatchObject({ head: { sequence: 1 }, warnings: [expect.stringMatching(/is not in events:http:\/\/127.* yet \(`pintle evidence push` tries again\): .* answers 500/)] })
    status = 200
    expect(await push(...sinks)).toMatchObject([{ sent: 1 }, { sent: 0 }])
  })

  it('loses no record when the store fails: it lies aside until push', async () => {
    writeFileSync(join(root, 'no-folder'), '')
    const report = await keep({ store: await openStore(join(root, 'no-folder'), '/'), base: root, sinks: [] }, record, files)
    expect(report).toMatchObject({ aside: join(root, '.pintle', 'unsaved-evidence', `${record.id}.json`), warnings: [expect.stringContaining('could not be stored')] })
    expect(report.head).toBeUndefined()
    expect((await storeUnsaved(store, root)).map((a) => a.id)).toEqual([record.id])
    expect(existsSync(report.aside!)).toBe(false)
    expect(await storeUnsaved(store, root)).toEqual([])
    expect(Buffer.from((await store.file(record, 'a.txt'))!).toString()).toBe('a')
  })

  it('does not post what was there before the receiver was', async () => {
    await add()
    await add()
    await keep({ store, base: root, sinks: [eventHttpSink(http, url, undefined), folderSink(join(root, 'out'))] }, record, files)
    expect(received.map((r) => JSON.parse(r.body).id)).toEqual([record.id])
    expect(readdirSync(join(root, 'out'))).toHaveLength(3)
  })
})
