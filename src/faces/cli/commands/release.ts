import { formatText } from '../../../cluster/diff/index.ts'
import { PlanKey, changesAnything, checkPlan, makePlan, refusedPlan, reviewDigest, writeLock, type ReleasePlan } from '../../../delivery/plan/index.ts'
import { applyRun } from '../apply-run.ts'
import type { Command, CommandContext } from '../command.ts'
import { evidenceFlag, ticketFlag } from '../evidence-flag.ts'
import { evidenceSigner, signKeyFlag } from '../evidence-signer.ts'
import { chartFlags, timeoutFlag, valueFlags } from '../flag-sets.ts'
import { planPolicy } from '../plan-policy.ts'
import { requirePlannable } from '../plan-refusals.ts'
import { chartLoader, emergencyOf, pinnedImages, planningFlags, readTarget, refused, sessionTarget } from '../plan-request.ts'
import { recordsFor } from '../records.ts'
import { tellWaiting } from '../release-notices.ts'
import { targetOf, type Target } from '../release-target.ts'
import { rolloutFlags } from '../rollout/rollout-flags.ts'
import { strategyLines } from '../rollout/strategy-text.ts'
import { withSession } from '../session.ts'
import { versions } from '../versions.ts'
import { carefulFlags } from '../waiting-flags.ts'

/** `pintle release`: the whole way in one command. */
export const release: Command = {
  use: 'release [SERVICE] [CHART] [flags]',
  long: `Releases a service the careful way: pin, render, check, diff, review, upgrade, verify, keep the evidence.

SERVICE is a service of pintle.yaml; with a CHART (a folder or archive) everything comes from flags and no pintle.yaml is needed. On a terminal the diff is
shown and you are asked. Elsewhere the run prints the plan and its digest and stops with exit code 5; run it again with --approve-digest
DIGEST once the plan was reviewed. A plan that changed meanwhile has another digest and is refused.

Exit codes: 0 released (or nothing to change), 1 failed, 5 refused before anything was changed, 6 failed and rolled back.`,
  examples: `pintle release checkout-api -e staging
pintle release checkout-api -e prod --approve-digest sha256:4f0c...
pintle release shop ./charts/shop -f values-prod.yaml -n shop`,
  flags: [
    ...planningFlags,
    { name: 'approve-digest', type: 'string', usage: 'digest of the reviewed plan' },
    { name: 'plan-only', type: 'bool', usage: 'stop after the plan; exit code 2 when it changes something' },
    evidenceFlag, ticketFlag, signKeyFlag,
    { name: 'context-lines', type: 'int', default: 3, usage: 'unchanged lines shown around a change' },
    timeoutFlag, ...carefulFlags, ...rolloutFlags, ...valueFlags, ...chartFlags,
  ],
  args: [0, 2],
  interrupts: 'cancel',
  async run(context) {
    const target = await targetOf(context)
    const settings = { ...context.settings, namespace: context.settings.namespace || target.namespace || '', kubeContext: context.settings.kubeContext || target.kubeContext || '' }
    return await planned({ ...context, settings }, target)
  },
}

