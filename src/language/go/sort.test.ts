import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { sortAsGo } from './sort.ts'

/** Made by Go 1.26: `in` are keys, `out` the places they came from after sort.Sort(sort.Reverse(...)) over the keys alone. */
const vectors = JSON.parse(readFileSync(new URL('sort-vectors.json', import.meta.url), 'utf8')) as { in: number[]; out: number[] }[]

test('equal elements end where Go leaves them', () => {
  expect(vectors.length).toBeGreaterThan(40)
  for (const { in: keys, out } of vectors) {
    const items = keys.map((key, place) => ({ key, place }))
    sortAsGo(items, (a, b) => b.key < a.key)
    expect(items.map((item) => item.place)).toEqual(out)
  }
})

test('sorts, however hostile the list', () => {
  for (const n of [0, 1, 2, 1000, 5000]) {
    for (const key of [(i: number) => i, (i: number) => -i, () => 1, (i: number) => i % 2, (i: number) => (i * 7919) % 1009, (i: number) => Math.abs(n / 2 - i)]) {
      const items = Array.from({ length: n }, (_, i) => key(i))
      const sorted = [...items].sort((a, b) => a - b)
      sortAsGo(items, (a, b) => a < b)
      expect(items).toEqual(sorted)
    }
  }
})
