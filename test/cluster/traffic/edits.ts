import { expect } from 'vitest'
import { isEnded } from '../../../src/delivery/rollout/index.ts'
import type { CliResult } from '../../cli/run-cli.ts'
import { imageFor } from './scenario-chart.ts'
import type { Stage } from './scenario.ts'
import { routeKinds } from './world.ts'

/** Changes of a Deployment or a route as people make them by hand. */
export type Edit = (stage: Stage) => Promise<unknown>

const by = { fieldManager: 'kubectl-edit' }
const patch = (apiVersion: string, kind: string, name: string, change: object): Edit => async ({ plane, namespace }) => await plane.cluster.patch({ apiVersion, kind, namespace, name }, 'merge', change, by)
const deployment = (change: object): Edit => patch('apps/v1', 'Deployment', 'shop', change)

export const scale = (replicas: number): Edit => deployment({ spec: { replicas } })
export const restart: Edit = deployment({ spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() } } } } })
export const deleteCanary: Edit = async ({ plane, namespace }) => await plane.cluster.delete({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'shop-canary' })

/** As `kubectl set image`. */
export const setImage: Edit = async ({ plane, namespace }) => await plane.cluster.patch({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'shop' }, 'strategic', { spec: { template: { spec: { containers: [{ name: 'shop', image: imageFor(9) }] } } } }, by)

/** All traffic back to the old version, by hand. */
export const editRoute: Edit = async stage => {
  const route = (await stage.object(routeKinds.HTTPRoute, 'HTTPRoute', 'shop'))!
  const [{ backendRefs, ...rule }] = route.spec!.rules
  return await patch(routeKinds.HTTPRoute, 'HTTPRoute', 'shop', { spec: { rules: [{ ...rule, backendRefs: backendRefs.map((ref: { name: string }) => ({ ...ref, weight: ref.name === 'shop' ? 1 : 0 })) }] } })(stage)
}

/** Somebody edits at 25%. @param then whether the rollout holds for it and says what was changed, and whether somebody tells it to go on */
export const edited = (edit: Edit, then: 'unseen' | 'resumed' | 'unanswered') => async (stage: Stage): Promise<CliResult> => {
  const run = await stage.release(2)
  await stage.reached('25%', journal => journal.achieved > 0 && journal.step > 0)
  await edit(stage)
  if (then === 'unseen') return await run.ended
  const journal = await stage.reached('a hold', ({ phase, ...rest }) => phase === 'holding' || isEnded({ phase, ...rest }))
  expect([journal.phase, journal.message]).toEqual(['holding', expect.stringMatching(/kubectl-edit/)])
  if (then === 'unanswered') return await run.ended
  const resumed = await stage.pintle('rollout', 'resume', 'shop', '-n', stage.namespace)
  expect({ code: resumed.code, err: resumed.code === 0 ? '' : resumed.err }).toEqual({ code: 0, err: '' })
  return await run.ended
}

/** Two releases are started at the same moment, and while the one that was first is under way, others are tried. */
export async function twoAtOnce(stage: Stage): Promise<CliResult> {
  const runs = await Promise.all([stage.release(2), stage.release(2)])
  await stage.reached('25%', journal => journal.achieved > 0)
  const others = await Promise.all([
    stage.pintle('upgrade', 'shop', './shop', '-n', stage.namespace, '--set', 'version=2'),
    stage.pintle('rollout', 'resume', 'shop', '-n', stage.namespace),
    stage.release(2).then(run => run.ended, (error: Error) => ({ code: 5, out: '', err: error.message })),
  ])
  for (const other of others) expect(other.code, other.out + other.err).not.toBe(0)
  const results = (await Promise.all(runs.map(run => run.ended))).sort((a, b) => a.code - b.code)
  expect(results.map(result => result.code), results.map(result => result.err).join('\n')).toEqual([0, 5])
  return results[0]!
}
