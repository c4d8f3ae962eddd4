import type { ReleaseRecord } from './record.ts'

const words = { succeeded: 'released', failed: 'FAILED', 'rolled-back': 'FAILED and rolled back', refused: 'refused', unchanged: 'unchanged', unverified: 'released, UNVERIFIED' }

/** The Markdown deploy note: one message that says who released what, how it was reviewed and verified, and how to go back. */
export function deployNote(r: ReleaseRecord): string {
  const lines: string[] = []
  const row = (name: string, value: string | undefined) => value !== undefined && value !== '' && lines.push(`| ${name} | ${value.replaceAll('|', '\\|').replaceAll('\n', ' ')} |`)
  lines.push(`# ${r.service} ${words[r.outcome]}${r.environment ? ` in ${r.environment}` : ''}`, '')
  if (r.reason) lines.push(`> ${r.reason.replaceAll('\n', '\n> ')}`, '')
  lines.push('| | |', '|---|---|')
  row('service', r.service)
  row('environment', r.environment)
  row('cluster', `${r.target.server} (kube-system ${r.target.clusterUid || 'unknown'})${r.target.simulated ? ': a simulated cluster' : ''}`)
  row('namespace', r.target.namespace)
  row('release', `${r.target.release}, revision ${r.revision.before || '(none)'} -> ${r.revision.after || '(none)'}`)
  row('operator', r.operator)
  row('reviewed', r.review.how === 'none' ? 'no review was needed' : `${r.review.by}, by ${r.review.how}${r.review.at ? ` at ${r.review.at}` : ''}`)
  row('started (UTC)', r.started)
  row('ended (UTC)', r.ended)
  row('git', r.git ? `${r.git.commit}${r.git.dirty ? ' (uncommitted changes)' : ''}` : undefined)
  row('CI run', r.ci?.run)
  row('plan', r.plan.digest)
  lines.push('', '## Change', '', '| | |', '|---|---|')
  row('chart', `${r.chart.name} ${r.chart.version} (app ${r.chart.appVersion || 'unknown'}) ${r.chart.digest}`)
  for (const d of r.dependencies) row('dependency', `${d.name} ${d.version} ${d.digest}`)
  for (const v of r.values) row('values', `${v.path} ${v.digest}`)
  row('images before', r.images.before.join(', '))
  row('images after', r.images.after.join(', '))
  row('objects', `${r.plan.changes.add} added, ${r.plan.changes.change} changed, ${r.plan.changes.remove} removed${r.plan.classes.length > 0 ? ` (${r.plan.classes.join(', ')})` : ''}`)
  lines.push('', '## Verification', '')
  const checks = r.steps.filter((s) => s.kind !== 'phase')
  if (checks.length === 0) lines.push('Nothing was verified.')
  for (const s of checks) {
    const time = s.duration === undefined ? '' : ` (${(s.duration / 1000).toFixed(1)} s)`
    lines.push(`- ${s.passed ? 'passed' : '**failed**'}: ${s.kind} ${s.name}${time}${s.detail ? `: ${s.detail.replaceAll('\n', ' ')}` : ''}`)
  }
  lines.push('', '## Rollback', '')
  if (r.rollback.used) lines.push(`Used at ${r.rollback.used.at}: ${r.rollback.used.toRevision === 0 ? 'the release was removed again' : `back to revision ${r.rollback.used.toRevision}`}. ${r.rollback.used.reason}`, '')
  for (const [i, step] of r.rollback.steps.entries()) lines.push(`${i + 1}. ${step}`)
  lines.push('', `Record ${r.id}, made by Pintle ${r.tool.pintle}.`, '')
  return lines.join('\n')
}
