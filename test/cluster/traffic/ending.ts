import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { CliResult } from '../../cli/run-cli.ts'
import type { Tally } from './load.ts'
import { imageFor } from './scenario-chart.ts'
import type { Stage } from './scenario.ts'
import type { End } from './scenarios.ts'

/** A line of the table. */
export interface Row { readonly [column: string]: string | number }

export interface Ended { readonly name: string; readonly end: End; /** Of the Deployment. */ readonly replicas: number; readonly seconds: number }

/** Milliseconds for which load goes on after a rollout has ended: what went wrong at the very end is seen. */
const after = 2500

/** Holds everything that is left of a rollout to how it must have ended. @param tell is given the row of the table, also of one that ended otherwise */
export async function ending(stage: Stage, { name, end, replicas, seconds }: Ended, run: CliResult, tell: (row: Row) => void): Promise<void> {
  await sleep(after)
  const tally = await stage.load.stop()
  const journal = await stage.journal()
  const steps = (journal?.steps ?? []).filter(step => step.achieved !== undefined && journal!.spec.steps[step.step]?.kind === 'weight')
  const verdicts = (journal?.steps ?? []).flatMap(step => step.evaluations.slice(-2).map(e => `${e.gate} ${e.verdict}`))
  const row: Row = {
    scenario: name, end: journal?.phase ?? '-', exit: run.code, steps: steps.map(step => `${step.weight}>${round(step.achieved!)}`).join(' '),
    verdict: journal?.trigger?.verdict ?? verdicts.at(-1)?.split(' ').at(-1) ?? '-', trigger: journal?.trigger === undefined ? journal?.phase === 'aborted' ? (journal.message ?? '').slice(0, 40) : '-' : `${journal.trigger.gate} ${round(journal.trigger.value ?? Number.NaN)} (n=${round(journal.trigger.samples ?? Number.NaN)})`,
    requests: tally.total, 'by version': tally.byVersion, 'by tool': Object.values(tally.byTool).reduce((sum, count) => sum + count, 0), seconds: round(seconds),
  }
  tell(row)
  const said = `${run.out}\n${run.err}\n${JSON.stringify(byTool(tally, stage))}\n${(journal?.transitions ?? []).map(t => `${t.at} ${t.phase} ${t.step} ${t.detail}`).join('\n')}`
  expect({ code: run.code, phase: journal?.phase, said: run.code === end.code && journal?.phase === end.phase ? '' : said }).toEqual({ code: end.code, phase: end.phase, said: '' })
  expect(journal!.message ?? '').toMatch(end.message ?? /(?:)/)
  expect(journal!.trigger === undefined ? undefined : { gate: journal!.trigger.gate, verdict: journal!.trigger.verdict }).toEqual(end.trigger)
  expect(steps.map(step => Math.round(step.achieved!))).toEqual(end.reached)
  expect(byTool(tally, stage)).toEqual({})
  const statuses = (await stage.history()).map(revision => revision.status)
  expect(end.series === true ? statuses.slice(-end.history.length) : statuses).toEqual(end.history)
  await cluster(stage, end, replicas)
  await evidence(stage, end)
}

function byTool(tally: Tally, stage: Stage): object {
  return Object.keys(tally.byTool).length === 0 ? {} : { ...tally.byTool, of: tally.total, first: stage.load.failures.slice(0, 3), last: stage.load.failures.slice(-1) }
}

/** One Deployment of the right version at full size, its configuration, and nothing beside them. */
async function cluster(stage: Stage, end: End, replicas: number): Promise<void> {
  const wanted = end.replicas ?? replicas
  const deployment = await stage.object('apps/v1', 'Deployment', 'shop')
  expect({ image: deployment?.spec?.template.spec.containers[0].image, replicas: deployment?.spec?.replicas, pods: deployment?.status?.replicas, available: deployment?.status?.availableReplicas }).toEqual({ image: imageFor(end.version), replicas: wanted, pods: wanted, available: wanted })
  expect((await stage.object('v1', 'ConfigMap', 'shop-config'))?.data).toEqual({ version: String(end.version) })
  expect((await stage.object('v1', 'Service', 'shop'))?.spec?.selector).toEqual({ app: 'shop' })
  const kinds = [['apps/v1', 'Deployment'], ['v1', 'Service'], ['v1', 'ConfigMap'], ['networking.k8s.io/v1', 'Ingress']] as const
  const left = (await Promise.all(kinds.map(async ([apiVersion, kind]) => (await stage.plane.cluster.list(apiVersion, kind, { namespace: stage.namespace })).items.map(item => `${kind}/${item.metadata.name}`)))).flat()
  expect(left.filter(name => /-(canary|preview)\b/.test(name))).toEqual([])
}

/** The record of the rollout: every step with its gates, each with query, numbers and the answer that is kept; the way back; an unbroken chain. */
async function evidence(stage: Stage, end: End): Promise<void> {
  const { out, code, err } = await stage.pintle('evidence', 'show', '-o', 'json')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const { record, files } = parts(JSON.parse(out))
  const back = end.phase === 'aborted'
  expect({ outcome: record.outcome, strategy: record.strategy, to: record.revision.after }).toMatchObject({ outcome: back ? 'rolled-back' : 'succeeded', to: end.series === true ? expect.any(Number) : end.history.length })
  const weights: number[] = record.rollout.flatMap((step: any) => step.achieved === undefined ? [] : Math.round(step.achieved))
  expect(weights.filter((weight, i) => weight !== weights[i - 1])).toEqual(end.reached)
  const gates = record.rollout.flatMap((step: any) => step.gates)
  if (end.phase === 'promoted' || end.trigger !== undefined) expect(gates.length).toBeGreaterThan(0)
  for (const gate of gates) {
    expect(gate).toMatchObject({ provider: 'prometheus', endpoint: expect.stringContaining(stage.world.prometheus.url), query: expect.stringContaining('increase('), arithmetic: expect.any(String), response: expect.any(String), window: expect.any(Number) })
    expect(Object.keys(files)).toContain(gate.response)
  }
  expect(record.rollback.used?.trigger?.metric).toBe(back ? end.trigger?.gate : undefined)
  const verified = await stage.pintle('evidence', 'verify')
  expect({ code: verified.code, err: verified.err }).toEqual({ code: 0, err: '' })
}

const parts = (shown: any): { record: any; files: Record<string, unknown> } => ({ record: shown.record ?? shown, files: (shown.record ?? shown).files ?? {} })

const round = (value: number): number => Math.round(value * 100) / 100
