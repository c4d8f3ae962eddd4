import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { marshalPlain } from '../../language/yaml/index.ts'
import type { LogRecord } from '../chart/index.ts'
import { readIndex } from './index-file.ts'
import { indexOutline } from './index-outline.ts'
import { RepositoryIndex } from './repository-index.ts'

/** What both ways of reading make of a text, or of the error they give. */
function both(text: string) {
  const slow = outcome(() => {
    const log: LogRecord[] = []
    const index = readIndex(text, 'x', (record) => log.push(record))
    return {
      log: log.length, versions: Object.fromEntries(index.entries),
      scan: [...index.entries].map(([key, versions]) => [key, versions.map(({ metadata: m }) => [m.name, m.version, m.appVersion, m.description, m.keywords].join('|')).sort()]).sort(byKey),
    }
  })
  const fast = outcome(() => {
    const log: LogRecord[] = []
    const index = new RepositoryIndex(text, 'x', (record) => log.push(record))
    index.check()
    const told = log.length
    const scanned = new Map([...new RepositoryIndex(text, 'x').scan()].map(({ key, versions }) => [key, versions]))
    return {
      log: told, versions: Object.fromEntries(index.names.map((name) => [name, index.versions(name)])),
      scan: [...scanned].map(([key, versions]) => [key, versions.map((v) => [v.name, v.version, v.appVersion, v.description, v.keywords].join('|')).sort()]).sort(byKey),
    }
  })
  return { slow, fast }
}

const byKey = (a: readonly unknown[], b: readonly unknown[]): number => (String(a[0]) < String(b[0]) ? -1 : 1)

function outcome<T>(work: () => T): T | string {
  try {
    return work()
  } catch (error) {
    return `error: ${(error as Error).message}`
  }
}

const same = (text: string): void => {
  const { slow, fast } = both(text)
  expect(fast).toEqual(slow)
}

const word = fc.oneof(
  fc.constantFrom('web', 'a b', 'yes', 'on', 'null', '~', '1', '1.0', '0x10', '1e3', '1.2.3', 'true', 'a: b', 'a #b', '#', '-', '- a', '"q"', "it's", 'x:', ' lead', 'trail ', 'ünï', '日本', '', '*a', '&a', '!t', '{a}', '[a]', '|', '>', '%', '@', '`', 'a\nb', 'a\n\nb\n', '\t', '2001-01-01', '190:20:30', 'y', 'n', '.inf', '...', '---', 'C:\\x', 'word '.repeat(40).trim(), 'word: '.repeat(30).trim(), 'x\u0000y', '\u2028'),
  fc.string({ maxLength: 12 }),
)
const version = fc.constantFrom('1.0.0', '2.1.0', 'v3.0.0', '1.0.0-rc.1', '1.0.0+b', '10.0.0', '1.0', '1', 'one', '')
const chart = fc.record({
  apiVersion: fc.constantFrom('v1', 'v2', ''), name: fc.oneof({ weight: 5, arbitrary: fc.constantFrom('web', 'my-chart', 'a.b') }, word), version, appVersion: word, description: word,
  type: fc.constantFrom('application', 'library', 'other', ''), keywords: fc.array(word, { maxLength: 3 }), urls: fc.array(fc.constant('x.tgz'), { maxLength: 2 }),
  created: fc.constantFrom('2020-01-01T00:00:00Z', '2020-01-01T00:00:00.5+01:00'), digest: fc.constantFrom('abc', '123', '1e10'),
  maintainers: fc.array(fc.oneof(fc.constant(null), fc.record({ name: word })), { maxLength: 2 }),
  dependencies: fc.array(fc.record({ name: fc.constant('d'), version: fc.constant('1.x'), repository: fc.constant('https://x'), alias: fc.constantFrom('ok', 'not ok', 'd') }, { requiredKeys: ['name'] }), { maxLength: 2 }),
  annotations: fc.dictionary(fc.constantFrom('a', 'b/c'), word),
}, { requiredKeys: ['name', 'version'] })

