/**
 * Faults of the network and the control plane in the middle of every operation, at random moments. After each: what the program said is
 * what is stored, and one command of Pintle or Helm brings what was asked for. `npm run test:faults` runs all; PINTLE_FAULT_SEED repeats a run.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { CliPair } from './cli-pair.ts'
import { startControlPlane } from './control-plane.ts'
import type { ControlPlane } from './control-plane.ts'
import { faultKinds } from './fault-kinds.ts'
import type { FaultKind, Operation } from './fault-kinds.ts'
import { FaultTrial, Lost } from './fault-run.ts'
import type { FaultReport } from './fault-run.ts'
import { ChartFolder } from './helm-runner.ts'

/** Rounds over all kinds and operations; 0 for a selection that takes a minute. */
const rounds = Number(process.env.PINTLE_FAULT_ROUNDS ?? 0)
const only = process.env.PINTLE_FAULT_KIND
/** The selection is the same each time; a full run is a new one. */
const seed = Number(process.env.PINTLE_FAULT_SEED ?? (rounds === 0 ? 20261126 : Date.now() % 1_000_000))
const operations: readonly Operation[] = ['install', 'upgrade', 'rollback', 'uninstall']
/** Trials at once; each has its own namespace and proxy. */
const atOnce = 3

let plane: ControlPlane | undefined
let helm: string | undefined
const charts = new ChartFolder()
beforeAll(async () => {
  helm = await ensureTool('helm')
  plane = await startControlPlane()
}, 600_000)
afterAll(async () => {
  await plane?.stop()
  charts.remove()
})

interface Trial { id: number; kind: FaultKind; operation: Operation }

function trials(): Trial[] {
  const random = randomOf(seed)
  const kinds = faultKinds.filter((k) => only === undefined ? rounds > 0 || k.slow !== true : k.name.includes(only))
  const every: Omit<Trial, 'id'>[] = []
  for (const kind of kinds) {
    const own = kind.operations ?? operations
    // The small selection takes every kind once.
    if (rounds === 0 && only === undefined) every.push({ kind, operation: own[Math.floor(random() * own.length)]! })
    else for (let round = 0; round < Math.max(1, kind.slow === true ? 1 : rounds); round++) for (const operation of own) every.push({ kind, operation })
  }
  return every.map((trial, i) => ({ ...trial, id: i + 1 }))
}

test('no lost or half-told state', { timeout: 7_200_000, retry: 0 }, async (context) => {
  if (plane === undefined || helm === undefined) return context.skip('no control plane or no Helm here')
  const world = { plane, charts, pair: new CliPair(helm) }
  const all = trials()
  const reports: (FaultReport & Trial)[] = []
  const lost: string[] = []
  const run = async (trial: Trial): Promise<void> => {
    try {
      const report = await new FaultTrial(world, trial.kind, trial.operation, `f${trial.id}`, randomOf(seed * 1000 + trial.id)).run()
      reports.push({ ...trial, ...report })
      if (rounds > 0) process.stdout.write(`f${trial.id} ${trial.kind.name}, ${trial.operation}: exit ${report.code}, ${report.state || 'no release'}, ${report.seconds.toFixed(1)} s\n`)
    } catch (error) {
      if (rounds > 0) process.stdout.write(`f${trial.id} ${trial.kind.name}, ${trial.operation}: LOST ${(error as Error).message.slice(0, 3000)}\n`)
      lost.push(error instanceof Lost ? error.message : `${trial.kind.name}, ${trial.operation}, f${trial.id}: ${error instanceof Error ? error.stack : String(error)}`)
    }
  }
  const together = all.filter((t) => t.kind.alone !== true)
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let trial = together.shift(); trial !== undefined; trial = together.shift()) await run(trial)
  }))
  for (const trial of all.filter((t) => t.kind.alone === true)) await run(trial)
  world.pair.remove()
  process.stdout.write(`${figures(all, reports, lost.length)}\n`)
  expect(lost.join('\n\n'), `seed ${seed}`).toBe('')
  expect(reports.filter((r) => r.touched).length / reports.length, 'share of operations that a fault met').toBeGreaterThan(0.6)
})

function figures(all: readonly Trial[], reports: readonly (FaultReport & Trial)[], lost: number): string {
  const lines = [...new Set(all.map((t) => t.kind.name))].map((name) => {
    const of = reports.filter((r) => r.kind.name === name)
    const count = (holds: (r: FaultReport) => boolean): string => String(of.filter(holds).length).padStart(4)
    const found = of.filter((r) => r.code !== 0).map((r) => r.state || 'no release')
    const states = [...new Set(found)].map((state) => `${state} ${found.filter((s) => s === state).length}`).join(', ')
    return `${name.padEnd(36)}${String(all.filter((t) => t.kind.name === name).length).padStart(5)}${count((r) => r.touched)}${count((r) => r.code === 0)}${count((r) => r.code > 0)}${count((r) => r.code < 0)}  ${states}`.trimEnd()
  })
  const by = (tool: 'pintle' | 'helm'): number => reports.filter((r) => r.by === tool).length
  return [
    `faults, seed ${seed}`, `${'kind'.padEnd(36)} runs met  ok err kill  newest revision when it did not end well`, ...lines,
    `${all.length} runs: ${reports.filter((r) => r.code === 0).length} ended well, ${reports.filter((r) => r.code !== 0).length} ended with an error or killed and recovered (by pintle ${by('pintle')}, by helm ${by('helm')} in all), lost ${lost}`,
  ].join('\n')
}

/** mulberry32 */
function randomOf(start: number): () => number {
  let state = start >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
