import { describe, expect, test } from 'vitest'
import { startSandbox } from '../sandbox/index.ts'
import { isAppliedAlready } from './applied-already.ts'

const secret = (more: object) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'default' }, ...more })

describe('a Secret whose values are written as strings', () => {
  const target = secret({ stringData: { password: 'hidden', umlaut: 'ü' } })
  test.each([
    ['as it was applied', {}, target, true],
    ['changed by somebody', { data: { password: 'b3RoZXI=' } }, target, false],
    ['with more by somebody', { data: { more: 'eA==' } }, target, true],
    ['to get another value', {}, secret({ stringData: { password: 'new', umlaut: 'ü' } }), false],
    ['to lose a value', {}, secret({ stringData: { password: 'hidden' } }), false],
  ])('%s', async (_, change, next, applied) => {
    const sandbox = startSandbox({ apiOnly: true })
    const cluster = sandbox.cluster()
    await cluster.apply(target, { fieldManager: 'helm' })
    const live = await cluster.patch({ apiVersion: 'v1', kind: 'Secret', namespace: 'default', name: 's' }, 'merge', change, { fieldManager: 'kubectl-edit' })
    expect(isAppliedAlready(next, live, 'helm')).toBe(applied)
    await sandbox.close()
  })
})
