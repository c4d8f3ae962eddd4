import type { styleText } from 'node:util'
import { panelLines as waitingLines } from '../live-panel.ts'
import { isEnded } from '../../../delivery/rollout/index.ts'
import { followingSteps, nextThing } from './next-thing.ts'
import type { ScreenState } from './screen-state.ts'
import { gateCells, length, line, percent, podsOf, shortImage, stepTitle } from './words.ts'

type Style = Parameters<typeof styleText>[0]

export interface PanelOptions {
  readonly columns: number
  /** Milliseconds since 1970. */
  readonly now: number
  readonly paint?: (style: Style, text: string) => string
}

const lastTransitions = 4
const mostTroubles = 4

/** One line before it is cut: texts, some with a style. */
type Line = readonly (string | readonly [Style, string])[]

/**
 * The live screen as text: weights, pods of both versions, gates, what comes next, what happened last. No line is longer than the terminal, or redrawing would go
 * wrong.
 */
export function panelLines(state: ScreenState, options: PanelOptions): string[] {
  const { columns, now, paint = (_: Style, text: string) => text } = options
  const lines: Line[] = [head(state, now), bar(state, columns), ...versions(state), ...troubles(state), ...gates(state), ...disturbances(state), ...next(state, now)]
  const before = lines.map((l) => fit(l, columns - 1, paint))
  const waiting = state.waiting === undefined ? [] : waitingLines(state.waiting, { columns, now, began: Date.parse(state.journal.transitions.at(-1)?.at ?? state.journal.started) }).slice(0, 8)
  return [...before, ...waiting, ...history(state).map((l) => fit(l, columns - 1, paint))]
}

function head({ journal }: ScreenState, now: number): Line {
  const { release, namespace, spec, phase, step, started, transitions, compression } = journal
  const until = isEnded(journal) ? Date.parse(transitions.at(-1)?.at ?? started) : now
  const current = spec.steps[step]
  const at = isEnded(journal) || current === undefined ? '' : `, step ${step + 1} of ${spec.steps.length}: ${stepTitle(current)}`
  return [['bold', release], ` in ${namespace}: ${spec.strategy} by ${spec.router}, `, [phaseStyle(phase), phase], `${at}  ${length(Math.max(0, until - Date.parse(started)))}${compression !== undefined && compression > 1 ? ` (time ${compression} times faster: simulated)` : ''}`]
}

function bar({ journal, observed }: ScreenState, columns: number): Line {
  const weight = observed?.weight ?? journal.achieved
  const width = Math.max(10, Math.min(40, columns - 40))
  const full = Math.round((Math.min(100, Math.max(0, weight)) / 100) * width)
  const missed = Math.abs(weight - journal.weight) >= 0.05 ? `, asked for ${percent(journal.weight)}` : ''
  return ['[', ['green', '#'.repeat(full)], '-'.repeat(width - full), `] ${percent(weight)} to the new version${missed}`]
}

function versions({ journal, observed }: ScreenState): Line[] {
  const { from, to } = journal
  const pods = observed ?? pastPods(journal)
  const rows = [
    ['stable', `revision ${from.revision}`, pods === undefined ? '-' : podsOf(pods.stable), line(from.chart, 60), images(observed?.stable.images ?? from.images)],
    ['canary', `revision ${to.revision}`, pods === undefined ? '-' : podsOf(pods.canary), line(to.chart, 60), images(observed?.canary.images ?? to.images)],
  ]
  return table(rows).map((cells, i) => [[i === 1 ? 'cyan' : 'reset', cells.join('  ')]])
}

const pastPods = (journal: ScreenState['journal']) => journal.steps.findLast((s) => s.pods !== undefined)?.pods
const images = (list: readonly string[]): string => list.slice(0, 2).map(shortImage).join(', ') + (list.length > 2 ? `, and ${list.length - 2} more` : '')

function troubles({ observed }: ScreenState): Line[] {
  const all = [...(observed?.canary.trouble ?? []).map((t) => ['canary', t]), ...(observed?.stable.trouble ?? []).map((t) => ['stable', t])]
  return [...all.slice(0, mostTroubles).map(([who, text]): Line => ['  ', ['red', `${who}: ${line(text!, 300)}`]]), ...(all.length > mostTroubles ? [[`  and ${all.length - mostTroubles} more`]] : [])]
}

function gates({ evaluations }: ScreenState): Line[] {
  const list = [...evaluations.values()]
  return table(list.map((e) => gateCells(e))).map((cells, i) => {
    const [name, compared, samples, verdict, why] = cells as [string, string, string, string, string]
    return [`  ${name}  ${compared}  ${samples}  `, [verdictStyle(list[i]!.verdict), verdict], ...(why === '' ? [] : [`  ${why}`])]
  })
}

function disturbances({ disturbances: all }: ScreenState): Line[] {
  return all.map((d) => ['  ', ['yellow', `somebody else: ${d.ref.kind}/${line(d.ref.name, 80)} ${line(d.what)}${d.by === undefined ? '' : ` (${line(d.by, 60)})`}`]])
}

function next({ journal, runner }: ScreenState, now: number): Line[] {
  if (runner?.lost === true) return [[['red', `nobody runs it any more: pintle rollout resume ${journal.release} -n ${journal.namespace}, or abort`]]]
  const thing = nextThing(journal)
  if (thing === undefined) return journal.message === undefined ? [] : [[line(journal.message, 400)]]
  const left = thing.at === undefined ? '' : thing.at > now ? `, ${length(thing.at - now)} left` : ', due'
  const after = followingSteps(journal)
  return [
    [['bold', 'now '], `${thing.text}${left}`, ...(thing.command === undefined ? [] : [`  (pintle rollout ${thing.command})`])],
    ...(journal.message === undefined || journal.phase === 'progressing' ? [] : [[`    ${line(journal.message, 400)}`]]),
    ...(after.length === 0 ? [] : [[['bold', 'then '], after.join(', ')] as Line]),
  ]
}

function history({ journal }: ScreenState): Line[] {
  return journal.transitions.slice(-lastTransitions).map((t) => [['dim', `${t.at.slice(11, 19)} ${t.phase}  ${line(t.detail, 300)}`]])
}

export const phaseStyle = (phase: ScreenState['journal']['phase']): Style =>
  phase === 'promoted' ? 'green' : phase === 'aborted' || phase === 'aborting' || phase === 'failed' ? 'red' : phase === 'holding' || phase === 'paused' ? 'yellow' : 'cyan'
export const verdictStyle = (verdict: string): Style => (verdict === 'pass' ? 'green' : verdict === 'fail' ? 'red' : 'yellow')

function table(rows: readonly (readonly string[])[]): string[][] {
  const widths = rows.reduce<number[]>((all, row) => row.map((cell, i) => Math.max(all[i] ?? 0, cell.length)), [])
  return rows.map((row) => row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]!))))
}

/** Cuts what is shown, then paints: colours take no room. */
function fit(parts: Line, room: number, paint: (style: Style, text: string) => string): string {
  let left = Math.max(0, room)
  let out = ''
  for (const [i, part] of parts.entries()) {
    const [style, text] = typeof part === 'string' ? [undefined, part] : part
    const cut = (i === parts.length - 1 ? text.trimEnd() : text).slice(0, left)
    left -= cut.length
    out += style === undefined || cut === '' ? cut : paint(style, cut)
  }
  return out
}