/** A plan that lives in this process: made, reviewed, checked and applied as one from a file is. */
async function planned(context: CommandContext, target: Target): Promise<number> {
  const { flags, out, signal } = context
  if (target.approvals > 0) throw refused(`${target.environment} requires ${target.approvals} approval(s) by others, which a release in one command cannot have`, '`pintle plan -o FILE`, `pintle approve FILE`, `pintle apply FILE`.')
  const say = (phase: string, text: string): void => out.note(`${phase.padEnd(8)} ${text}`)
  const key = PlanKey.random()
  const read = await readTarget(context, target, key, chartLoader(context))
  const { pinned, before, changes, lockPath } = read
  say('pin', `${pinned.chart.name} ${pinned.chart.version} ${short(pinned.chart.digest)}${before ? (changes.length > 0 ? `; moved since pintle.lock: ${changes.join('; ')}` : '; as in pintle.lock') : '; new in pintle.lock'}`)
  if (target.image !== undefined) say('image', `${target.image.pinned.image} ${short(target.image.pinned.digest)}, by ${target.image.source}`)
  return await withSession(context, async (session) => {
    const { operator } = await import('../operator.ts')
    const driver: Parameters<typeof makePlan>[0]['driver'] = (namespace, cluster) => recordsFor(session, namespace, context.settings.driver, cluster)
    const made = await makePlan({
      cluster: session.cluster, driver, key, signal, lifetime: 24 * 3_600_000, tool: { pintle: versions.pintle, helm: versions.helm }, author: operator(), environment: target.environment, ...emergencyOf(flags), requires: { approvals: 0, approvers: [] },
      policy: planPolicy(context, session, [read]),
      requests: [{ ...read.request, needs: [], namespace: session.namespace, target: sessionTarget(context, session) }],
    })
    const [release] = made.releases
    const plan = release!.prepared
    say('render', `${plan.rendered.manifests.length} objects and ${plan.rendered.hooks.length} hooks, rendered twice: ${plan.nondeterministic.length === 0 ? 'the same both times' : `${plan.nondeterministic.length} lines differ`}`)
    for (const line of plan.nondeterministic.slice(0, 20)) out.note(`  not deterministic: ${line.template}, rendered line ${line.line}`)
    requirePlannable(release!, target)
    const unchecked = plan.unchecked.filter((p) => p.surveyed.role === 'target')
    say('check', `${plan.rendered.manifests.length - unchecked.length} objects accepted by the cluster${unchecked.length > 0 ? `, ${unchecked.length} could not be checked: ${unchecked[0]!.unchecked}` : ''}`)
    const inUse = pinnedImages(context, pinned, plan.images.after)
    if (!changesAnything(plan)) {
      writeLock(lockPath, target.lockKey, inUse)
      out.line(`${target.release}: nothing to change (revision ${plan.revision.before} is deployed)`)
      return 0
    }
    const strategy = made.plan.releases[0]?.strategy
    const digest = reviewDigest(plan, pinned, strategy)
    const shown = { paint: (style: Parameters<typeof out.style>[0], text: string) => out.style(style, text), context: flags.number('context-lines') }
    out.write(formatText(plan.changes, shown))
    if (plan.hookChanges.added + plan.hookChanges.changed + plan.hookChanges.removed > 0) out.write(`\nHooks:\n\n${formatText(plan.hookChanges, shown)}`)
    for (const text of strategy === undefined ? [] : strategyLines(strategy)) out.line(text)
    out.line(`Plan digest: ${digest}`)
    if (flags.bool('plan-only')) return 2

    const signer = await evidenceSigner(context)
    const review = await reviewed(context, target, plan, digest, () => tellWaiting(context, made.plan, digest))
    writeLock(lockPath, target.lockKey, inUse)
    // Reviewing takes time: what was planned over must still be there.
    const checked = await checkPlan({ plan: { ...made, digest }, key, cluster: session.cluster, driver, version: versions.pintle, signal })
    if (checked.refusals.length > 0) throw refusedPlan(checked.refusals)
    return await applyRun({ context, session, checked, digest, environment: target.environment, review, policy: made.plan.policy, author: made.plan.author, ...emergencyOf(flags), ...(signer && { signer }), base: target.base })
  })
}

/** @param waiting called when nobody here can say that it was reviewed */
async function reviewed(context: CommandContext, target: Target, plan: ReleasePlan, digest: string, waiting: () => Promise<void>): Promise<{ by: string; how: 'prompt' | 'digest'; at: string }> {
  const { flags, out } = context
  const asked = flags.string('approve-digest')
  const { operator } = await import('../operator.ts')
  const at = () => new Date().toISOString()
  if (asked !== '') {
    if (asked === digest) return { by: operator(), how: 'digest', at: at() }
    throw refused(`the approved plan is not this one: approved ${asked}, now ${digest}`, plan.nondeterministic.length > 0
      ? 'The chart renders differently each time (see the lines above). A plan file freezes what it rendered: `pintle plan -o FILE`, then approve and apply that.'
      : 'The chart, its values or the cluster changed since the review. Review the diff above and approve its digest.')
  }
  const { confirm } = await import('../confirm.ts')
  const answer = out.isTerminal ? await confirm(`Release ${target.release} to ${target.environment || 'the cluster'}?`) : undefined
  if (answer === true) return { by: operator(), how: 'prompt', at: at() }
  if (answer === undefined) await waiting()
  throw refused(answer === false ? 'not approved' : 'the plan was not reviewed', `Review the diff, then run again with --approve-digest ${digest}`)
}

const short = (digest: string): string => digest.slice(0, 19)
