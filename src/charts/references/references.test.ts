import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { jsonMarshal, type Value } from '../../language/go/index.ts'
import { unmarshalV3 } from '../../language/yaml/index.ts'
import { References, expandReferences, expandText, referencesIn, type ReferenceOptions } from './index.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'references-'))
  writeFileSync(join(folder, 'doc.yaml'), 'a: {b: deep-secret, list: [x, y], n: 5}\nflat: 7\nyes: true\nnone: null\n')
  writeFileSync(join(folder, 'bad.yaml'), 'topsecret\n')
  writeFileSync(join(folder, 'broken.yaml'), 'a: *hunter2\n')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const options = (more: ReferenceOptions = {}): ReferenceOptions => ({ folder, env: { NAME: 'value', EMPTY: '', FILE: 'doc.yaml' }, ...more })
const plain = (value: Value): unknown => JSON.parse(jsonMarshal(value))
const values = async (yaml: string, more: ReferenceOptions = {}): Promise<unknown> => plain(await expandReferences(unmarshalV3(yaml) as Map<string, Value>, options(more)))

describe('expanding', () => {
  test.each<[string, unknown]>([
    ['a: ref+echo://foo/bar', { a: 'foo/bar' }],
    ['a: ref+echo://foo/bar#/foo', { a: 'bar' }],
    ['a: ref+echo://foo/bar/#/foo', { a: { bar: '' } }],
    ['a: ref+file://./doc.yaml#/a/b', { a: 'deep-secret' }],
    ['a: ref+file://doc.yaml#/flat', { a: 7 }],
    ['a: ref+file://doc.yaml#/a/list', { a: ['x', 'y'] }],
    ['a: secretref+file://doc.yaml#/yes', { a: true }],
    ['a: x-ref+echo://one+-y-ref+echo://two+', { a: 'x-one-y-two' }],
    ['a: [ref+echo://one, {b: ref+echo://two}]', { a: ['one', { b: 'two' }] }],
    ['a: ref+file://doc.yaml#/missing', { a: null }],
    ['a: pre ref+file://doc.yaml#/missing', { a: 'pre <nil>' }],
    ['ref+file://doc.yaml: {x: 1}\nb: 2', { b: 2, a: { b: 'deep-secret', list: ['x', 'y'], n: 5 }, flat: 7, yes: true, none: null }],
    ['ref+echo://key: plain', { 'ref+echo://key': 'plain' }],
    ['a: ref+envsubst://$NAME', { a: 'value' }],
    ['a: ref+envsubst:///${EMPTY:-other}', { a: '/other' }],
    ['a: ref+file://ref+envsubst://$FILE+#/a/b', { a: 'deep-secret' }],
    ['a: ref+echo://x', { a: 'ref+echo://x' }],
    ['a: no reference here', { a: 'no reference here' }],
  ])('%s', async (yaml, wanted) => expect(await values(yaml)).toEqual(wanted))

  test('the kinds that are asked for', async () => {
    expect(await values('a: secretref+echo://xx\nb: ref+echo://yy', { excludeSecretRefs: true })).toEqual({ a: 'secretref+echo://xx', b: 'yy' })
  })

  test('a text', async () => expect(await expandText('a=ref+echo://xx+&b=ref+file://doc.yaml#/a/n+.', options())).toBe('a=xx&b=5.'))

  test('the values given stay what they are', async () => {
    const given = new Map<string, Value>([['a', 'ref+echo://xx']])
    await expandReferences(given, options())
    expect(given.get('a')).toBe('ref+echo://xx')
  })

  test('says what must not be shown', async () => {
    const secrets = new Set<string>()
    await values('a: ref+file://doc.yaml#/a\nb: x-ref+echo://partial+-y', { onSecrets: (found) => found.forEach((s) => secrets.add(s)) })
    expect([...secrets].sort()).toEqual(['5', 'deep-secret', 'partial', 'x', 'y'])
  })
})

describe('errors', () => {
  const message = (yaml: string, more?: ReferenceOptions): Promise<string> => values(yaml, more).then(() => 'none', (error: Error) => error.message)
  test.each([
    ['a: ref+file://none.yaml#/a', 'expand file://none.yaml#/a: open none.yaml: no such file or directory'],
    ['a: ref+nothing://xx', 'expand nothing://xx: no provider registered for scheme "nothing"'],
    ['a: ref+doppler://xx', 'expand doppler://xx: ref+doppler:// is not supported by Pintle'],
    ['a: ref+exec://rm', 'expand exec://rm: ref+exec:// is not supported by Pintle'],
    ['a: ref+echo://one#/x', 'expand echo://one#/x: key must have two or more components separated by "/": got "one"'],
    ['a: ref+file://doc.yaml#/flat/x', 'expand file://doc.yaml#/flat/x: unexpected type of value for key at 0=flat in [flat x]: expected a map, got a scalar'],
    ['a: ref+echo://foo:bar', 'expand echo://foo:bar: parse "echo://foo:bar": invalid port ":bar" after host'],
    ['a: ref+k8s://v1/Secret/a/b/c?inCluster', 'expand k8s://v1/Secret/a/b/c?inCluster: Unable to get Secret a/b: there is no cluster here to read it from'],
  ])('%s', async (yaml, wanted) => expect(await message(yaml)).toBe(wanted))

  test('a missing key, where that is one', async () => {
    expect(await message('a: ref+file://doc.yaml#/a/zz', { failOnMissingKey: true })).toBe('expand file://doc.yaml#/a/zz: no value found for key a/zz')
  })

  test('quote nothing of an answer', async () => {
    expect(await message('a: ref+file://bad.yaml#/a')).toBe('expand file://bad.yaml#/a: yaml: unmarshal errors:\n  line 1: cannot unmarshal !!str into map[string]interface {}')
    expect(await message('a: ref+file://broken.yaml#/a')).not.toContain('hunter2')
    expect(await message('a: ref+file://ref+file://bad.yaml+#/x')).not.toContain('topsecret')
  })
})

test('everything is asked for once, unless it failed', async () => {
  let asked = 0
  const references = new References(options({
    env: { KUBECONFIG: join(folder, 'doc.yaml') },
    readObject: async () => {
      if (++asked === 1) throw new Error('not yet')
      return new Map([['a', Buffer.from('one')], ['b', Buffer.from('two')]])
    },
  }))
  const given = new Map<string, Value>([['x', 'ref+k8s://v1/Secret/ns/s#/a'], ['y', 'ref+k8s://v1/Secret/ns/s#/b'], ['z', 'ref+k8s://v1/Secret/ns/s']])
  await expect(references.values(given)).rejects.toThrow('expand k8s://v1/Secret/ns/s#/a: Unable to get Secret ns/s: Unable to get the Secret object from Kubernetes: not yet')
  expect(plain(await references.values(given))).toEqual({ x: 'one', y: 'two', z: '{"a":"one","b":"two"}' })
  await references.values(given)
  expect(asked).toBe(3)
})

test('referencesIn', () => {
  expect(referencesIn(new Map([['a', ['x', new Map([['b', 'ref+echo://x']])]]]))).toBe(true)
  expect(referencesIn(new Map([['ref+echo://x', 'x']]))).toBe(true)
  expect(referencesIn(new Map([['a', 'reference']]))).toBe(false)
})
