import { describe, expect, test } from 'vitest'
import { parseConstraint, parseStrictVersion, parseVersion, VersionObject } from './index.ts'
import { constraints, order, readable, versions } from './recorded.ts'

function outcome(f: () => unknown): string {
  try {
    return String(f())
  } catch (error) {
    return `E ${(error as Error).message}`
  }
}

describe('versions, as Masterminds reads them', () => {
  test.each(versions)('%j', (text, loose, strict) => {
    expect([outcome(() => parseVersion(text)), outcome(() => parseStrictVersion(text))]).toEqual([loose, strict])
  })
  test('too long a text is refused before it is looked at', () => {
    expect(() => parseVersion('1'.repeat(257))).toThrow('version string is too long (max 256 bytes)')
    expect(() => parseVersion('é'.repeat(129))).toThrow('version string is too long (max 256 bytes)')
  })
  test('order of every pair', () => {
    const signs = { '-1': '<', 0: '=', 1: '>' }
    const all = readable.map((text) => parseVersion(text))
    expect(all.map((a) => all.map((b) => signs[a.compare(b)]).join(''))).toEqual(order)
  })
  test('increments drop suffixes and keep the v', () => {
    const v = parseVersion('v1.2.3-rc.1+build')
    expect([v.incMajor(), v.incMinor(), v.incPatch()].map((next) => next.original)).toEqual(['v2.0.0', 'v1.3.0', 'v1.2.3'])
    expect(() => parseVersion('18446744073709551615').incMajor()).toThrow('major version increment would overflow uint64')
  })
})

describe('constraints, as Masterminds checks them', () => {
  test.each(constraints)('%j', (...row) => {
    const [text, canonical, check, withPrereleases, reasons] = row as unknown as (typeof constraints)[number]
    if (check === undefined) {
      expect(outcome(() => parseConstraint(text))).toBe(canonical)
      return
    }
    const constraint = parseConstraint(text)
    const all = readable.map((version) => parseVersion(version))
    expect(constraint.toString()).toBe(canonical)
    expect(all.map((v) => Number(constraint.check(v))).join('')).toBe(check)
    expect(all.map((v) => Number(constraint.check(v, true))).join('')).toBe(withPrereleases)
    for (const [version, texts] of Object.entries(reasons!)) expect(constraint.validate(parseVersion(version))).toEqual(texts)
  })
  test('hostile lengths', () => {
    expect(() => parseConstraint('1'.repeat(513))).toThrow('constraint string is too long (max 512 bytes)')
    expect(() => parseConstraint(Array(33).fill('1').join('||'))).toThrow('too many constraint groups (max 32)')
    const start = performance.now()
    for (const text of [`${' '.repeat(500)}x`, `${'1-'.repeat(250)}`, `${'1.a-'.repeat(125)}`, `1${' '.repeat(250)}-${' '.repeat(250)}`]) {
      outcome(() => parseConstraint(text))
    }
    expect(performance.now() - start).toBeLessThan(500)
  })
})

describe('the object a template gets', () => {
  const call = (object: VersionObject, name: string, ...args: VersionObject[]): unknown => object.method(name)?.call(args)
  test('pointer and value have the methods Go gives them', () => {
    const pointer = new VersionObject(parseVersion('v1.2.3-a'))
    expect(call(pointer, 'Original')).toBe('v1.2.3-a')
    expect(call(pointer, 'LessThan', new VersionObject(parseVersion('1.2.3')))).toBe(true)
    const value = call(pointer, 'IncMinor') as VersionObject
    expect([value.goType, value.text(), value.method('Original'), value.method('constructor')]).toEqual(
      ['semver.Version', '1.3.0', undefined, undefined])
  })
})
