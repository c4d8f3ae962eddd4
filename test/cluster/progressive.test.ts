/**
 * Progressive delivery as it is used: the built command line rolls versions out on a real control plane, gates ask a real Prometheus that scrapes real HTTP servers, and load runs all
 * the while. Each scenario must end as it says, with complete evidence, and no request may have failed because of the tool. Prints a table.
 *
 * A half runs by default; `PROGRESSIVE_ALL=1` runs all, `PROGRESSIVE_HALF=2` the other half, `PROGRESSIVE_ONLY=WORDS,WORDS` those whose name holds the words.
 */
import { afterAll, beforeAll, test } from 'vitest'
import { startControlPlane } from './control-plane.ts'
import type { ControlPlane } from './control-plane.ts'
import { installRoutes } from './definitions.ts'
import { ending } from './traffic/ending.ts'
import type { Row } from './traffic/ending.ts'
import { Stage } from './traffic/scenario.ts'
import { scenarios } from './traffic/scenarios.ts'
import type { Scenario } from './traffic/scenarios.ts'
import { tableOf } from './traffic/table.ts'
import { TrafficWorld } from './traffic/world.ts'

const { PROGRESSIVE_ALL: all, PROGRESSIVE_HALF: half = '1', PROGRESSIVE_ONLY: only } = process.env
const chosen = scenarios.filter(scenario => only === undefined ? Boolean(all) || scenario.half === (half === '1') : only.split(',').some(words => scenario.name.includes(words)))
/** Rollouts at the same time, in namespaces of their own: they wait more than they compute. */
const atOnce = 4

let plane: ControlPlane | undefined
let world: TrafficWorld | undefined
const routes = new Set<string>(['Ingress'])
const rows: Row[] = []

beforeAll(async () => {
  plane = await startControlPlane()
  if (plane === undefined) return
  world = await TrafficWorld.start(plane.cluster)
  for (const [module, kind] of [['sigs.k8s.io/gateway-api', 'HTTPRoute'], ['istio.io/api', 'VirtualService']] as const) {
    if (world === undefined || !await installRoutes(plane.cluster, module)) continue
    world.follow(kind)
    routes.add(kind)
  }
})
afterAll(async () => {
  process.stderr.write(tableOf(rows))
  await world?.stop()
  await plane?.stop()
})

async function play({ name, stage: options, play, end }: Scenario, time = ''): Promise<void> {
  const began = performance.now()
  const stage = await Stage.set(world!, plane!, { ...options, namespace: `${time}${name}`.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/-$/, '').slice(0, 50) })
  try {
    const run = await play(stage)
    await ending(stage, { name, end, replicas: options.replicas ?? 4, seconds: (performance.now() - began) / 1000 }, run, row => {
      rows.push(row)
      process.stderr.write(`${Object.values(row).join(' | ')}\n`)
    })
  } finally {
    await stage.load.stop()
    stage.remove()
  }
}

const runs = new Map<Scenario, Promise<void>>()
const failed = new Map<Scenario, unknown>()
let free = atOnce
const waiting: (() => void)[] = []
async function inTurn(scenario: Scenario): Promise<void> {
  if (free === 0) await new Promise<void>(resolve => { waiting.push(resolve) })
  else free--
  try {
    await play(scenario).catch(async (error: unknown) => {
      // The report says so; what fails twice has failed.
      if (process.env.CI !== 'true') throw error
      process.stderr.write(`${scenario.name}: played a second time, after ${(error as Error).message.slice(0, 2000)}\n`)
      await play(scenario, 'again')
    })
  } finally {
    const next = waiting.shift()
    if (next === undefined) free++
    else next()
  }
}

test.for(chosen)('$name', { timeout: 600_000, retry: 0 }, async (scenario, context) => {
  const { route } = scenario.stage
  if (world === undefined || (route !== undefined && !routes.has(route))) return context.skip()
  // All begin with the first test; each waits for its own.
  if (runs.size === 0) for (const each of chosen.filter(({ stage }) => stage.route === undefined || routes.has(stage.route))) runs.set(each, inTurn(each).catch((error: unknown) => { failed.set(each, error) }))
  await runs.get(scenario)
  if (failed.has(scenario)) throw failed.get(scenario)
})
