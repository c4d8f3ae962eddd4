import { isEnded } from '../../../delivery/rollout/index.ts'
import type { Output } from '../output.ts'
import { table } from '../table.ts'
import { followingSteps, nextThing } from './next-thing.ts'
import { phaseStyle, verdictStyle } from './panel-lines.ts'
import { lostFor, type ScreenState } from './screen-state.ts'
import { gateCells, length, line, percent, podsOf, shortImage, stepTitle, verdictWord } from './words.ts'

const shownTransitions = 8

/**
 * `pintle rollout status` once: what it is, every step, the gates of the last one, what holds pods up, who runs it, what to type next.
 * @param now milliseconds since 1970
 */
export function statusText(state: ScreenState, { out, now }: { readonly out: Pick<Output, 'style'>; readonly now: number }): string {
  const { journal } = state
  const parts = [
    header(state, out, now), steps(state, out, now), gates(state, out), troubles(state, out),
    journal.transitions.slice(-shownTransitions).map((t) => `${t.at.slice(0, 19).replace('T', ' ')}  ${line(t.by, 40)}  ${t.phase}  ${line(t.detail, 300)}`).join('\n'),
    next(state, out, now),
  ]
  return `${parts.filter((p) => p !== '').join('\n\n')}\n`
}

function header({ journal, observed, runner, evidence }: ScreenState, out: Pick<Output, 'style'>, now: number): string {
  const { release, namespace, spec, phase, step, from, to, started, author, planDigest, weight, achieved, message, environment, compression, transitions } = journal
  const at = isEnded(journal) ? '' : `, step ${Math.min(step + 1, spec.steps.length)} of ${spec.steps.length}`
  const until = isEnded(journal) ? Date.parse(transitions.at(-1)?.at ?? started) : now
  const reached = observed?.weight ?? achieved
  const rows = [
    ['release', `${release} in ${namespace}${environment === '' ? '' : ` (${environment})`}`],
    ['revisions', `${from.revision} -> ${to.revision}`],
    ['charts', `${line(from.chart, 100)} -> ${line(to.chart, 100)}`],
    ['images', `${from.images.map(shortImage).join(', ') || '-'} -> ${to.images.map(shortImage).join(', ') || '-'}`],
    ['traffic', `${percent(reached)} to the new version${Math.abs(reached - weight) >= 0.05 ? `, asked for ${percent(weight)}` : ''}`],
    ['pods', observed === undefined ? '' : `stable ${podsOf(observed.stable)}, canary ${podsOf(observed.canary)} ready`],
    ['started', `${started} by ${line(author, 80)}, ${length(Math.max(0, until - Date.parse(started)))}${isEnded(journal) ? ' until its end' : ' ago'}`],
    ['plan', planDigest],
    ['time', compression !== undefined && compression > 1 ? `runs ${compression} times faster: simulated` : ''],
    ['runner', runnerText({ journal, ...(runner && { runner }) }, now)],
    ['evidence', !isEnded(journal) ? '' : evidence === undefined ? `not on record: pintle rollout evidence ${release} -n ${namespace}` : `record ${line(evidence, 100)}`],
    ['why', message === undefined ? '' : line(message, 1000)],
  ]
  const width = Math.max(...rows.map(([name]) => name!.length))
  return [`${out.style('bold', release)}: ${spec.strategy} by ${spec.router}, ${out.style(phaseStyle(phase), phase)}${at}`, ...rows.filter(([, text]) => text !== '').map(([name, text]) => `  ${name!.padEnd(width)}  ${text}`)].join('\n')
}

/** Who runs it and when it was last heard of. */
export function runnerText({ journal, runner }: Pick<ScreenState, 'journal' | 'runner'>, now: number): string {
  if (isEnded(journal)) return ''
  const heard = runner?.lease === undefined ? '' : `${line(runner.lease.holder, 80)}, last heard of ${length(Math.max(0, now - Date.parse(runner.lease.renewed)))} ago`
  if (runner?.lost !== true) return heard || 'unknown'
  return heard === '' ? 'NOBODY' : `LOST: ${heard}`
}

