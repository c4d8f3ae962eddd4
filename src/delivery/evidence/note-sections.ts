import type { Addendum, ReleaseRecord } from './record.ts'
import type { GateRecord, RollbackTrigger, RolloutStep } from './record-parts.ts'

const unknown = 'not recorded'

/** Text in one line of Markdown, inert: it can open no table cell, link, image or HTML. */
const line = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ').replaceAll(/[|\\<]/g, (c) => (c === '<' ? '&lt;' : `\\${c}`)).replaceAll(/!?\[(?=[^\]]*\]\()/g, '\\$&')

type Row = readonly [name: string, value: string | undefined]
const table = (rows: readonly Row[]): string[] => ['| | |', '|---|---|', ...rows.map(([name, value]) => `| ${name} | ${value === undefined ? unknown : value === '' ? 'none' : line(value)} |`)]
/** A list in one cell: undefined stays "not recorded", an empty one is "none". */
const listed = <T>(items: readonly T[] | undefined, text: (item: T) => string): string | undefined => items?.map(text).join(', ')
const items = <T>(list: readonly T[] | undefined, text: (item: T) => string, none: string): string[] => (list === undefined ? [`- ${unknown}`] : list.length === 0 ? [`- ${none}`] : list.map((i) => `- ${line(text(i))}`))
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`
const verdict = (passed: boolean): string => (passed ? 'passed' : '**failed**')

export function headerRows(r: ReleaseRecord, digest: string | undefined): string[] {
  const counted = r.approvals?.filter((a) => a.decision === 'approved' && a.counted)
  return table([
    ['service', r.service],
    ['environment', r.environment],
    ['cluster', `${r.target.server} (kube-system ${r.target.clusterUid || 'unknown'})${r.target.simulated ? ': a simulated cluster' : ''}`],
    ['namespace', r.target.namespace],
    ['outcome', r.outcome],
    ['operation', r.operation],
    ['operator', r.operator],
    ['plan by', r.author],
    ['approvers', listed(counted, (a) => `${a.by} (${a.how}, ${a.at})`)],
    ['reviewed', r.review.how === 'none' ? 'no review was needed' : `${r.review.by}, by ${r.review.how}${r.review.at ? ` at ${r.review.at}` : ''}`],
    ['started (UTC)', r.started],
    ['ended (UTC)', r.ended],
    ['plan', r.plan.digest],
    ['record', digest],
    ['ticket', r.ticket],
    ...(r.emergency ? [['emergency', `${r.emergency.reason} (${r.emergency.by})`] as const] : []),
  ])
}

export function changeSection(r: ReleaseRecord): string[] {
  const images = (list: readonly { image: string; digest: string }[] | undefined, names: readonly string[]) =>
    list === undefined ? names.join(', ') : names.map((n) => (n.includes('@') ? n : `${n} ${list.find((d) => d.image === n)?.digest ?? '(digest unknown)'}`)).join(', ')
  return ['## Change', '', ...table([
    ['images before', images(r.imageDigests?.before, r.images.before)],
    ['images after', images(r.imageDigests?.after, r.images.after)],
    ['git', r.git ? `${r.git.commit}${r.git.dirty ? ' (uncommitted changes)' : ''}` : undefined],
    ['CI run', r.ci ? (r.ci.run ?? r.ci.provider) : undefined],
    ['chart', `${r.chart.name} ${r.chart.version} ${r.chart.digest}`],
    ['app version', r.chart.appVersion || undefined],
    ['dependencies', listed(r.dependencies, (d) => `${d.name} ${d.version} ${d.digest}`)],
    ['values', listed(r.values, (v) => `${v.path} ${v.digest}`)],
    ['release', `${r.target.release}, revision ${r.revision.before || '(none)'} -> ${r.revision.after || '(none)'}`],
    ['migrations', listed(r.migrations, (m) => m)],
  ])]
}

export function reviewSection(r: ReleaseRecord): string[] {
  const { add, change, remove } = r.plan.changes
  const told = r.policy?.results.filter((p) => p.status === 'violated' || p.status === 'overridden' || p.status === 'not-evaluated')
  const checks = (...kinds: readonly string[]) => r.checks === undefined ? undefined : r.checks.filter((c) => kinds.includes(c.kind)).map((c) => `${verdict(c.passed)}: ${c.subject}${c.detail ? `: ${c.detail}` : ''}${c.source ? ` (${c.source})` : ''}`)
  const row = (name: string, texts: readonly string[] | undefined): Row => [name, texts === undefined || texts.length === 0 ? undefined : texts.join('; ')]
  const ignored = r.approvals?.filter((a) => !a.counted || a.decision !== 'approved')
  return ['## Review', '', ...table([
    ['diff', `${add} added, ${change} changed, ${remove} removed${r.plan.classes.length > 0 ? `: ${r.plan.classes.join(', ')}` : ''}`],
    ['policy', r.policy && `${r.policy.pack}${r.policy.digest ? ` ${r.policy.digest}` : ''}: ${r.policy.results.filter((p) => p.status === 'passed').length} of ${r.policy.results.length} rules passed`],
    row('lint', checks('lint')),
    row('schema', checks('schema', 'dry-run')),
    row('scans', checks('scan', 'secrets', 'sbom')),
    row('signatures', checks('signature', 'provenance')),
    row('tests', checks('test')),
    ['staging', r.staging && `${verdict(r.staging.passed)}: ${r.staging.environment}${r.staging.record ? `, record ${r.staging.record}` : ''}${r.staging.detail ? `: ${r.staging.detail}` : ''}`],
  ]),
  ...(told && told.length > 0 ? ['', ...told.map((p) => `- ${p.status}: ${p.rule}${p.missing ? `: ${line(p.missing)}` : ''}${p.violations.map((v) => `; ${line(v.message)}`).join('')}${p.overrides.map((o) => `; let pass by ${line(o.by)} until ${o.expires}${o.ticket ? ` (${line(o.ticket)})` : ''}: ${line(o.reason)}`).join('')}`)] : []),
  ...(ignored && ignored.length > 0 ? ['', ...ignored.map((a) => `- ${a.decision === 'rejected' ? 'rejected' : 'an approval that did not count'}: ${line(a.by)} at ${a.at}${a.detail ? `: ${line(a.detail)}` : ''}`)] : [])]
}

export function rolloutSection(r: ReleaseRecord): string[] {
  const compressed = r.compression === undefined || r.compression === 1 ? '' : ` **Time compressed ${r.compression}x${r.target.simulated ? ', simulated cluster' : ''}.**`
  const made = r.rollout?.some((s) => s.gates.some((g) => g.simulated === true)) === true ? ' **Metrics are simulated.**' : ''
  const head = ['## Rollout', '', `Strategy: ${r.strategy ?? unknown}.${compressed}${made}`, '']
  const phases = r.phases === undefined ? [] : ['', ...r.phases.map((p) => `- ${verdict(p.passed)}: ${p.name}, ${p.started} (${seconds(Date.parse(p.ended) - Date.parse(p.started))})${p.detail ? `: ${line(p.detail)}` : ''}`)]
  if (r.rollout === undefined) return [...head, `Steps: ${unknown}.`, ...phases]
  const split = (s: RolloutStep) => s.split.map((p) => `${line(p.to)} ${p.percent}%`).join(', ') || unknown
  return [
    ...head,
    '| step | weight | traffic | pods ready | outcome | started (UTC) |', '|---|---|---|---|---|---|',
    ...r.rollout.map((s) => `| ${line(s.name)} | ${s.weight}%${s.achieved === undefined || s.achieved === s.weight ? '' : ` (got ${s.achieved}%)`} | ${split(s)} | ${podsText(s)} | ${s.outcome} | ${s.started} |`), '',
    ...r.rollout.flatMap((s) => [
      ...lastOfEach(s.gates).map((g) => `- step ${line(s.name)}: ${gateText(g)}`),
      ...(s.approvals ?? []).map((a) => `- step ${line(s.name)}: approved by ${line(a.by)} at ${a.at}${a.digest ? ` (${a.digest})` : ''}`),
      ...(s.override ? [`- step ${line(s.name)}: **went on without a pass**, by ${line(s.override.by)} at ${s.override.at}: ${line(s.override.reason)}`] : []),
    ]),
    ...phases,
  ]
}

const podsText = ({ pods, stablePods }: RolloutStep): string => `${pods.ready}/${pods.wanted}${stablePods === undefined ? '' : ` new, ${stablePods.ready}/${stablePods.wanted} before`}`

const gateText = (g: GateRecord): string => {
  const limit = g.threshold === undefined ? '' : g.comparison === '>=' ? `, at least ${g.threshold}` : `, limit ${g.threshold}`
  const numbers = [
    ...(g.value === undefined ? [] : [`value ${g.value}${g.unit ? ` ${line(g.unit)}` : ''}${limit}`]),
    ...(g.samples === undefined ? [] : [`${g.samples} samples${g.needed === undefined ? '' : ` of ${g.needed} needed`}`]),
  ].join(', ')
  const marks = [...(g.estimated ? ['estimated'] : []), ...(g.simulated ? ['simulated'] : []), ...(g.dryRun ? ['dry run, decides nothing'] : [])]
  const asked = [...(g.query ? [`query ${line(g.query)}`] : []), ...(g.arithmetic ? [`(${line(g.arithmetic)})`] : []), ...(g.response ? [`raw answer in ${line(g.response)}`] : [])].join(' ')
  return `${g.verdict === 'pass' ? 'pass' : `**${g.verdict}**`} ${line(g.name)} at ${g.at}${marks.length > 0 ? ` [${marks.join(', ')}]` : ''}: ${[numbers, ...(g.reason && g.verdict !== 'pass' ? [line(g.reason)] : [])].filter((t) => t !== '').join('; ')}${asked === '' ? '' : ` ${asked}`}`
}

const triggerText = (t: RollbackTrigger): string => {
  const numbers = `${t.value === undefined ? '' : ` ${t.value}`}${t.threshold === undefined ? '' : `, limit ${t.threshold}`}${t.samples === undefined ? '' : `, ${t.samples} samples`}`
  return `${t.metric}${t.verdict && t.verdict !== 'fail' ? ` (${t.verdict})` : ''}${numbers}, at ${t.at}${t.reason && t.value === undefined ? `: ${t.reason}` : ''}${t.query ? `: ${t.query}` : ''}`
}

export function verificationSection(r: ReleaseRecord, addenda: readonly Addendum[]): string[] {
  const checks = r.steps.filter((s) => s.kind !== 'phase')
  const watch = addenda.findLast((a) => a.watch !== undefined)?.watch ?? r.watch
  const alerts = r.alerts === undefined && !addenda.some((a) => a.alerts) ? undefined : [...(r.alerts ?? []), ...addenda.flatMap((a) => a.alerts ?? [])]
  return [
    '## Verification', '',
    ...(checks.length === 0 ? ['Nothing was verified.'] : checks.map((s) => `- ${verdict(s.passed)}: ${s.kind} ${line(s.name)}${s.duration === undefined ? '' : ` (${seconds(s.duration)})`}${s.detail ? `: ${line(s.detail)}` : ''}`)),
    '', 'Hooks:', ...items(r.hooks, (h) => `${h.outcome}: ${h.kind}/${h.name} (${h.event}, weight ${h.weight})${h.migration ? ', a migration' : ''}`, 'none'),
    '', 'Logs:', ...(r.logs === undefined || r.logs.length === 0 ? items(r.logs, () => '', 'none kept') : r.logs.flatMap((l) => [`- ${line(l.source)}:`, '', ...l.text.trimEnd().split('\n').map((t) => `      ${t}`), ''])),
    '', 'Alerts:', ...items(alerts, (a) => `${a.name}${a.severity ? ` (${a.severity})` : ''} at ${a.at}${a.url ? ` ${a.url}` : ''}`, 'none'),
    '', `Watch: ${watch === undefined ? unknown : `${watch.minutes} minutes, ${watch.green ? 'green' : '**not green**'}${watch.by ? `, by ${line(watch.by)}` : ''}${watch.detail ? `: ${line(watch.detail)}` : ''}`}.`,
    ...(watch?.gates ?? []).map((g) => `- watch: ${gateText(g)}`),
    ...(watch?.trigger ? [`- ended by ${line(triggerText(watch.trigger))}`] : []),
  ]
}

export function rollbackSection(r: ReleaseRecord): string[] {
  const used = r.rollback.used
  const trigger = used?.trigger
  // Without a gate it is the first thing that went wrong.
  const failed = r.steps.find((s) => !s.passed)
  return [
    '## Rollback', '',
    `Target: ${r.rollback.target === 0 ? 'none; the release is removed' : `revision ${r.rollback.target}`}${r.rollback.reversible === false ? '. **Not wholly reversible**' : ''}.`, '',
    ...(used ? [
      `Used at ${used.at}${used.automatic === undefined ? '' : used.automatic ? ', by itself' : ', on request'}: ${used.toRevision === 0 ? 'the release was removed again' : `back to revision ${used.toRevision}`}. ${line(used.reason)}`, '',
      ...table([
        ['trigger', trigger ? triggerText(trigger) : failed && `no metric: ${failed.kind} ${failed.name} failed${failed.detail ? `: ${failed.detail}` : ''}`],
        ['output', used.output],
        ['paged', listed(used.paged, (p) => p)],
      ]), '',
    ] : []),
    ...r.rollback.steps.map((step, i) => `${i + 1}. ${step}`),
  ]
}

export function addendaRows(r: ReleaseRecord, addenda: readonly Addendum[]): string[] {
  // The latest word about each counts.
  const all = [...(r.followUps ?? []), ...addenda.flatMap((a) => a.followUps ?? [])]
  const followUps = r.followUps === undefined && all.length === 0 ? undefined : [...new Map(all.map((f) => [f.what, f])).values()]
  const reviews = addenda.flatMap((a) => a.emergencyReview ?? [])
  return [
    '## Follow-ups', '',
    ...items(followUps, (f) => `[${f.done ? 'x' : ' '}] ${f.what}${f.ticket ? ` (${f.ticket})` : ''}`, 'none'),
    ...(r.emergency && reviews.length === 0 ? ['- [ ] review of the emergency'] : []),
    ...reviews.map((v) => `- emergency reviewed by ${line(v.by)} at ${v.at}: ${line(v.text)}`),
    ...addenda.filter((a) => a.text).map((a) => `- ${line(a.by)} at ${a.at}: ${line(a.text!)}`),
  ]
}

/** The last word of each gate: what it said before is in the files. */
const lastOfEach = (gates: readonly GateRecord[]): GateRecord[] => [...new Map(gates.map((g) => [g.name, g])).values()]
