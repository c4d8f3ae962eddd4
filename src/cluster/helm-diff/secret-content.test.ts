import { expect, it } from 'vitest'
import { compareManifests, formatDiff, formatStructured, indexManifest } from './index.ts'

const secret = (data: string) => `apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n${data}`
const report = (before: string, after: string, options: Parameters<typeof compareManifests>[2] = {}) => compareManifests(indexManifest(before, { namespace: 'n' }), indexManifest(after, { namespace: 'n' }), options)

it('no form of a diff holds a value of a Secret', () => {
  const before = secret('data:\n  a: aHVudGVyMg==\nstringData:\n  b: hunter3\n')
  const after = secret('data:\n  a: aHVudGVyNA==\n  b: bm90IGJhc2U2NA\n')
  for (const structured of [false, true]) {
    for (const [x, y] of [[before, after], [after, before], [before, ''], ['', after]] as const) {
      const made = report(x, y, { structured, findRenames: 1 })
      expect(made.changed).toBe(true)
      expect(formatDiff(made) + formatStructured(made.entries)).not.toMatch(/hunter|aHVudGVy|bm90IG/)
    }
  }
})

it('a renamed Secret is redacted once', () => {
  const made = report(secret('data:\n  a: eA==\n  b: eQ==\n'), secret('data:\n  a: eA==\n  b: eg==\n').replace('name: s', 'name: t'), { findRenames: 1 })
  expect(formatDiff(made)).toBe(`n, s, Secret (v1) has changed:
  apiVersion: v1
  kind: Secret
  metadata:
-   name: s
+   name: t
  data:
    a: 'REDACTED # (1 bytes)'
-   b: '-------- # (1 bytes)'
+   b: '++++++++ # (1 bytes)'
\n`)
})

it('annotations that repeat a value are marks as well, and kubectl\'s always', () => {
  const applied = (value: string) => `  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: '{"data":{"a":"${btoa(value)}"}}'\n    copy: the ${value}!\n    checksum/config: ${'ab'.repeat(32)}\n    short: abc\ndata:\n  a: ${btoa(value)}\n`
  const made = report(secret(applied('hunter-two')), secret(applied('hunter-three')))
  const text = formatDiff(made)
  expect(text).not.toMatch(/hunter|aHVudGVy/)
  expect(text).toContain(`      checksum/config: ${'ab'.repeat(32)}\n-     copy: '-------- # (15 bytes)'\n`)
  expect(text).toContain('      short: abc\n')
  expect(formatDiff(report(secret(applied('abc')), secret(applied('abd'))))).not.toMatch(/YWJj|YWJk/)
  expect(formatDiff(report(secret(applied('hunter-two')), secret(applied('hunter-three')), { secrets: 'shown' }))).toMatch(/the hunter-two!/)
})
