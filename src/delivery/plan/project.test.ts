import { expect, it } from 'vitest'
import { folder } from '../../../test/cli/run-cli.ts'
import { readProject } from './index.ts'

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
  ['environments:\n  prod:\n    requires: { stagedin: staging }\n', 'unknown key environments.prod.requires.stagedin', 'Did you mean stagedIn?', 4],
  ['environments:\n  prod:\n    requires: { from: [ci] }\n', 'environments.prod.requires.from must be a string', undefined, 4],
  ['environments:\n  prod:\n    requires: ci\n', 'environments.prod.requires must be a map', undefined, 4],
  ['services:\n  shop: { chart: ./shop, ownr: me }\n', 'unknown key services.shop.ownr', 'Did you mean owner?', 3],
])('refuses %j', (text, message, hint, line) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ code: 'config.invalid', message: expect.stringContaining(message), ...(hint !== undefined && { hint }), place: expect.objectContaining({ line }) }))
})