function steps({ journal: { spec, steps: records, step, phase } }: ScreenState, out: Pick<Output, 'style'>, now: number): string {
  const live = !isEnded({ phase })
  const rows = spec.steps.map((s, i) => {
    const record = records.find((r) => r.step === i)
    const outcome = record?.override !== undefined ? `overridden by ${line(record.override.by, 40)}: ${line(record.override.reason, 100)}` : record?.outcome ?? (live && i === step ? 'under way' : '')
    const verdicts = [...new Map(record?.evaluations.map((e) => [e.gate, e])).values()].map((e) => `${line(e.gate, 40)} ${verdictWord[e.verdict]}`).join(', ')
    const approvals = record?.approvals?.map((a) => `approved by ${line(a.by, 40)}`).join(', ') ?? ''
    return [
      `${live && i === step ? '>' : ' '}${i + 1}`, stepTitle(s), record === undefined ? '' : percent(record.weight), record?.achieved === undefined ? '' : percent(record.achieved),
      record?.pods === undefined ? '' : podsOf(record.pods.stable), record?.pods === undefined ? '' : podsOf(record.pods.canary), [verdicts, approvals].filter(Boolean).join(', '), outcome,
      record === undefined ? '' : length(Math.max(0, (record.ended !== undefined ? Date.parse(record.ended) : live && i === step ? now : Date.parse(record.started)) - Date.parse(record.started))),
    ]
  })
  return trimmed(table([['#', 'STEP', 'WEIGHT', 'REACHED', 'STABLE', 'CANARY', 'VERDICTS', 'OUTCOME', 'TOOK'], ...rows], (cell, row) => (row === 0 || (live && row === step + 1) ? out.style('bold', cell) : cell)))
}

function gates({ evaluations, journal: { trigger } }: ScreenState, out: Pick<Output, 'style'>): string {
  const list = [...evaluations.values()]
  const lines = list.length === 0 ? [] : [trimmed(table([['GATE', 'VALUE', 'SAMPLES', 'VERDICT', ''], ...list.map(gateCells)], (cell, row, column) => (row > 0 && column === 3 ? out.style(verdictStyle(list[row - 1]!.verdict), cell) : cell)))]
  if (trigger !== undefined) lines.push(`${out.style('red', 'triggered by')} ${gateCells(trigger).filter(Boolean).join('  ')}\n  ${line(trigger.arithmetic, 300)} at ${trigger.at}`)
  return lines.join('\n\n')
}

function troubles({ observed }: ScreenState, out: Pick<Output, 'style'>): string {
  if (observed === undefined) return ''
  return [observed.canary, observed.stable].flatMap(({ workload, trouble = [] }) => trouble.slice(0, 10).map((t) => `${out.style('red', line(workload, 80))}: ${line(t, 500)}`)).join('\n')
}

function next(state: ScreenState, out: Pick<Output, 'style'>, now: number): string {
  const { journal } = state
  const { release, namespace, spec } = journal
  const lost = lostFor(state, now)
  if (lost !== undefined) {
    const policy = spec.lost === 'abort' ? `the next \`pintle release\`, \`resume\` or \`status --watch\` aborts it${lost >= spec.lostAfter ? '' : ` once it was gone for ${length(spec.lostAfter)}`}` : 'it stays as it is until somebody does'
    return [`${out.style('red', 'Nobody runs this rollout any more')}; ${policy}.`, `  pintle rollout resume ${release} -n ${namespace}    go on from here`, `  pintle rollout abort ${release} -n ${namespace}     back to revision ${journal.from.revision}`].join('\n')
  }
  const thing = nextThing(journal)
  if (thing === undefined) return journal.phase === 'promoted' ? `next: pintle rollout undo ${release} -n ${namespace} goes back to revision ${journal.from.revision}` : ''
  const left = thing.at === undefined ? '' : thing.at > now ? `, ${length(thing.at - now)} left` : ', due'
  const after = followingSteps(journal)
  return [`now: ${thing.text}${left}`, ...(after.length === 0 ? [] : [`then: ${after.join(', ')}`]), ...(thing.command === undefined ? [] : [`next: pintle rollout ${thing.command} -n ${namespace}`])].join('\n')
}

const trimmed = (text: string): string => text.split('\n').map((l) => l.trimEnd()).filter(Boolean).join('\n')
