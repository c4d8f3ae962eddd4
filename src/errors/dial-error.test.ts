import { expect, test } from 'vitest'
import { dialErrorText, firstDialError } from './dial-error.ts'

const error = (fields: object) => Object.assign(new Error('x'), fields)

test.each([
  [{ code: 'ECONNREFUSED', address: '127.0.0.1', port: 1 }, 'dial tcp 127.0.0.1:1: connect: connection refused'],
  [{ code: 'ECONNREFUSED', address: '::1', port: 80 }, 'dial tcp [::1]:80: connect: connection refused'],
  [{ code: 'ETIMEDOUT', syscall: 'connect', address: '10.0.0.1', port: 443 }, 'dial tcp 10.0.0.1:443: connect: connection timed out'],
  [{ code: 'ETIMEDOUT', syscall: 'read' }, undefined],
  [{ code: 'ENOTFOUND', hostname: 'no.where' }, expect.stringMatching(/^dial tcp: lookup no\.where(?: on \S+:\d+)?: no such host$/)],
  [{ code: 'EPIPE' }, undefined],
])('%j', (fields, text) => expect(dialErrorText(error(fields), 'host')).toEqual(text))

test('of several addresses the one Go would name', () => {
  expect(dialErrorText(firstDialError(error({ errors: [error({ code: 'x' }), error({ code: 'ECONNREFUSED', address: '127.0.0.1', port: 2 })] })), 'h')).toBe('dial tcp 127.0.0.1:2: connect: connection refused')
})
