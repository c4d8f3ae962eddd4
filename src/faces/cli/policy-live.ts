import { PlanKey, makePlan } from '../../delivery/plan/index.ts'
import type { CommandContext } from './command.ts'
import { operator } from './operator.ts'
import { judgePrepared, type JudgedRelease } from './plan-policy.ts'
import { chartLoader, readTarget, sessionTarget, type ReadTarget } from './plan-request.ts'
import { recordsFor } from './records.ts'
import type { Target } from './release-target.ts'
import { withSession } from './session.ts'
import { versions } from './versions.ts'

/** Judges targets with all that their cluster says of them, as a plan is judged. Changes nothing, and keeps no plan. */
export async function judgeLive(context: CommandContext, targets: readonly Target[]): Promise<JudgedRelease[]> {
  const [first] = targets
  const settings = { ...context.settings, namespace: context.settings.namespace || (targets.length === 1 ? first!.namespace : '') || '', kubeContext: context.settings.kubeContext || first!.kubeContext || '' }
  const live = { ...context, settings }
  const key = PlanKey.random()
  const load = chartLoader(live)
  const read: ReadTarget[] = []
  for (const target of targets) read.push(await readTarget(live, target, key, load))
  return await withSession(live, async (session) => {
    let judged: JudgedRelease[] = []
    await makePlan({
      cluster: session.cluster, driver: (namespace, cluster) => recordsFor(session, namespace, settings.driver, cluster), key, signal: context.signal, lifetime: 60_000,
      tool: { pintle: versions.pintle, helm: versions.helm }, author: operator(), environment: first!.environment, requires: { approvals: 0, approvers: [] },
      requests: read.map(({ request, target }) => ({ ...request, needs: [], namespace: settings.namespace || target.namespace || session.namespace, target: sessionTarget(context, session) })),
      policy: async (prepared) => {
        judged = await judgePrepared(live, session, read, prepared)
        return { pack: '', digest: '', results: [], overrides: [] }
      },
    })
    return judged
  })
}
