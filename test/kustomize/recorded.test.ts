import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { kustomizeCases } from './cases.ts'
import { isFlagCase, runCase, type Made } from './run-case.ts'

const recorded = JSON.parse(await readFile(join(import.meta.dirname, 'recorded.json'), 'utf8')) as Record<string, Made>

describe('kustomize, as the real one was recorded', () => {
  for (const one of kustomizeCases.filter((each) => !isFlagCase(each))) it(one.name, async () => expect(await runCase(one)).toEqual(recorded[one.name]))

  it('has a recording of every case', () => expect(Object.keys(recorded)).toEqual(kustomizeCases.map((one) => one.name)))
})
