import { expect, it } from 'vitest'
import { readHead } from './index.ts'

it.each([
  '{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"a","annotations":{"helm.sh/hook":"pre-install"}}}',
  "{'kind': 'Job', 'spec': {'x': 'y'}, 'metadata': {'annotations': {'helm.sh/hook': 'pre-install'}, 'name': 'a'}, 'apiVersion': 'batch/v1'}",
  'spec: {"kind": "no"}\n"metadata":\n  "name": "a"\n  "annotations":\n    "helm.sh/hook": "pre-install"\n"kind": Job\n"apiVersion": batch/v1\n',
])('reads heads whose keys are quoted: %#', (text) => {
  expect(readHead(text)).toEqual({ apiVersion: 'batch/v1', kind: 'Job', name: 'a', namespace: '', annotations: new Map([['helm.sh/hook', 'pre-install']]) })
})

it.each([
  ['metadata:\n  namespace: one\n  name: a\n', 'one'],
  ['metadata: {namespace: "1", name: a, labels: {namespace: other}}\n', '1'],
  ['metadata:\n  name: a\n  annotations: {namespace: other}\nspec:\n  namespace: other\n', ''],
  ['metadata:\n  name: a\n  namespace: {a: b}\n', ''],
  ['metadata: &m\n  name: a\n  namespace: anchored\n', 'anchored'],
  ['metadata:\n  namespace:\n  name: a\n', ''],
])('reads the namespace, and finds no fault with it: %#', (text, namespace) => {
  expect(readHead(text)).toEqual({ apiVersion: '', kind: '', name: 'a', namespace, annotations: text.includes('annotations') ? new Map([['namespace', 'other']]) : undefined })
})
