import { describe, expect, it } from 'vitest'
import { decodeUtf8, encodeUtf8 } from '../go/index.ts'
import { runCase } from './testkit.ts'
import type { Case } from './testkit.ts'
import vectors from './vectors.json' with { type: 'json' }

/**
 * What Go 1.26.8's text/template does with some 900 templates: every action, builtin and error it has, and random ones.
 * Recorded by `go run . ../vectors.json` in judge/.
 */
interface Recorded {
  readonly d: string
  readonly lib?: string
  readonly t: string
  readonly m?: Case['missing']
  readonly out: string
  readonly err?: string
  readonly chain?: readonly string[]
}

const cases = vectors.cases as readonly Recorded[]
const data = vectors.data as Record<string, Case['data']>

function run(c: Recorded, options: Parameters<typeof runCase>[1]): object {
  const text = c.t.startsWith('base64:') ? decodeUtf8(Uint8Array.from(atob(c.t.slice(7)), (b) => b.charCodeAt(0))) : c.t
  const t: [string, string][] = [['t', text]]
  if (c.lib !== undefined) t.unshift(['lib', c.lib])
  const { out, err, chain } = runCase({ t, run: 't', data: data[c.d] ?? null, ...(c.m ? { missing: c.m } : {}) }, options)
  if (err === undefined) return { out: clean(out) }
  const texts = chain!.map(clean)
  const plain = texts.every((text) => text === clean(err)) && !c.chain
  return { out: '', err: clean(err), ...(plain ? {} : { chain: texts.slice(0, 30) }) }
}

/** Go's JSON has U+FFFD for bytes that are no UTF-8. */
function clean(s: string): string {
  return decodeUtf8(encodeUtf8(s)).replace(/[\ud800-\udbff][\udc00-\udfff]|[\udc80-\udcff]/g, (c) => (c.length > 1 ? c : '\ufffd'))
}

function expected({ out, err, chain }: Recorded): object {
  if (err === undefined) return { out }
  return { out, err, ...(chain ? { chain } : {}) }
}

describe.each([
  ['on the JavaScript stack', {}],
  ['on the heap', { stackLevels: 0 }],
  ['with a record of origins', { traced: true }],
] as const)('templates %s', (_name, options) => {
  it('write and fail as with Go', () => {
    expect(cases.length).toBeGreaterThan(900)
    for (const c of cases) expect({ t: c.t, m: c.m, ...run(c, options) }).toEqual({ t: c.t, m: c.m, ...expected(c) })
  })
})
