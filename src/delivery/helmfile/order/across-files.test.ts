import { expect, test } from 'vitest'
import { emptyRelease } from '../empty-release.ts'
import { mustWait, needsOfOthers } from './across-files.ts'

const file = (...releases: [name: string, ...needs: string[]][]) => ({ releases: releases.map(([name, ...needs]) => emptyRelease({ name, needs, chart: `./${name}` })) })
const [db, api, lone] = [file(['db']), file(['api', 'db'], ['front', 'api']), file(['lone'])]
const all = [api, db, lone]

test('what other files must bring', () => {
  expect(needsOfOthers(api)).toEqual(['db'])
  expect(needsOfOthers(db)).toEqual([])
})

test('files wait for what they need, and backwards for what needs them', () => {
  expect(mustWait(api, all, [], false)).toBe(true)
  expect(mustWait(api, all, [file(['db'])], false)).toBe(false)
  expect(mustWait(db, all, [], false)).toBe(false)
  expect(mustWait(db, all, [], true)).toBe(true)
  expect(mustWait(db, all, [api], true)).toBe(false)
  expect(mustWait(lone, all, [], true)).toBe(false)
})
