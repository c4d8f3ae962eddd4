import { expect, it } from 'vitest'
import { PintleError } from '../../errors/index.ts'
import { defaultPolicy, parsePolicySettings } from './settings.ts'

const read = (raw: unknown) => parsePolicySettings(raw, (path, message, hint) => new PintleError('config.invalid', `${path.join('.')}: ${message}`, { ...(hint !== undefined && { hint }) }))

it('reads the name of a pack, or a map', () => {
  expect(read(undefined)).toEqual(defaultPolicy)
  expect(read('production')).toEqual({ ...defaultPolicy, pack: 'production' })
  expect(read({ pack: 'production', rules: { 'manifests/probes': 'warn' }, overrides: 'o.yaml', unevaluated: 'block', external: [{ id: 'acme/x', cel: 'true' }] })).toEqual({
    pack: 'production', rules: { 'manifests/probes': 'warn' }, overrides: 'o.yaml', unevaluated: 'block',
    external: [{ id: 'acme/x', title: 'acme/x', severity: 'block', reason: '', fix: '', over: 'objects', kinds: [], cel: 'true' }],
  })
})

it('a bare off is false in YAML', () => {
  expect(read({ rules: { 'manifests/probes': false }, external: [{ id: 'acme/x', cel: 'true', severity: false }] })).toMatchObject({ rules: { 'manifests/probes': 'off' }, external: [{ severity: 'off' }] })
})

it.each([
  ['prodution', ': there is no rule pack "prodution"', 'Did you mean production?'],
  [7, ': policy must be the name of a pack, or a map', undefined],
  [{ pak: 'baseline' }, 'pak: unknown key policy.pak', 'Did you mean pack?'],
  [{ rules: { 'a/b': 'error' } }, 'rules.a/b: policy.rules.a/b must be block, warn or off', undefined],
  [{ rules: [] }, 'rules: policy.rules must be a map', undefined],
  [{ overrides: [] }, 'overrides: ', undefined],
  [{ unevaluated: true }, 'unevaluated: ', undefined],
  [{ external: {} }, 'external: ', undefined],
  [{ external: [{ id: 'x', cel: 'true' }] }, 'external.0.id: ', undefined],
  [{ external: [{ id: 'a/x' }] }, 'external.0: a/x must have either cel or rego', undefined],
  [{ external: [{ id: 'a/x', cel: 'true', rego: 'x.wasm' }] }, 'external.0: a/x must have either', undefined],
  [{ external: [{ id: 'a/x', cel: 'true', kind: [] }] }, 'external.0.kind: unknown key', 'Did you mean kinds?'],
  [{ external: [{ id: 'a/x', cel: true }] }, 'external.0.cel: cel must be a string', undefined],
  [{ external: [{ id: 'a/x', cel: 'true', over: 'all' }] }, 'external.0.over: ', undefined],
  [{ external: [{ id: 'a/x', rego: 'x.wasm', message: 'm' }] }, 'external.0.message: ', undefined],
])('refuses %j', (raw, message, hint) => {
  expect(() => read(raw)).toThrow(expect.objectContaining({ message: expect.stringContaining(message), ...(hint !== undefined && { hint: expect.stringContaining(hint) }) }))
})
