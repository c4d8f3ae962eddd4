import { randomBytes } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { startSandbox } from '../sandbox/index.ts'
import { encodeRecord } from './codec.ts'
import type { ReleaseEvent } from './events.ts'
import { KubeDriver } from './kube-driver.ts'
import { MemoryDriver } from './memory-driver.ts'
import { newRecord } from './record.ts'
import type { ReleaseRecord } from './record.ts'
import { fittingRecord, requireFittingChart } from './record-size.ts'

const sandbox = startSandbox()
afterAll(() => sandbox.close())
const driver = new KubeDriver(sandbox.cluster(), 'n')
const chart = (bytes: number) => ({
  metadata: { name: 'c' }, lock: null, values: null, schema: null,
  templates: [{ name: 'templates/small.yaml', data: Buffer.from('a: b').toString('base64') }],
  files: [{ name: 'files/large.bin', data: randomBytes(bytes).toString('base64') }],
})
const record = (bytes: number): ReleaseRecord => newRecord({ name: 'a', namespace: 'n', version: 3, manifest: 'm', hooks: [], config: { password: 'hidden' }, chart: chart(bytes) })
const errorOf = (work: () => unknown): any => {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}

test('a record is encoded once, and said nothing about while there is room', () => {
  const events: ReleaseEvent[] = []
  const small = record(1000)
  expect(fittingRecord(small, driver, (e) => { events.push(e) })).toBe(encodeRecord(small))
  expect(events).toEqual([])
  expect(fittingRecord(record(2_000_000), new MemoryDriver('n'))).toBeUndefined()
})

test('a record that leaves no room for how the run ends is refused, with what takes the room', () => {
  const error = errorOf(() => fittingRecord(record(781_500), driver))
  expect(error.details.bytes).toBeGreaterThan(driver.limit - 4096)
  expect(error.details.bytes).toBeLessThan(driver.limit)
  expect(error).toMatchObject({ code: 'release.tooLarge', message: 'create: failed to create: Secret "sh.helm.release.v1.a.v3" is invalid: data: Too long: may not be more than 1048576 bytes' })
  expect(error.hint).toMatch(/^The record of revision 3 takes 102\d KiB, compressed, of the 1024 KiB a Secret may hold .* By part: other files of the chart 102\d KiB; largest: files\/large\.bin \(102\d KiB\)\. /)
  expect(error.details.parts[0].name).toBe('files/large.bin')
  expect(JSON.stringify(error.details) + String(error.hint)).not.toContain('hidden')
})

test('nearly full is a warning', () => {
  const events: ReleaseEvent[] = []
  fittingRecord(record(700_000), driver, (e) => { events.push(e) })
  expect(events).toEqual([{ type: 'warning', message: expect.stringMatching(/^the record of revision 3 takes 9\d\d KiB of the 1024 KiB a Secret may hold: other files of the chart 9\d\d KiB; largest: files\/large\.bin \(9\d\d KiB\)$/) }])
})

test('of a chart alone it can be told before anything is rendered', () => {
  const facts = { name: 'a', namespace: 'n', version: 1 }
  expect(errorOf(() => requireFittingChart(chart(800_000), facts, driver))).toMatchObject({ code: 'release.tooLarge' })
  expect(errorOf(() => requireFittingChart(chart(500_000), facts, driver))).toBeUndefined()
  const compressible = { ...chart(10), files: [{ name: 'zeros', data: Buffer.alloc(3_000_000).toString('base64') }] }
  expect(errorOf(() => requireFittingChart(compressible, facts, driver))).toBeUndefined()
})

test('a large manifest is told by its templates', () => {
  const text = (source: string, bytes: number): string => `---\n# Source: ${source}\na: ${randomBytes(bytes).toString('base64')}\n`
  const manifest = text('c/templates/one.yaml', 200_000) + text('c/templates/two.yaml', 550_000) + text('c/templates/one.yaml', 100_000)
  const error = errorOf(() => fittingRecord({ ...record(10), manifest }, driver))
  expect(error.hint).toMatch(/By part: the manifest 11\d\d KiB; largest: what c\/templates\/two\.yaml renders \(7\d\d KiB\), what c\/templates\/one\.yaml renders \(39\d KiB\)\. /)
})
