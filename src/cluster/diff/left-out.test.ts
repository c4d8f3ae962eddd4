import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../kube/index.ts'
import { diffObjects, repeatsSecret, withoutChangesAt, withoutDefaulted } from './index.ts'

const boat = (spec: object): KubeObject => ({ apiVersion: 'e/v1', kind: 'Boat', metadata: { name: 'b' }, spec })

describe('withoutChangesAt', () => {
  it('takes changes back where both sides have the field, and names them', () => {
    const before = boat({ a: 1, list: [{ name: 'x', v: 1 }, { name: 'y', v: 1 }], only: 1, 'dotted.key': 'o' })
    const after = boat({ a: 2, list: [{ name: 'y', v: 2 }, { name: 'x', v: 1 }], fresh: 2, 'dotted.key': 'n' })
    const paths = ['spec.a', 'spec.list[name=y].v', 'spec.list[name=x].v', 'spec.fresh', 'spec.only', 'spec["dotted.key"]', 'spec.nowhere.at', 'spec.list[7].v']
    expect(withoutChangesAt(before, after, paths)).toEqual({
      after: boat({ a: 1, list: [{ name: 'y', v: 1 }, { name: 'x', v: 1 }], fresh: 2, 'dotted.key': 'o' }), left: ['spec.a', 'spec.list[name=y].v', 'spec["dotted.key"]'],
    })
    expect(after.spec.a).toBe(2)
  })
  it("takes a Secret's new values back from where they stand", () => {
    const before: KubeObject = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { a: 'b2xk', b: 'b2xk' } }
    const { after } = withoutChangesAt(before, { ...before, stringData: { a: 'new', b: 'new' } }, ['data.a'])
    expect(after).toEqual({ ...before, stringData: { b: 'new' } })
  })
  it('does not reach into what is no field of an object', () => {
    const object = boat({})
    expect(withoutChangesAt(object, object, ['__proto__.x', 'constructor', 'spec.constructor.name'])).toEqual({ after: object, left: [] })
  })
})

describe('withoutDefaulted', () => {
  it('keeps what no manifest ever named, and quantities that mean the same', () => {
    const before = boat({ cpu: '1', memory: '1Gi', crew: [{ name: 'a', role: 'sailor', age: 1 }], policy: 'Always', taken: 1 })
    const base = boat({ cpu: '1000m', memory: '1024Mi', crew: [{ name: 'a', age: 1 }], taken: 1 })
    const target = boat({ cpu: '1000m', memory: '2048Mi', crew: [{ name: 'a', age: 2 }] })
    const { after, left } = withoutDefaulted(before, target, base, target)
    expect(after.spec).toEqual({ cpu: '1', memory: '2048Mi', crew: [{ name: 'a', role: 'sailor', age: 2 }], policy: 'Always' })
    expect(left.toSorted()).toEqual(['spec.cpu', 'spec.crew[name=a].role', 'spec.policy'])
  })
})

describe('repeatsSecret', () => {
  const value = 'pl4nted-value'
  it.each([value, `the ${value}.`, btoa(value), btoa(`x${value}`), btoa(`xy${value}z`), `{"a":"${btoa(`{"p":"${value}"}`)}"}`])('finds it in %s', (text) => expect(repeatsSecret(text, [value])).toBe(true))
  it.each(['', 'pl4nted', '0'.repeat(64), 'true'])('finds nothing in %j', (text) => expect(repeatsSecret(text, [value, 'true', ''])).toBe(false))
  it('annotations that repeat a value of either side are marks, in both', () => {
    const secret = (data: string, copy: string): KubeObject => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', annotations: { copy, other: 'words' } }, data: { a: btoa(data) } })
    const [change] = diffObjects([{ before: secret('old-value', 'none'), after: secret('new-value', 'was old-value') }], (text) => `#${text.length}`).objects
    expect(JSON.stringify(change)).not.toMatch(/old-value|new-value/)
    expect(change!.after!.metadata.annotations).toEqual({ copy: '#13', other: 'words' })
  })
})
