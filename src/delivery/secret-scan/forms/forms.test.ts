import { describe, expect, it } from 'vitest'
import { findHits, forms } from '../find-hits.ts'

/** Texts that make patterns with unlucky repetitions take for ever: each anchor over and over, with what patterns wait for left out. */
const tails = ['', ' ', 'a', '=', ':', '"', ' a=b;', 'A1b2', '-', '\\', '://', 'a@', '\n']
const hostile = [...new Set(forms.flatMap((f) => f.anchors))].flatMap((anchor) => tails.map((tail) => anchor + tail))
const others = ['password=', '"password": "', '--password ', 'eyJ', '-----BEGIN PRIVATE KEY-----', 'AKIAIOSFODNN7ABCDEFG ', 'user:pass@', 'server=a;', 'host=a ', 'a:', '$(', 'QUJDREVGR0g', '\\"', '"\\', '<password>', '${PASSWORD:-', 'name: PASSWORD\nvalue: ', 'mysql -a ', '{"kty"', '5', 'A', '_', '.']

function time(text: string): number {
  const start = performance.now()
  findHits(text, { names: true })
  return performance.now() - start
}

describe('the search for forms', () => {
  it('has no two forms that say different things under one id', () => {
    const names = new Map<string, string>()
    for (const { id, name } of forms) expect(names.get(id) ?? name, id).toBe((names.set(id, names.get(id) ?? name), name))
  })

  it('has global patterns, whose repetitions are bounded', () => {
    for (const { id, pattern } of forms) {
      expect(pattern.global, id).toBe(true)
      expect(pattern.source.replaceAll(/\\.|\[(?:\\.|[^\]])*\]/g, 'x'), id).not.toMatch(/[*+](?!\?\))|\{\d+,\}/)
    }
  })

  it('takes time in proportion to the text, whatever the text is', { timeout: 120_000 }, () => {
    time('warm up '.repeat(1000))
    for (const piece of [...hostile, ...others]) {
      const text = piece.repeat(Math.ceil(8000 / piece.length))
      // 8 kB, on a machine that does other things, too: what backtracks takes a multiple of that.
      expect(Math.min(time(text), time(text)), JSON.stringify(piece)).toBeLessThan(400)
    }
  })

  it.each([...others, 'akia', '://', 'password=', 'aws'])('takes about eight times as long for eight times %j', { timeout: 60_000 }, (piece) => {
    const of = (size: number) => Math.min(...[1, 2].map(() => time(piece.repeat(Math.ceil(size / piece.length)))))
    const small = of(32_000)
    const large = of(256_000)
    expect(large).toBeLessThan(Math.max(small * 24, 400))
  })
})
