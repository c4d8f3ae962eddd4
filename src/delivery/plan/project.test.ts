import { expect, it } from 'vitest'
import { folder } from '../../../test/cli/run-cli.ts'
import { faultIn, readProject } from './index.ts'

function read(text: string) {
  const dir = folder({ 'pintle.yaml': `apiVersion: pintle.dev/v1\n${text}` })
  try {
    return readProject(`${dir.path}/pintle.yaml`)
  } finally {
    dir.remove()
  }
}

it('hands over what an environment requires, and says what is not acted on yet', () => {
  const { project, notYet } = read('environments:\n  staging:\n  prod: { requires: { stagedIn: staging, from: ci, checklist: [a] }, businessHours: { hours: 9-17 } }\nservices:\n  shop: { chart: ./shop, owner: "@acme/shop", incidents: { command: ./open.sh } }\n')
  expect(project.environments.get('prod')).toMatchObject({ requires: { stagedIn: 'staging', from: 'ci', checklist: ['a'] }, businessHours: { hours: '9-17' } })
  expect(project.services.get('shop')).toMatchObject({ owner: '@acme/shop', incidents: { command: './open.sh' } })
  expect(notYet).toEqual([])
})

it.each([
  ['environments:\n  prod:\n    requires: { stagedin: staging }\n', 'unknown key environments.prod.requires.stagedin', 'did you mean stagedIn?', 4],
  ['environments:\n  prod:\n    requires: { from: [ci] }\n', 'environments.prod.requires.from must be a string', undefined, 4],
  ['environments:\n  prod:\n    requires: ci\n', 'environments.prod.requires must be a map', undefined, 4],
  ['services:\n  shop: { chart: ./shop, ownr: me }\n', 'unknown key services.shop.ownr', 'did you mean owner?', 3],
])('refuses %j', (text, message, hint, line) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ code: 'config.invalid', message: expect.stringContaining(message), ...(hint !== undefined && { hint }), place: expect.objectContaining({ line }) }))
})

it('places the faults of a section that a room reads itself, on the nearest line that is there', () => {
  const dir = folder({ 'pintle.yaml': 'apiVersion: pintle.dev/v1\nservices:\n  shop:\n    chart: ./shop\n    incidents:\n      opsgenie:\n        tag: x\n' })
  const fault = faultIn(`${dir.path}/pintle.yaml`, ['services', 'shop', 'incidents'])
  expect(fault(['opsgenie', 'tag'], 'no', 'why').place).toMatchObject({ line: 7, column: 9 })
  expect(fault(['opsgenie', 'token'], 'missing').place).toMatchObject({ line: 6 })
  expect(fault([], 'no')).toMatchObject({ code: 'config.invalid', message: expect.stringContaining(': no') })
  dir.remove()
})
