import { toldViolations } from '../../delivery/policy/index.ts'
import { formatMarkdown } from '../../cluster/diff/index.ts'
import type { DigestedPlan, PlannedRelease } from '../../delivery/plan/index.ts'
import { strategyLines } from './rollout/strategy-text.ts'

/** A plan for a pull request. Plans hold no secret; what could be markup is fenced or escaped. */
export function planMarkdown({ plan, digest }: DigestedPlan, unchanged: readonly string[]): string {
  const title = plan.environment === '' ? 'Plan' : `Plan for ${plan.environment}`
  const out = [`# ${escaped(title)}`, '', '| | |', '|---|---|']
  const row = (name: string, value: string): void => void out.push(`| ${name} | ${value} |`)
  row('digest', `\`${digest}\``)
  row('author', escaped(plan.author))
  row('made', plan.created)
  row('expires', plan.expires)
  if (plan.git) row('commit', `\`${plan.git.commit}\`${plan.git.dirty ? ' with uncommitted changes' : ''}`)
  if (plan.ci?.run) row('run', escaped(plan.ci.run))
  if (plan.emergency) row('emergency', `${escaped(plan.emergency.reason)} (${escaped(plan.emergency.by)})`)
  if (plan.requires.approvals > 0) row('needs', `${plan.requires.approvals} approval(s)${plan.requires.approvers.length > 0 ? ` of ${escaped(plan.requires.approvers.join(', '))}` : ''}`)
  out.push('')
  const told = toldViolations(plan.policy.results)
  if (told.length > 0) out.push('## Rules', '', ...told.map(({ how, rule, text }) => `- **${how}** \`${rule}\`: ${escaped(text)}`), '')
  for (const release of plan.releases) out.push(...releaseMarkdown(release))
  if (plan.releases.length === 0) out.push('Nothing would change.', '')
  if (unchanged.length > 0) out.push(`Unchanged: ${escaped(unchanged.join(', '))}`, '')
  return `${out.join('\n').trimEnd()}\n`
}

function releaseMarkdown(release: PlannedRelease): string[] {
  const { name, namespace, pin, revision, target, changes, hookChanges, nondeterministic, rollback } = release
  const images = release.images.after.filter((i) => !release.images.before.includes(i))
  const hooks = hookChanges.added + hookChanges.changed + hookChanges.removed
  return [
    `## ${escaped(`${namespace}/${name}`)}`, '',
    `Chart ${escaped(`${pin.chart.name} ${pin.chart.version}`)}, revision ${revision.before || '(none)'} → ${revision.after}, on ${escaped(target.context || target.server)}${release.needs.length > 0 ? `; after ${escaped(release.needs.join(', '))}` : ''}.`, '',
    ...strategyLines(release.strategy).map((text) => `${escaped(text)}.  `), '',
    ...(images.length > 0 ? [`New images: ${images.map((i) => `\`${i.replaceAll('`', '')}\``).join(', ')}`, ''] : []),
    ...(nondeterministic.length > 0 ? [`${nondeterministic.length} rendered line(s) come out differently each time; the plan holds what is applied.`, ''] : []),
    formatMarkdown(changes).trimEnd(), '',
    ...(hooks > 0 ? ['Hooks:', '', formatMarkdown(hookChanges).trimEnd(), ''] : []),
    `<details><summary>${release.operations.length} operations, and the way back</summary>`, '', ...release.operations.map((o, i) => `${i + 1}. ${escaped(o)}`), '', ...rollback.steps.map((s) => `- ${s}`),
    ...(rollback.reversible ? [] : [`- No way back undoes all of it: ${escaped(rollback.why ?? 'unknown why')}`]), '', '</details>', '',
  ]
}

const escaped = (text: string): string => text.replaceAll('\n', ' ').replace(/[\\`*_{}[\]<>|#]/g, '\\$&')
