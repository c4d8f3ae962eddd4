import fc from 'fast-check'
import { RE2JS } from 're2js'
import { describe, expect, test } from 'vitest'
import { Regexp, RegexpCache, quoteMeta } from './index.ts'
import { translate } from './regexp-native.ts'
import { parseRegexp } from './regexp-parse.ts'

const isNative = (source: string): boolean => translate(parseRegexp(source).root) !== undefined

test('errors as Go words them', () => {
  const cache = new RegexpCache()
  expect(() => cache.compile('(')).toThrow('error parsing regexp: missing closing ): `(`')
  expect(() => cache.mustCompile('a**')).toThrow('regexp: Compile(`a**`): error parsing regexp: invalid nested repetition operator: `**`')
  expect(() => cache.mustCompile('`[')).toThrow('regexp: Compile("`["): error parsing regexp: missing closing ]: `[`')
  expect(() => cache.compile('a\\')).toThrow('error parsing regexp: trailing backslash at end of expression: ``')
  expect(() => cache.compile('(?=a)')).toThrow('error parsing regexp: invalid or unsupported Perl syntax: `(?=`')
})

test('bytes that are not UTF-8 match as U+FFFD and stay', () => {
  const re = new Regexp('[^a]')
  expect(re.findAll('a\udcffa\udce2', -1)).toEqual(['\udcff', '\udce2'])
  expect(new Regexp('a').replaceAll('a\udcff', 'b')).toBe('b\udcff')
  expect(new Regexp('\\x{FFFD}').matchString('\udcff')).toBe(true)
})

describe('the choice of engine', () => {
  test.each([
    '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', '[^a-zA-Z0-9]+', '\\d+(\\.\\d+)*', '(.*)-(.*)', '(?i)^true$', '(^|,)a', '[[:space:]]+', '(?m)^#.*$',
    '(-?[^a-z\\d\\-])+-?', '-([0-9]+(\\.[0-9]+)*)?(\\.x)?',
  ])('native: %s', source => expect(isNative(source)).toBe(true))

  test.each([
    '(a+)+$', '(a|a)*$', '(a*)*', '(|a)+', '(x+x+)+y', '(?i:a)b', '\\pL', '(?i)\\bx', '(?i)[\\W]', '([ab]*a)*c', '(a?)?',
  ])('linear: %s', source => expect(isNative(source)).toBe(false))

  test('many loops in a row are native for short texts, linear for long ones', () => {
    const duration = translate(parseRegexp('^((([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?|0)$').root)!
    expect(duration.steps(6)).toBeLessThan(5e7)
    expect(duration.steps(60)).toBeGreaterThan(5e7)
  })

  test('groups inside repetitions keep their last round, which JavaScript forgets', () => {
    expect(new Regexp('(?:(a)|b)*').findSubmatch('ab')).toEqual(['ab', 'a'])
    expect(new Regexp('(?:(a)|b)+').replaceAll('ab', '<$1>')).toBe('<a>')
  })
})

// What backtracking engines choke on. The texts are long enough for seconds if the wrong engine took them.
test.each([
  ['(a+)+$', 'a'.repeat(5000) + 'b'],
  ['(.*)(.*)(.*)(.*)x', 'a'.repeat(2000)],
  ['a*a*a*a*b', 'a'.repeat(2000)],
  ['(a|a|a)(a|a|a)(a|a|a)(a|a|a)(a|a|a)(a|a|a)(a|a|a)(a|a|a)(a|a|a)(a|a|a)(a|a|a)(a|a|a)(a|a|a)(a|a|a)(a|a|a)(a|a|a)b', 'a'.repeat(500)],
])('%s ends soon', (source, text) => {
  const start = performance.now()
  expect(new Regexp(source).matchString(text)).toBe(false)
  expect(performance.now() - start).toBeLessThan(3000)
})

test('a deep expression is refused', () => {
  const deep = '('.repeat(100_000) + ')'.repeat(100_000)
  expect(() => new Regexp(deep)).toThrow('expression nests too deeply')
  expect(() => new Regexp('((a{100}){100}){100}')).toThrow('invalid repeat count: `{100}`')
})

test('the translation finds what re2js finds', () => {
  const leaf = fc.constantFrom('a', 'b', 'ab', '.', '[ab]', '[^a]', '\\w', '\\d', '\\s', '^', '$', 'é', '😀', '[^\\n]', '-', '\\n')
  const { node } = fc.letrec<{ node: string }>(tie => ({
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.tuple(tie('node'), tie('node')).map(([x, y]) => x + y),
      fc.tuple(tie('node'), tie('node')).map(([x, y]) => `(?:${x}|${y})`),
      fc.tuple(tie('node'), fc.constantFrom('*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}')).map(([x, q]) => `(${x})${q}`),
    ),
  }))
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '-', ' ', '1', '\n', 'é', '😀'), maxLength: 12 })
  let translated = 0
  fc.assert(fc.property(node, text, (source, s) => {
    const native = translate(parseRegexp(source).root)
    if (native === undefined || (native.shortest === 0 && s.includes('😀'))) return
    translated++
    const theirs = RE2JS.compile(source).matcher(s)
    const ours = new RegExp(native.source, native.flags).exec(s)
    expect(ours === null ? null : [ours.index, ours.index + ours[0].length]).toEqual(theirs.find() ? [theirs.start(), theirs.end()] : null)
    if (ours !== null && native.exactGroups) {
      expect(ours.slice(1).map(g => g ?? null)).toEqual(Array.from({ length: ours.length - 1 }, (_, i) => theirs.group(i + 1)))
    }
  }), { numRuns: 3000 })
  expect(translated).toBeGreaterThan(1000)
})

test('of groups with the same name the first that took part is meant', () => {
  expect(new Regexp('(?P<n>a)|(?P<n>b)').replaceAll('ab', '<${n}>')).toBe('<a><b>')
})

test('a very long expression works', () => {
  const long = 'ab'.repeat(20_000)
  expect(new Regexp(long + '|x').find('-x-')).toBe('x')
  expect(new Regexp('^(' + long + ')$').matchString(long)).toBe(true)
})

test('the cache is bounded', () => {
  const cache = new RegexpCache(10)
  const first = cache.compile('a0')
  for (let i = 0; i < 9; i++) cache.compile('b' + i)
  expect(cache.compile('a0')).toBe(first)
  for (let i = 0; i < 20; i++) cache.compile('c' + i)
  expect(cache.compile('a0')).not.toBe(first)
})

test('quoteMeta matches itself', () => {
  fc.assert(fc.property(fc.string({ maxLength: 8 }), s => new Regexp(quoteMeta(s)).find('x' + s) === s))
})
