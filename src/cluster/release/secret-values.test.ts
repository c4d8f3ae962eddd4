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
