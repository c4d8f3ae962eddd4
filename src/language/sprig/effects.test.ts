import { describe, expect, test } from 'vitest'
import { helmFunctions, sprigFunctions } from './index.ts'
import { int, Int, int64, StringMap, Time, TypedSlice, typeOf, ValuesMap } from '../go/index.ts'
import type { Host, Runtime, Value } from '../go/index.ts'

/** A host whose randomness counts up, so that results repeat. */
function runtime(options: Partial<Host> = {}): Runtime {
  let next = 0
  const host: Host = {
    now: () => 1_700_000_000_123_456_789n,
    randomBytes: (count) => Uint8Array.from({ length: count }, () => (next = (next + 77) & 255)),
    localZone: 'Europe/Berlin',
    lookup: (...args) => new Map([['asked', args.join('/')]]),
    getHostByName: (name) => `${name}!`,
    lint: false,
    ...options,
  }
  return { include: (name, data) => `<${name} ${String(data)}>`, tpl: (text, data) => `{${text} ${String(data)}}`, host }
}
const call = (name: string, args: Value[], world = runtime()): Value => helmFunctions.get(name)!.call(args, world)

describe('the function maps', () => {
  test('Sprig without env, Helm with its own', () => {
    const sprig = sprigFunctions()
    for (const name of ['env', 'expandenv', 'include', 'toYaml', 'constructor', '__proto__']) expect(sprig.has(name), name).toBe(false)
    for (const name of ['env', 'expandenv', 'constructor']) expect(helmFunctions.has(name), name).toBe(false)
    expect(helmFunctions.get('fromJson')).not.toBe(sprig.get('fromJson'))
    expect(call('fromJson', ['[']) instanceof Map).toBe(true)
    expect(() => sprig.get('fail')!.call(['no'], runtime())).toThrow(/^no$/)
    expect(sprig.get('fromJson')!.call(['['], runtime())).toBe(null)
  })
})

describe('what reaches the template and the world', () => {
  test('include, tpl, lookup and DNS are asked of the runtime', () => {
    expect(call('include', ['a', 'x'])).toBe('<a x>')
    expect(call('tpl', ['t', 'x'])).toBe('{t x}')
    expect(call('lookup', ['v1', 'Pod', 'ns', 'p'])).toEqual(new Map([['asked', 'v1/Pod/ns/p']]))
    expect(call('getHostByName', ['h'])).toBe('h!')
  })
  test('fail and required only pass when linting', () => {
    expect(() => call('fail', ['no'])).toThrow('HELM_ERR_STARTnoHELM_ERR_END')
    expect(() => call('required', ['need', null])).toThrow('HELM_ERR_STARTneedHELM_ERR_END')
    expect(call('required', ['need', false])).toBe(false)
    const lint = runtime({ lint: true })
    expect(call('fail', ['no'], lint)).toBe('')
    expect(call('required', ['need', ''], lint)).toBe('')
  })
  test('the clock and the zone are the host\'s', () => {
    expect((call('now', []) as Time).format('2006-01-02 15:04:05 MST')).toBe('2023-11-14 23:13:20 CET')
    expect(call('date', ['15:04 MST', 'not a time'])).toBe('23:13 CET')
    expect(call('ago', [int(1_699_999_990)])).toBe('10s')
    expect(call('htmlDate', [int(0)])).toBe('1970-01-01')
  })
})

describe('randomness comes from the host', () => {
  test.each([
    ['randAlphaNum', /^[A-Za-z0-9]{40}$/], ['randAlpha', /^[A-Za-z]{40}$/], ['randNumeric', /^[0-9]{40}$/], ['randAscii', /^[ -~]{40}$/],
  ])('%s', (name, pattern) => {
    expect(call(name, [int(40)])).toMatch(pattern)
    expect(call(name, [int(40)])).toBe(call(name, [int(40)]))
    expect(call(name, [int(-1)])).toBe('')
  })
  test('others', () => {
    expect(call('uuidv4', [])).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect([...(call('shuffle', ['aé😀z']) as string)].sort()).toEqual(['a', 'z', 'é', '😀'])
    expect(call('randBytes', [int(5)])).toMatch(/^[A-Za-z0-9+/]{7}=$/)
    expect(() => call('randBytes', [int(-1)])).toThrow('runtime error: makeslice: len out of range')
    for (let i = 0; i < 20; i++) expect(Number((call('randInt', [int(3), int(5)]) as Int).value)).toBeOneOf([3, 4])
    expect(() => call('randInt', [int(5), int(5)])).toThrow('invalid argument to Intn')
  })
  test('keys need a host that has crypto', () => {
    expect(() => call('genCA', ['ca', int(1)])).toThrow('keys, certificates and ciphers are not available here')
    expect(call('sha256sum', [''])).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })
})

