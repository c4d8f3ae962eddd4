import { expect, test } from 'vitest'
import { parseFlags } from './flags.ts'
import { carefulFlags, waitingFlags, waitingOptions } from './waiting-flags.ts'

const options = (...words: string[]) => waitingOptions(parseFlags(words, waitingFlags).flags)

test('limits are times, counts or never', () => {
  expect(options()).toEqual({ failEarly: true, patience: {}, stableFor: 0 })
  expect(options('--fail-early=false', '--stable-for', '1m')).toMatchObject({ failEarly: false, stableFor: 60_000 })
  expect(options('--fail-after', 'image-pull=90s,crash-restarts=5', '--fail-after=unschedulable=never')).toMatchObject({ patience: { imagePull: 90_000, crashRestarts: 5, unschedulable: Infinity } })
  expect(waitingOptions(parseFlags([], carefulFlags).flags)).toMatchObject({ stableFor: 10_000 })
})

test.each([
  ['image=1s', '--fail-after knows no trouble "image"'], ['image-pull=soon', '--fail-after image-pull is a time like 90s, or never, not "soon"'], ['image-pull=-1s', 'is a time like 90s'],
  ['crash-restarts=0', '--fail-after crash-restarts is a number of times from 1 on, or never, not "0"'], ['constructor=1s', 'knows no trouble'],
])('%s is refused', (text, message) => {
  expect(() => options('--fail-after', text)).toThrow(message)
})

test('progress takes the first version\'s name for none', () => {
  expect(parseFlags(['--progress', 'quiet'], waitingFlags).flags.string('progress')).toBe('none')
  expect(() => parseFlags(['--progress', 'loud'], waitingFlags)).toThrow('must be one of: auto, live, plain, json, none')
})
