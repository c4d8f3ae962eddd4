import { expect, test } from 'vitest'
import { emptyRelease } from '../empty-release.ts'
import type { ReleaseSpec } from '../spec.ts'
import { deduplicated } from './duplicates.ts'
import { planReleases, type PlanOptions } from './plan-releases.ts'
import { releaseId } from './release-id.ts'

const release = (name: string, ...needs: string[]): ReleaseSpec => emptyRelease({ name, needs })
const ids = (groups: readonly (readonly ReleaseSpec[])[]): string[] => groups.map((group) => group.map(releaseId).join(' '))
const plan = (releases: ReleaseSpec[], options: Partial<Omit<PlanOptions, 'selected'>> = {}, selected: string[] = releases.map(releaseId)): string[] =>
  ids(planReleases(releases, { ...options, selected: releases.filter((r) => selected.includes(releaseId(r))) }))

test('ids', () => {
  expect(releaseId({ kubeContext: '', namespace: '', name: 'a' })).toBe('a')
  expect(releaseId({ kubeContext: '', namespace: 'n', name: 'a' })).toBe('n/a')
  expect(releaseId({ kubeContext: 'c', namespace: 'n', name: 'a' })).toBe('c/n/a')
  expect(releaseId({ kubeContext: 'c', namespace: '', name: 'a' })).toBe('c//a')
})

const app = [release('front', 'api', 'cache'), release('api', 'db'), release('cache'), release('db'), release('job', 'api')]

test('groups, in the order of the file', () => {
  expect(plan(app)).toEqual(['cache db', 'api', 'front job'])
  expect(plan(app, { reverse: true })).toEqual(['front job', 'api', 'cache db'])
})

test('needs of what is selected: refused, skipped, included', () => {
  expect(() => plan(app, {}, ['front'])).toThrow('release "front" depends on "api" which does not match the selectors. Please add a selector like "--selector name=api", or indicate whether to skip (--skip-needs) or include (--include-needs) these dependencies')
  expect(() => plan(app, {}, ['front', 'job'])).toThrow('release "front" and "job" depend on "api"')
  expect(plan(app, { skipNeeds: true }, ['front'])).toEqual(['front'])
  expect(plan(app, { includeNeeds: true }, ['front'])).toEqual(['cache db', 'api', 'front'])
})

test('needs that cannot be', () => {
  expect(() => plan([release('b', 'n/nothing'), release('a', 'n/nothing')])).toThrow('release(s) "a", "b" depend(s) on an undefined release "n/nothing". Perhaps you made a typo in "needs" or forgot defining a release named "nothing" with appropriate "namespace" and "kubeContext"?')
  expect(() => plan([release('a', 'b'), release('b', 'a'), release('c', 'b')])).toThrow('cycle detected: a -> b -> a')
  expect(() => plan([release('a', 'a')])).toThrow('cycle detected: a -> a')
})

test('needs of other files', () => {
  expect(plan([release('a', 'other/x')], { elsewhere: new Set(['other/x']) })).toEqual(['a'])
})

test('of releases with one id the selected one counts', () => {
  const [first, second, other] = [emptyRelease({ name: 'a', chart: 'one' }), emptyRelease({ name: 'a', chart: 'two' }), release('b')]
  expect(deduplicated([first!, second!, other!], [second!])).toEqual([second, other])
  expect(deduplicated([first!, second!, other!], [other!])).toEqual([other])
  expect(() => deduplicated([first!, second!], [first!, second!])).toThrow('found 2 duplicate releases with ID "a"')
})

test('hundreds in a chain', () => {
  const chain = Array.from({ length: 500 }, (_, i) => release(`r${i}`, ...(i === 0 ? [] : [`r${i - 1}`])))
  expect(plan(chain)).toHaveLength(500)
})