describe('reading a part of an index is reading all of it', () => {
  test('as Helm writes it', () => {
    fc.assert(fc.property(fc.dictionary(fc.constantFrom('web', 'my-chart', 'true', '123', 'a.b', 'x y', 'no'), fc.array(chart, { maxLength: 4 }), { maxKeys: 4 }), fc.boolean(), (entries, tail) => {
      same(marshalPlain({ apiVersion: 'v1', entries, ...(tail ? { generated: '2020-01-01T00:00:00Z' } : {}) }))
    }), { numRuns: 300, seed: 20261126 })
  })

  test('as JSON', () => {
    fc.assert(fc.property(fc.dictionary(fc.constantFrom('web', 'my-chart', '__proto__', '123', 'x y'), fc.oneof({ weight: 6, arbitrary: fc.array(fc.oneof({ weight: 6, arbitrary: chart }, fc.constantFrom(null, {}, 1, { Name: 'web', VERSION: '1.0.0' }, { name: 'web', version: '1.0.0', keywords: null, more: 1 })), { maxLength: 4 }) }, fc.constantFrom(null, 1, {})), { maxKeys: 4 }), fc.constantFrom('v1', '', 1, null), (entries, apiVersion) => {
      same(JSON.stringify({ apiVersion, entries }))
    }), { numRuns: 300, seed: 20261126 })
  })

  // Of damaged texts, a fault in 40,000 is seen by the whole reading alone; an index is read whole when it is fetched.
  test('with lines changed by chance', () => {
    fc.assert(fc.property(fc.dictionary(fc.constantFrom('web', 'db', 'x'), fc.array(chart, { minLength: 1, maxLength: 3 }), { minKeys: 1, maxKeys: 3 }), fc.nat(), fc.nat(), fc.constantFrom(
      '  surprise:', '  - name: web', '    version: 9.9.9', '    name: other', 'entries:', 'more: 1', '  web:', '    -', '      deeper: 1', '    keywords: [a, b]', '    description: |', '      text', '    description: "two', '  lines"', '# comment', '    # comment', '', '---', '...', '\t', '    unknown: 1', '    type: [',
    ), fc.constantFrom('insert', 'replace', 'delete'), (entries, at, length, line, how) => {
      const lines = marshalPlain({ apiVersion: 'v1', entries, generated: '2020-01-01T00:00:00Z' }).split('\n')
      lines.splice(at % lines.length, how === 'insert' ? 0 : 1 + (length % 2), ...(how === 'delete' ? [] : [line]))
      const { slow, fast } = both(lines.join('\n'))
      // A search does not look for faults elsewhere: the index was checked when it was fetched.
      if (typeof slow === 'string') expect(typeof fast).toBe('string')
      else expect(fast).toEqual(slow)
    }), { numRuns: 500, seed: 20261126 })
  })

  test.each([
    ['', 'empty'], ['{}', 'JSON'], ['{"apiVersion":"v1","entries":{"web":[{"name":"web","version":"1.0.0"}]}}', 'JSON with charts'], ['apiVersion: v1\n', 'no entries'], ['apiVersion: v1\nentries: {}\n', 'flow'],
    ['apiVersion: v1\nentries:\n', 'nothing in it'], ['entries:\n  a:\n  - name: a\n    version: 1.0.0\n', 'no apiVersion'], ['apiVersion: v1\nentries:\n  a: []\n  b:\n    - name: b\n      version: 1.0.0\n      keywords:\n        - x\n', 'lists further in'],
    ['apiVersion: v1\nentries:\n    a:\n    - name: a\n      version: 1.0.0\n', 'four columns'], ['# c\n---\napiVersion: v1\nentries:\n  a:\n  - name: a\n    version: 1.0.0\n', 'a marker'], ['apiVersion: v1\r\nentries:\r\n  a:\r\n  - name: a\r\n    version: 1.0.0\r\n', 'carriage returns'],
    ['apiVersion: v1\nentries:\n  a:\n  - &x\n    name: a\n    version: 1.0.0\n  - <<: *x\n    version: 2.0.0\n', 'anchors'], ['apiVersion: v1\nentries:\n  "a":\n  - "name": a\n    "version": "1.0.0"\n', 'quoted keys'],
    ['apiVersion: v1\nentries:\n  a:\n  - {name: a, version: 1.0.0}\n', 'flow items'], ['apiVersion: v1\nentries:\n  a:\n  - name: a\n    version: 1.0.0\n    description: one\n      two\n      three\n', 'a text over several lines'],
  ])('%j: %s', (text) => same(text))

  test('one chart is read without the others', () => {
    const broken = 'apiVersion: v1\nentries:\n  good:\n  - name: good\n    version: 1.0.0\n  bad:\n  - name: bad\n    version: 1.0.0\n    surprise: 1\n'
    const index = new RepositoryIndex(broken, 'x')
    expect(index.get('good', '').metadata.version).toBe('1.0.0')
    expect(() => index.check()).toThrow('unknown field "surprise"')
    expect(indexOutline(broken)?.sections.map((s) => s.name)).toEqual(['good', 'bad'])
  })
})
