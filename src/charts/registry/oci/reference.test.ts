import { expect, test } from 'vitest'
import { digestFault } from './digest.ts'
import { chartReferenceText, parseChartReference, parseReference, referenceText } from './reference.ts'

const hex = 'a'.repeat(64)

test.each([
  ['localhost:5000/charts/web:1.0.0', 'localhost:5000/charts/web:1.0.0'],
  [`h/web:1.0.0@sha256:${hex}`, `h/web@sha256:${hex}`],
  ['h/web', 'h/web'],
])('%s is read as %s', (text, shown) => {
  expect(referenceText(parseReference(text))).toBe(shown)
})

test.each([
  ['web', 'invalid reference: missing registry or repository'],
  ['h/Web:1', 'invalid reference: invalid repository "Web"'],
  ['h/web:', undefined],
  ['h/web:a+b', 'invalid reference: invalid tag "a+b"'],
  ['h/web@sha256:abc', 'invalid reference: invalid digest "sha256:abc": invalid checksum digest length'],
  ['h/web@md5:abc', 'invalid reference: invalid digest "md5:abc": unsupported digest algorithm'],
  ['a b/web', 'invalid reference: invalid registry "a b"'],
  ['u:secret@h/web', 'invalid reference: invalid registry "u:***@h"'],
  ['u@h/web', 'invalid reference: invalid registry "u@h"'],
])('%s: %s', (text, message) => {
  if (message === undefined) expect(parseReference(text).reference).toBe('')
  else expect(() => parseReference(text)).toThrow(message)
})

test('a name made to work a pattern hard is refused at once', () => {
  expect(() => parseReference(`h/${'a'.repeat(4000)}!`)).toThrow('invalid repository')
  expect(() => parseReference(`h/${'a'.repeat(100_000)}`)).toThrow('invalid repository')
})

test('plus signs of a tag are underscores in a registry', () => {
  const parsed = parseChartReference('oci://h/charts/web:1.0.0+build.7')
  expect([parsed.tag, chartReferenceText(parsed)]).toEqual(['1.0.0_build.7', 'h/charts/web:1.0.0_build.7'])
})

test('a digest beside a tag is kept apart', () => {
  const parsed = parseChartReference(`oci://h:5000/web:1.0.0@sha256:${hex}`)
  expect(parsed).toMatchObject({ registry: 'h:5000', repository: 'web', tag: '1.0.0', digest: `sha256:${hex}` })
  expect(chartReferenceText(parseChartReference(`h/web@sha256:${hex}`))).toBe(`h/web@sha256:${hex}`)
})

test('digests', () => {
  expect([`sha256:${hex}`, `sha512:${hex}${hex}`, 'sha256:', ':x', `sha256:${hex.toUpperCase()}`].map(digestFault)).toEqual([undefined, undefined, 'invalid checksum digest format', 'invalid checksum digest format', 'invalid checksum digest format'])
})
