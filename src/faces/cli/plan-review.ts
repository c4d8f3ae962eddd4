import { toldViolations } from '../../delivery/policy/index.ts'
import { formatText, summary } from '../../cluster/diff/index.ts'
import type { DigestedPlan } from '../../delivery/plan/index.ts'
import type { Output } from './output.ts'
import { strategyLines } from './rollout/strategy-text.ts'

/** Shows a plan to whoever is to decide about it: where, what changes, what the rules said, how long it holds. Plans hold no secret and no control character. */
export function showPlan(out: Output, { plan, digest }: DigestedPlan): void {
  out.line(`Plan ${digest}`)
  out.line(`made by ${plan.author} at ${plan.created}${plan.git === undefined ? '' : `, of commit ${plan.git.commit.slice(0, 12)}${plan.git.dirty ? ' with uncommitted changes' : ''}`}; expires ${plan.expires}`)
  for (const release of plan.releases) {
    out.line()
    out.line(out.style('bold', `${release.namespace}/${release.name}: ${release.pin.chart.name} ${release.pin.chart.version}, revision ${release.revision.before || '(none)'} -> ${release.revision.after}, on ${release.target.context || release.target.server}${plan.environment === '' ? '' : ` (${plan.environment})`}`))
    out.write(formatText(release.changes, { paint: (style, text) => out.style(style, text) }))
    const { hookChanges: hooks } = release
    if (hooks.added + hooks.changed + hooks.removed > 0) out.write(`Hooks:\n\n${formatText(hooks, { paint: (style, text) => out.style(style, text) })}`)
    for (const text of strategyLines(release.strategy)) out.line(text)
    if (!release.rollback.reversible) out.line(`No way back undoes all of it: ${release.rollback.why ?? 'unknown why'}`)
  }
  if (plan.emergency) out.line(`emergency: ${plan.emergency.reason} (${plan.emergency.by})`)
  const told = toldViolations(plan.policy.results)
  if (told.length > 0) out.line()
  for (const { how, rule, text } of told) out.line(`${how}: ${rule}: ${text}`)
  out.line()
}

/** One line about a plan. */
export function planTitle({ plan }: DigestedPlan): string {
  const parts = plan.releases.map((r) => `${r.namespace}/${r.name} (${summary(r.changes)})`)
  return `${plan.environment === '' ? '' : `${plan.environment}: `}${parts.join(', ')}`
}
