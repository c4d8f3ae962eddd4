import { expect, it } from 'vitest'
import { diffLines } from './line-diff.ts'

const side = (records: ReturnType<typeof diffLines>, delta: '-' | '+') => records.filter((r) => r.delta === ' ' || r.delta === delta).map((r) => r.text)

function longestCommon(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0)
  for (const x of a) {
    const next = [0]
    b.forEach((y, j) => next.push(x === y ? row[j]! + 1 : Math.max(row[j + 1]!, next[j]!)))
    row = next
  }
  return row.at(-1)!
}

function texts(seed: number, length: number, letters: number): string[] {
  let state = seed
  return Array.from({ length: length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return String((state >>> 8) % letters)
  })
}

it.each([[12, 3], [40, 4], [70, 2], [200, 6], [130, 90]])('gives both sides back with as many common lines as there are: %i lines of %i', (length, letters) => {
  for (let round = 1; round < 40; round++) {
    const a = texts(round, (round * 7) % length, letters)
    const b = texts(round + 1000, (round * 11) % length, letters)
    const records = diffLines(a, b)
    expect(side(records, '-')).toEqual(a)
    expect(side(records, '+')).toEqual(b)
    expect(records.filter((r) => r.delta === ' ')).toHaveLength(longestCommon(a, b))
  }
})

it('takes hundreds of thousands of lines', () => {
  const a = texts(1, 200_000, 50_000)
  const b = a.flatMap((line, i) => (i % 1000 === 0 ? [`new ${i}`] : i % 777 === 0 ? [] : [line]))
  const records = diffLines(a, b)
  expect(side(records, '+')).toEqual(b)
  expect(records.filter((r) => r.delta !== ' ').length).toBeLessThan(700)
})
