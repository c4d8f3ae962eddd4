import { expect, it } from 'vitest'
import type { KubeObject } from '../../cluster/kube/index.ts'
import { PlanKey, SecretMarks } from './index.ts'

const marks = new SecretMarks(new PlanKey(new Uint8Array(32).fill(3)))
const object = (more: object): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, ...more })
const base64 = (text: string): string => Buffer.from(text).toString('base64')

it('knows values of Secrets wherever they are repeated, and in which spelling', () => {
  marks.learn(object({ kind: 'Secret', data: { a: base64('hunter2-of-data') }, stringData: { b: 'quote"d & more' } }))
  const mark = marks.clean('hunter2-of-data')
  expect(mark).toMatch(/^REDACTED \([0-9a-f]{8}\)$/)
  for (const text of ['hunter2-of-data', 'x hunter2-of-data y', base64('hunter2-of-data'), base64('u:hunter2-of-data'), base64('us:hunter2-of-data!'), JSON.stringify({ a: 'quote"d & more' }), encodeURIComponent('quote"d & more')]) {
    expect(marks.holds(text)).toBe(true)
    expect(marks.clean(text)).not.toMatch(/hunter2|quote/)
  }
  expect(marks.holds('nothing of it')).toBe(false)
  // Equal values have equal marks, others have others, another key gives others.
  expect(marks.clean('hunter2-of-data')).toBe(mark)
  const other = new SecretMarks(PlanKey.random(), marks.known)
  expect(other.holds('hunter2-of-data')).toBe(true)
  expect(other.clean('hunter2-of-data')).not.toBe(mark)
})

it('shows an object without them, with its name', () => {
  const shown = marks.shown(object({ metadata: { name: 'hunter2-of-data', annotations: { note: 'has hunter2-of-data' } }, data: { a: 'x=hunter2-of-data', n: 1 } }))
  expect(shown.metadata.name).toBe('hunter2-of-data')
  expect(JSON.stringify([shown.metadata.annotations, shown.data])).not.toContain('hunter2')
  expect(shown.data.n).toBe(1)
})

it('takes what stands under the name of a secret for one, also when it is short', () => {
  const env = object({ kind: 'Pod', spec: { containers: [{ name: 'main', env: [{ name: 'DB_PASSWORD', value: 'pw1!' }, { name: 'LEVEL', value: 'debug' }] }] } })
  const fresh = new SecretMarks(PlanKey.random())
  expect(fresh.learn(env)).toBe(true)
  const [first, second] = fresh.shown(env).spec.containers[0].env
  expect(first).toEqual({ name: 'DB_PASSWORD', value: expect.stringMatching(/^REDACTED/) })
  expect(second).toEqual({ name: 'LEVEL', value: 'debug' })
  expect(fresh.learn(object({ data: { level: 'debug' } }))).toBe(false)
})

it('does not hide what objects say openly: a user called as the image is', () => {
  const pod = object({ kind: 'Deployment', metadata: { name: 'orders', labels: { tier: 'backend' } }, spec: { template: { spec: { containers: [{ name: 'main', image: 'docker.io/library/postgres:16' }] } } } })
  const fresh = new SecretMarks(PlanKey.random())
  for (const one of [pod, object({ kind: 'Secret', metadata: { name: 'orders' } })]) fresh.open(one)
  fresh.learn(object({ kind: 'Secret', stringData: { user: 'postgres', tier: 'backend', password: 'b4ckend-Tr0ub', other: 'x-library/postgres' } }))
  expect(fresh.shown(pod).spec).toEqual(pod.spec)
  expect([fresh.holds('postgres'), fresh.holds('x b4ckend-Tr0ub'), fresh.holds('x-library/postgres')]).toEqual([false, true, true])
  // What is no plain word stays a secret, wherever else it stands.
  const labelled = new SecretMarks(PlanKey.random())
  labelled.open(object({ metadata: { name: 'a', labels: { token: 'a1b2c3d4e5' } } }))
  labelled.learn(object({ kind: 'Secret', stringData: { token: 'a1b2c3d4e5' } }))
  expect(labelled.holds('a1b2c3d4e5')).toBe(true)
})

it('masks a plain word where it stands alone, not in names that are made of it', () => {
  const fresh = new SecretMarks(PlanKey.random())
  fresh.learn(object({ kind: 'Secret', stringData: { user: 'management' } }))
  for (const text of ['management', 'user=management', 'a: "management"', 'postgres://management:x@h', base64('management')]) expect([text, fresh.holds(text)]).toEqual([text, true])
  for (const text of ['rabbitmq_management', 'rabbitmq-management-user', 'management.example.com', 'managements']) expect([text, fresh.holds(text)]).toEqual([text, false])
})

it('finds a secret in hexadecimal, at either alignment', () => {
  const marks = new SecretMarks(PlanKey.random(), ['Pl4nted-value'])
  const hex = Buffer.from('user:Pl4nted-value;').toString('hex')
  for (const text of [hex, hex.toUpperCase(), `a${hex}`]) expect(marks.clean(`x ${text} y`)).toMatch(/^x REDACTED \(\w{8}\) y$/)
  expect(marks.clean('x 0123456789abcdef y')).toBe('x 0123456789abcdef y')
})

it('values that were encrypted are masked whatever their names, in base64 too', () => {
  const fresh = new SecretMarks(PlanKey.random())
  fresh.learnValues(['greeting of a shop', 'document', 'ab'])
  expect(fresh.clean('say "greeting of a shop" ab')).toMatch(/^say "REDACTED \([0-9a-f]{8}\)" ab$/)
  expect(fresh.clean('a: ZG9jdW1lbnQ=')).toMatch(/^a: REDACTED/)
})
