import { expect, test } from 'vitest'
import { secretCleaner } from './secret-values.ts'

test('values of Secrets are taken out of texts: plain, in base64 and line by line', () => {
  const manifest = '---\n# Source: c/templates/s.yaml\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: hunter2-is-no-secret, short: abcd, key: "-----BEGIN\\nMIIabc123\\n-----END"}\ndata: {b: aHVudGVyMw==}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: Secret}\ndata: {a: ordinary}\n'
  const clean = secretCleaner(() => [manifest])
  expect(clean('pw hunter2-is-no-secret b hunter3 aHVudGVyMw== abcd ordinary')).toBe('pw REDACTED b REDACTED REDACTED abcd ordinary')
  expect(clean('  MIIabc123')).toBe('  REDACTED')
})

test('the manifests are read when the first text comes', () => {
  let reads = 0
  const clean = secretCleaner(() => { reads++; return [] })
  expect([clean(''), reads, clean('x'), clean('y'), reads]).toEqual(['', 0, 'x', 'y', 1])
})

test('takes them out of base64, by themselves and within something longer, at every place', () => {
  const value = 'pa55-w0rd/+of?the>chart~'
  const clean = secretCleaner(() => [`apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: '${value}'}\n`])
  for (let before = 0; before < 7; before++) {
    for (let after = 0; after < 4; after++) {
      const text = `${'<'.repeat(before)}${value}${'>'.repeat(after)}`
      for (const form of ['base64', 'base64url'] as const) {
        const left = Buffer.from(clean(Buffer.from(text).toString(form)).replaceAll('REDACTED', ''), form).toString('latin1')
        for (let i = 0; i + 4 <= value.length; i++) expect(left, `${before} ${after} ${form}`).not.toContain(value.slice(i, i + 4))
      }
    }
  }
  expect(clean(`key ${Buffer.from(value).toString('base64')}.`)).toBe('key REDACTED.')
})
