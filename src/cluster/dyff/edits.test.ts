import { expect, it } from 'vitest'
import { editsOf } from './edits.ts'

const side = (edits: ReturnType<typeof editsOf<string>>, kind: '-' | '+') => edits.filter((edit) => edit.kind === '=' || edit.kind === kind).flatMap((edit) => edit.units)

function words(seed: number, length: number, letters: number): string[] {
  let state = seed
  return Array.from({ length }, () => String(((state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff) >>> 8) % letters))
}

it.each([[12, 2], [40, 4], [200, 6], [130, 90]])('gives both sides back, in runs of alternating kinds: %i of %i', (length, letters) => {
  for (let round = 1; round < 60; round++) {
    const [a, b] = [words(round, (round * 7) % length, letters), words(round + 1000, (round * 11) % length, letters)]
    const edits = editsOf(a, b)
    expect(side(edits, '-')).toEqual(a)
    expect(side(edits, '+')).toEqual(b)
    edits.forEach((edit, i) => expect(edit.kind).not.toBe(edits[i + 1]?.kind))
  }
})

it('gives up on enormous texts instead of taking minutes', () => {
  const started = Date.now()
  const [a, b] = [words(1, 200_000, 3), words(2, 200_000, 3)]
  const edits = editsOf(a, b)
  expect(side(edits, '-')).toEqual(a)
  expect(Date.now() - started).toBeLessThan(20_000)
})
