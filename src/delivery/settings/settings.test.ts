import { expect, it } from 'vitest'
import { folder } from '../../../test/cli/run-cli.ts'
import { PintleError } from '../../errors/index.ts'
import { faultIn, keyedMap, withoutLine, type Path } from './index.ts'

it('places the faults of a section that a room reads itself, on the nearest line that is there', () => {
  const dir = folder({ 'pintle.yaml': 'apiVersion: pintle.dev/v1\nservices:\n  shop:\n    chart: ./shop\n    incidents:\n      opsgenie:\n        tag: x\n' })
  const fault = faultIn(`${dir.path}/pintle.yaml`, ['services', 'shop', 'incidents'])
  expect(fault(['opsgenie', 'tag'], 'no', 'why').place).toMatchObject({ line: 7, column: 9 })
  expect(fault(['opsgenie', 'token'], 'missing').place).toMatchObject({ line: 6 })
  expect(fault([], 'no')).toMatchObject({ code: 'config.invalid', message: expect.stringContaining(': no') })
  const hidden = withoutLine(fault)(['opsgenie', 'tag'], 'no', 'why')
  expect(hidden).toMatchObject({ code: 'config.invalid', hint: 'why', place: { line: 7 } })
  expect(hidden.place).not.toHaveProperty('source')
  dir.remove()
})

it.each([
  [3, [], 'a.b: a.b must be a map', 'Keys: from, to.'],
  [['from'], [], 'a.b: a.b must be a map', 'Keys: from, to.'],
  [{ from: 1, form: 2 }, [], 'a.b.form: unknown key a.b.form', 'Did you mean from?'],
  [{ other: 2 }, [1], 'a.b.1.other: unknown key a.b.1.other', 'There are: from, to.'],
  [JSON.parse('{ "__proto__": 1 }'), [], 'a.b.__proto__: unknown key', 'There are: from, to.'],
])('%j is no map of known keys', (value, at, message, hint) => {
  const fault = (path: Path, text: string, why?: string) => new PintleError('config.invalid', `${['a.b', ...path].join('.')}: ${text}`, { ...(why !== undefined && { hint: why }) })
  expect(() => keyedMap(value, ['from', 'to'], { section: 'a.b', at, fault })).toThrow(expect.objectContaining({ message: expect.stringContaining(message), hint }))
  expect(keyedMap({ to: 1 }, ['from', 'to'], { section: 'a.b', at, fault })).toEqual({ to: 1 })
})
