import { expect, test } from 'vitest'
import { cleanScopes, parseChallenge, repositoryScope } from './challenge.ts'

const params = (header: string) => Object.fromEntries(parseChallenge(header).params)

test('a bearer challenge with quoted and bare parameters', () => {
  const header = 'bEARER realm="https://auth.example.com/token",service=registry , scope="repository:a/b:pull,push repository:c:pull", error="invalid \\"token\\""'
  expect(parseChallenge(header).scheme).toBe('bearer')
  expect(params(header)).toEqual({ realm: 'https://auth.example.com/token', service: 'registry', scope: 'repository:a/b:pull,push repository:c:pull', error: 'invalid "token"' })
})

test('what follows a fault is left out', () => {
  expect(params('Bearer realm="x", service="y')).toEqual({ realm: 'x' })
  expect(params('Bearer realm')).toEqual({})
  expect(params('Bearer')).toEqual({})
  expect(params('Bearer a=1 b=2')).toEqual({ a: '1' })
})

test('basic and unknown schemes', () => {
  expect([parseChallenge('Basic realm="x"').scheme, parseChallenge('Negotiate').scheme, parseChallenge('').scheme]).toEqual(['basic', undefined, undefined])
})

test('scopes are merged and sorted', () => {
  expect(cleanScopes([repositoryScope('z', 'push', 'pull'), 'repository:a:push', 'repository:a:pull,pull', 'registry:catalog:*', 'repository:x:pull,*', 'odd', 'repository:none:'])).toEqual([
    'odd', 'registry:catalog:*', 'repository:a:pull,push', 'repository:x:*', 'repository:z:pull,push',
  ])
})
