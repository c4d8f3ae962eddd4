import { readFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { Int, int64 } from '../../language/go/index.ts'
import { decodeRecord, encodeRecord, recordJson, toValues } from './codec.ts'
import { newRecord } from './record.ts'
import type { ReleaseRecord } from './record.ts'

// The `release` value of the Secrets that Helm 3.22 and Helm 4.3.1 wrote for one chart with a test hook, notes, and
// `--set n=9007199254740993,s=x,__proto__=p`.
const recorded = JSON.parse(readFileSync(new URL('./codec.vectors.json', import.meta.url), 'utf8')) as { helm3: string; helm4: string }
const jsonOf = (text: string): any => JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString())

test.each(['helm3', 'helm4'] as const)('reads what %s wrote, and writes it back as Helm 4 does', (which) => {
  const record = decodeRecord(recorded[which])
  expect(record).toMatchObject({
    name: which === 'helm3' ? 'rec3' : 'rec4', namespace: 'default', version: 1,
    info: { status: 'deployed', description: 'Install complete', notes: 'hi' },
    hooks: [{ name: 't', kind: 'Pod', path: 'rec/templates/t.yaml', events: ['test'], weight: 2, last_run: { phase: '' } }],
    chart: { metadata: { name: 'rec', annotations: { a: 'b' } } },
  })
  expect(record.apply_method).toBe(which === 'helm3' ? undefined : 'ssa')
  expect([...toValues(record.config)]).toEqual([['__proto__', 'p'], ['n', 9007199254740992], ['s', 'x']])
  const before = jsonOf(recorded[which])
  if (which === 'helm3') {
    // Helm 3 wrote times that are not set as empty texts, and none for a chart's schema.
    delete before.info.deleted
    before.hooks[0].last_run = { phase: '' }
    before.chart.schemamodtime = '0001-01-01T00:00:00Z'
  }
  expect(jsonOf(encodeRecord(record))).toEqual(before)
})

test('a new record has every type Helm expects', () => {
  const config = new Map<string, any>([['big', int64(9007199254740993n)], ['small', new Int(3n)], ['list', [new Map([['__proto__', true]])]], ['none', null]])
  const record = newRecord({ name: 'a', namespace: 'b', version: 2, manifest: 'm', hooks: [], config, info: { status: 'pending-install' }, chart: { metadata: null, lock: null, templates: null, values: null, schema: null, files: [{ name: 'f', data: Buffer.from('x') as never }] } })
  const json = recordJson(record)
  expect(json).toContain('"config":{"big":9007199254740993,"small":3,"list":[{"__proto__":true}],"none":null}')
  expect(json).toContain('"data":"eA=="')
  expect(json).not.toContain('hooks')
  expect(json).toMatch(/"first_deployed":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"/)
})

test('times Helm left empty are no times', () => {
  const old = { name: 'a', version: 1, info: { first_deployed: '', deleted: '0001-01-01T00:00:00Z', last_deployed: '2020-01-01T00:00:00Z', status: 'failed' } }
  expect(decodeRecord(Buffer.from(JSON.stringify(old)).toString('base64'))).toEqual({ name: 'a', version: 1, info: { last_deployed: '2020-01-01T00:00:00Z', status: 'failed' }, hooks: [], manifest: '', namespace: '' } satisfies ReleaseRecord)
})

test.each([
  ['not base64 of anything', '!!!'],
  ['cut off', recorded.helm4.slice(0, 200)],
  ['a bomb', gzipSync(Buffer.alloc(300 * 1024 * 1024)).toString('base64')],
  ['not an object', Buffer.from('null').toString('base64')],
])('a corrupt record is an error of its own: %s', (_what, data) => {
  expect(() => decodeRecord(data)).toThrow(expect.objectContaining({ code: 'release.corrupt' }))
})
