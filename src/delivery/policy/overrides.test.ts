import { expect, it } from 'vitest'
import { now } from '../../../test/policy/facts.ts'
import { overridesOfFlags, parseOverrides } from './overrides.ts'

const scope = { environment: 'prod', service: 'shop', now }
const read = (entries: string) => parseOverrides('pintle-overrides.yaml', `apiVersion: pintle.dev/v1\nkind: Overrides\noverrides:\n${entries}`, scope)
const fine = 'rule: manifests/probes, reason: agreed, by: ada, expires: 2026-12-31'

it('reads overrides; a date means its end', () => {
  expect(read(`- { ${fine}, ticket: OPS-1, match: Deployment/web }`)).toEqual([{ rule: 'manifests/probes', reason: 'agreed', by: 'ada', match: 'Deployment/web', ticket: 'OPS-1', expires: '2026-12-31T23:59:59.000Z' }])
  expect(read(`- { ${fine.replace('2026-12-31', '"2026-12-01T10:00:00+02:00"')} }`)[0]!.expires).toBe('2026-12-01T08:00:00.000Z')
  expect(parseOverrides('f', 'apiVersion: pintle.dev/v1\nkind: Overrides\n', scope)).toEqual([])
})

it('keeps those of the environment and service', () => {
  expect(read(`- { ${fine}, environment: staging }\n- { ${fine}, service: other }\n- { ${fine}, service: shop, environment: prod }`)).toHaveLength(1)
})

it.each([
  ['- { rule: a/b, reason: x, by: z }', 'overrides[0] has no expires', 4],
  ['- { rule: a/b, reason: "  ", by: z, expires: 2026-12-31 }', 'overrides[0] has no reason', 4],
  [`- { ${fine} }\n- { ${fine}, until: 2026-12-31 }`, 'unknown key overrides[1].until', 5],
  [`- { ${fine.replace('2026-12-31', 'tomorrow')} }`, '"tomorrow" is neither a date', 4],
  [`- { ${fine.replace('2026-12-31', '2026-02-31')} }`, 'there is no 2026-02-31', 4],
  [`- { ${fine.replace('2026-12-31', '2099-01-01')} }`, 'more than a year from now', 4],
  ['- manifests/probes', 'overrides[0] must be a map', 4],
  ['- { rule: a/b, reason: "x\\e[2J", by: z, expires: 2026-12-31 }', 'overrides[0].reason holds control characters', 4],
  ['- { rule: 1, reason: x, by: z, expires: 2026-12-31 }', 'overrides[0].rule must be a string', 4],
])('refuses %j', (entries, message, line) => {
  expect(() => read(entries)).toThrow(expect.objectContaining({ code: 'config.invalid', message: expect.stringContaining(message), place: expect.objectContaining({ file: 'pintle-overrides.yaml', line }) }))
})

it.each([['kind: Overrides\noverrides: []', 'no list of overrides'], ['apiVersion: pintle.dev/v1\nkind: Overrides\noverride: []', 'unknown key override'], ['apiVersion: pintle.dev/v1\nkind: Overrides\noverrides: {}', 'must be a list'], ['a: [', '']])('refuses %j', (text, message) => {
  expect(() => parseOverrides('f', text, scope)).toThrow(expect.objectContaining({ code: 'config.invalid', message: expect.stringContaining(message) }))
})

it('reads flags', () => {
  const by = { by: 'ada', expires: new Date('2026-12-01T00:00:00Z') }
  expect(overridesOfFlags(['a/b=because = so', 'manifests/probes[Deployment/web]=no port'], by)).toEqual([
    { rule: 'a/b', match: '', reason: 'because = so', by: 'ada', expires: '2026-12-01T00:00:00.000Z' },
    { rule: 'manifests/probes', match: 'Deployment/web', reason: 'no port', by: 'ada', expires: '2026-12-01T00:00:00.000Z' },
  ])
  for (const bad of ['a/b=\u001b[2J', 'a/b', 'a/b=', 'a/b= ', 'nogroup=x', '=x']) expect(() => overridesOfFlags([bad], by)).toThrow(expect.objectContaining({ code: 'usage' }))
})
