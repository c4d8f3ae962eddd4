import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../kube/index.ts'
import { diffLines, diffObjects } from './index.ts'

const apply = (lines: ReturnType<typeof diffLines>, side: '-' | '+') => lines.filter((l) => l.kind === ' ' || l.kind === side).map((l) => l.text)

describe('diffLines', () => {
  it('gives both sides back and is minimal, over random texts', () => {
    let seed = 7
    const next = (n: number) => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % n
    for (let round = 0; round < 300; round++) {
      const a = Array.from({ length: next(12) }, () => 'abcd'[next(4)]!)
      const b = Array.from({ length: next(12) }, () => 'abcd'[next(4)]!)
      const lines = diffLines(a, b)
      expect(apply(lines, '-')).toEqual(a)
      expect(apply(lines, '+')).toEqual(b)
      expect(lines.filter((l) => l.kind !== ' ').length).toBe(a.length + b.length - 2 * longestCommon(a, b))
    }
  })
})

function longestCommon(a: string[], b: string[]): number {
  const t = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0))
  for (let i = 1; i <= a.length; i++) for (let j = 1; j <= b.length; j++) t[i]![j] = a[i - 1] === b[j - 1] ? t[i - 1]![j - 1]! + 1 : Math.max(t[i - 1]![j]!, t[i]![j - 1]!)
  return t[a.length]![b.length]!
}

const deployment = (image: string, extra: object = {}): KubeObject => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop', resourceVersion: String(Math.random()) },
  spec: { selector: { matchLabels: { app: 'web' } }, template: { spec: { containers: [{ name: 'side', image: 's:1' }, { name: 'app', image, ...extra }] } } },
})
const mark = (value: string) => `(${value.length} bytes)`

describe('diffObjects', () => {
  it('pairs list items by name, classifies, and ignores what the server writes', () => {
    const before = deployment('a:1')
    const after = deployment('a:2', { readinessProbe: { httpGet: { path: '/' } } })
    after.spec.template.spec.containers.reverse()
    const set = diffObjects([{ before, after }], mark)
    expect(set.changed).toBe(1)
    expect(set.objects[0]!.fields.map((f) => [f.path, f.class])).toEqual([
      ['spec.template.spec.containers[name=app].image', 'image'],
      ['spec.template.spec.containers[name=app].readinessProbe', 'probe'],
    ])
  })
  it('never holds a secret value, and sees equal data and stringData as equal', () => {
    const before: KubeObject = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { a: btoa('hunter2'), b: btoa('same') } }
    const after: KubeObject = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { a: 'hunter22', b: 'same' } }
    const set = diffObjects([{ before, after }], mark)
    expect(set.objects[0]!.fields.map((f) => f.path)).toEqual(['data.a'])
    expect(JSON.stringify(set)).not.toMatch(/hunter|aHVudGVy/)
  })
  it('puts removals before changes before additions', () => {
    const set = diffObjects([{ after: deployment('x') }, { before: deployment('a'), after: deployment('b') }, { before: deployment('gone') }], mark)
    expect(set.objects.map((o) => o.action)).toEqual(['remove', 'change', 'add'])
  })
})