describe('maps are changed in place, and shared', () => {
  test('set returns a map[string]interface {} over the same entries, even of .Values', () => {
    const values = new ValuesMap([['a', 1.5]])
    const out = call('set', [values, 'b', 'x']) as Map<string, Value>
    expect(values.get('b')).toBe('x')
    expect(typeOf(out)).toBe('map[string]interface {}')
    out.set('c', true)
    expect(values.get('c')).toBe(true)
    expect(call('dig', ['b', 'none', out])).toBe('x')
    expect(() => call('dig', ['b', 'none', values])).toThrow('interface conversion: interface {} is common.Values, not map[string]interface {}')
  })
  test('merge fills the first map with what it shares with the others', () => {
    const inner = new Map<string, Value>([['x', 1.5]])
    const target = new Map<string, Value>([['kept', 'k'], ['empty', ''], ['deep', new Map<string, Value>([['a', false]])]])
    const source = new Map<string, Value>([
      ['kept', 'other'], ['empty', 'filled'], ['inner', inner], ['nothing', null], ['deep', new Map<string, Value>([['a', true], ['b', 'b']])],
    ])
    expect(call('merge', [target, source])).toBe(target)
    expect(target).toEqual(new Map<string, Value>([
      ['kept', 'k'], ['empty', 'filled'], ['deep', new Map<string, Value>([['a', true], ['b', 'b']])], ['inner', inner],
    ]))
    expect(target.get('inner')).toBe(inner)
    call('mergeOverwrite', [target, new Map<string, Value>([['kept', ''], ['deep', null], ['inner', new Map([['x', 2.5]])]])])
    expect([target.get('kept'), target.get('deep'), inner.get('x')]).toEqual(['', null, 2.5])
  })
  test('__proto__ and constructor are ordinary keys', () => {
    const d = call('dict', ['__proto__', 'p', 'constructor', 'c']) as Map<string, Value>
    expect(call('get', [d, '__proto__'])).toBe('p')
    expect(call('hasKey', [new Map(), 'constructor'])).toBe(false)
    expect(call('merge', [new Map(), d])).toEqual(d)
    expect(call('derivePassword', [new Int(1n, 'uint32'), '__proto__', 'p', 'u', 's'], runtime({ crypto: {} as never })))
      .toBe('cannot find password template __proto__')
    expect(({} as Record<string, unknown>)['p']).toBe(undefined)
  })
  test('a deep copy shares nothing and keeps types', () => {
    const source = new ValuesMap([['l', TypedSlice.make('[]string', ['a'])], ['m', new StringMap([['k', 'v']])]])
    const copy = call('deepCopy', [source]) as Map<string, Value>
    expect([typeOf(copy), typeOf(copy.get('l')!), typeOf(copy.get('m')!)]).toEqual(['common.Values', '[]string', 'map[string]string'])
    expect(call('deepEqual', [source, copy])).toBe(true)
    ;(copy.get('m') as StringMap).set('k', 'changed')
    expect(call('deepEqual', [source, copy])).toBe(false)
  })
  test('keys and values come sorted, where Go has no order', () => {
    const d = new Map<string, Value>([['b', 1.5], ['a', 2.5], ['é', 3.5]])
    expect([...(call('keys', [d]) as string[])]).toEqual(['a', 'b', 'é'])
    expect(call('values', [d])).toEqual([2.5, 1.5, 3.5])
  })
  test('sortAlpha sorts a []string where it stands', () => {
    const parts = call('splitList', [',', 'b,a'])
    call('sortAlpha', [parts])
    expect([...(parts as string[])]).toEqual(['a', 'b'])
  })
})

test('seq wraps as an int of Go does', () => {
  expect(call('seq', [int64(-(2n ** 63n))])).toBe('')
  expect(call('seq', [int64(2n ** 63n - 1n)])).toBe('')
})

describe('hostile arguments end in an error, soon', () => {
  const cycle = new Map<string, Value>()
  cycle.set('self', cycle)
  const other = new Map<string, Value>()
  other.set('self', other)
  test.each<[string, Value[]]>([
    ['repeat', [int(2 ** 40), 'x']], ['indent', [int(2 ** 40), 'x']], ['nindent', [int(2 ** 20), '\n'.repeat(1000)]],
    ['until', [int(2 ** 40)]], ['untilStep', [int(0), int(2 ** 62), int(1)]], ['seq', [int(2 ** 40)]],
    ['randAlphaNum', [int(2 ** 40)]], ['randBytes', [int(2 ** 40)]], ['chunk', [int(0), ['x']]],
    ['deepCopy', [cycle]], ['deepEqual', [cycle, other]], ['merge', [cycle, other]],
  ])('%s', (name, args) => {
    const start = performance.now()
    expect(() => call(name, args)).toThrow()
    expect(performance.now() - start).toBeLessThan(2000)
  })
})
