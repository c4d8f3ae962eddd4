import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTurns, rolloutTable, runRollout } from './rollout-run.ts'
import type { RolloutGround, RolloutResult } from './rollout-run.ts'
import type { Rollout } from './rollout-scenarios.ts'

/** The longest from the cluster's knowing to the reason on the screen. */
const atMost = 5000

export interface RolloutStage {
  /** A cluster for one scenario; it may be the same for all. */
  ground(): RolloutGround & { stop?(): Promise<void> }
  stop(): Promise<void>
}

/**
 * Failing rollouts, told early and truly. All run beforehand, some at a time, since most of their time is waiting; then each is judged.
 * @param start undefined skips all, loudly
 * @param also told the results
 */
export function rolloutSuite(title: string, scenarios: readonly Rollout[], width: number, start: () => Promise<RolloutStage | undefined>, also?: (results: ReadonlyMap<string, RolloutResult>) => void): void {
  describe(title, () => {
    const results = new Map<string, RolloutResult>()
    const failures = new Map<string, unknown>()
    let stage: RolloutStage | undefined
    beforeAll(async () => {
      stage = await start()
      if (stage === undefined) return
      const here = stage
      await inTurns(scenarios, width, async (rollout) => {
        const ground = here.ground()
        try {
          results.set(rollout.name, await runRollout(ground, rollout))
        } catch (error) {
          failures.set(rollout.name, error)
        } finally {
          await ground.stop?.()
        }
      })
      process.stdout.write(`${title}:\n${rolloutTable(scenarios.flatMap(({ name }) => { const r = results.get(name); return r === undefined ? [] : [[name, r] as const] }))}\n`)
    }, 600_000)
    afterAll(async () => { await stage?.stop() })

    test.each(scenarios.map((r) => [r.name, r] as const))('%s', (name, rollout) => {
      if (stage === undefined) return
      const result = results.get(name)
      if (result === undefined) throw failures.get(name)
      const { err } = result
      expect(result.code, err).toBe(1)
      expect(err).toMatch(rollout.reason)
      for (const text of rollout.told ?? []) expect(err).toMatch(text)
      expect(result.toReason, err).toBeLessThanOrEqual(atMost)
      if (rollout.patient) expect(err).toContain('context deadline exceeded')
      else expect(err).not.toContain('context deadline exceeded')
      if (rollout.stuck) {
        expect(err).toContain('an error occurred while rolling back the release. original upgrade error: ')
        expect(result.history).toEqual(['1 deployed', '2 failed', '3 failed'])
      } else if (rollout.rollback) {
        expect(err).toContain('release web failed, and has been rolled back due to rollback-on-failure being set')
        expect(result.history).toEqual(['1 superseded', '2 failed', '3 deployed'])
        expect(result.images).toEqual([rollout.before[0]!.spec.template.spec.containers[0].image])
      } else expect(result.history).toEqual(['1 deployed', '2 failed'])
      if (result.helm !== undefined && rollout.stableFor === undefined) expect(result.helm.code).toBe(1)
    })
    if (also !== undefined) test('all of them', () => { if (stage !== undefined) also(results) })
  })
}
