/** `pintle diff local`, called as `helm`, against what helm-diff 3.15.11 said (test/conformance/diff-record.ts). */
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { diffCases } from './diff-cases.ts'
import { runCase, type DiffOutcome } from './diff-runs.ts'
import { pintle } from './run-cli.ts'

const recorded = JSON.parse(readFileSync(join(import.meta.dirname, 'diff-vectors.json'), 'utf8')) as Record<string, DiffOutcome>
const home = mkdtempSync(join(tmpdir(), 'pintle-diff-link-'))
const link = join(home, 'helm')
symlinkSync(pintle, link)
afterAll(() => rmSync(home, { recursive: true, force: true }))

describe('diff local', () => {
  it('every case is recorded, once', () => {
    expect(Object.keys(recorded).sort()).toEqual(diffCases.map((c) => c.name).sort())
  })
  it.concurrent.each(diffCases)('$name', async (one) => {
    expect(await runCase(one, { path: [process.execPath, link], args: ['diff'] })).toEqual(recorded[one.name])
  })
})
