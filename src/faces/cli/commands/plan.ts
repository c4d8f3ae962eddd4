import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { makePlan, planText, readPlanKey, type MadePlan, type PlanFile, type Project } from '../../../delivery/plan/index.ts'
import { PintleError, isPintleError } from '../../../errors/index.ts'
import { requirementOf } from '../approval-policy.ts'
import type { Command, CommandContext, Session } from '../command.ts'
import { evidenceFlag } from '../evidence-flag.ts'
import { chartFlags, timeoutFlag, valueFlags } from '../flag-sets.ts'
import { usage } from '../flags.ts'
import { ciRun, gitState, operator } from '../operator.ts'
import { planKeyFlag } from '../plan-key-flag.ts'
import { planMarkdown } from '../plan-markdown.ts'
import { planPolicy } from '../plan-policy.ts'
import { requirePlannable } from '../plan-refusals.ts'
import { chartLoader, emergencyOf, planningFlags, readTarget, sessionTarget, type ReadTarget } from '../plan-request.ts'
import { showPlan } from '../plan-review.ts'
import { recordsFor } from '../records.ts'
import { requireImageOf } from '../service-image.ts'
import { tellWaiting } from '../release-notices.ts'
import { environmentOf, projectOf, serviceOf, targetFromFlags, targetFromProject, type Target } from '../release-target.ts'
import { withSession } from '../session.ts'
import { goJson } from '../structured.ts'
import { versions } from '../versions.ts'

/** `pintle plan` */
export const plan: Command = {
  use: 'plan [SERVICE...] [flags]\n  pintle plan NAME CHART [flags]',
  long: `Works out what a release would change and freezes it: renders, checks, asks the cluster object by object, and writes a plan file with the bytes that would be applied,
what they were compared with, the order of operations and the way back. 'pintle approve' signs it, 'pintle apply' applies exactly it, or refuses.

SERVICE names services of pintle.yaml, all of them when left out; 'needs' gives their order. NAME and CHART need no pintle.yaml. What would stay as it is is left out of the plan.

Everything that holds secrets is encrypted with a key: of --plan-key, of PINTLE_PLAN_KEY (base64), else of this user. Who applies the plan needs the same one. What stands in
clear holds no secret.

Exit codes: 0 planned, 1 failed, 2 something would change and --detailed-exitcode is given, 5 refused.`,
  examples: `pintle plan -e prod -o plan.pintle --markdown plan.md
pintle plan checkout-api -e staging --detailed-exitcode
pintle plan shop ./charts/shop -f values-prod.yaml -n shop -o shop.pintle`,
  flags: [
    ...planningFlags,
    { name: 'out', short: 'o', type: 'string', usage: 'write the plan to this file' },
    { name: 'markdown', type: 'string', usage: 'write the plan for a pull request to this file' },
    { name: 'format', type: 'string', default: 'text', choices: ['text', 'json', 'markdown'], completes: ['text', 'json', 'markdown'], usage: 'what to print: text, json or markdown' },
    { name: 'expires', type: 'duration', default: '24h', usage: 'how long the plan may be applied' },
    { name: 'detailed-exitcode', type: 'bool', usage: 'exit code 2 when something would change' },
    planKeyFlag, evidenceFlag, timeoutFlag, ...valueFlags, ...chartFlags,
  ],
  interrupts: 'stop',
  async run(context) {
    const { flags } = context
    if (flags.duration('expires') <= 0) throw usage('--expires must be longer than nothing')
    const { targets, project } = await targetsOf(context)
    const [first] = targets
    const settings = { ...context.settings, namespace: context.settings.namespace || (targets.length === 1 ? first!.namespace : '') || '', kubeContext: context.settings.kubeContext || first!.kubeContext || '' }
    const key = readPlanKey({ file: flags.string('plan-key'), create: true })
    const load = chartLoader(context)
    const read: ReadTarget[] = []
    for (const target of targets) read.push(await readTarget(context, target, key, load))
    return await withSession({ ...context, settings }, async (session) => {
      const made = await makePlan({
        cluster: session.cluster, driver: (namespace, cluster) => recordsFor(session, namespace, settings.driver, cluster), key, signal: context.signal, lifetime: flags.duration('expires'),
        policy: planPolicy(context, session, read), ...about(context, first!.environment, project), requests: read.map((r) => ({ ...r.request, needs: r.request.needs.filter((need) => targets.some((t) => t.release === need)), namespace: namespaceOf(context, r.target, session), target: sessionTarget(context, session) })),
      })
      requireAll(made, read)
      return finish(context, made)
    })
  },
}

/** NAME CHART is told from two services by what pintle.yaml knows. */
async function targetsOf(context: CommandContext): Promise<{ targets: Target[]; project?: Project }> {
  const { args, flags } = context
  if (args.length === 2 && !isService(context, args[1]!)) return { targets: [await targetFromFlags(context)] }
  const { project } = projectOf(context)
  const environment = environmentOf(project.environments, flags.string('environment'))
  const names = args.length === 0 ? [...project.services.keys()] : [...new Set(args)]
  if (names.length === 0) throw usage(`${flags.string('config')} has no services`)
  requireImageOf(context, names)
  const targets: Target[] = []
  for (const name of names) targets.push(await targetFromProject(context, project, serviceOf(project, name, flags.string('config')), environment))
  return { targets, project }
}

function isService(context: CommandContext, name: string): boolean {
  try {
    return projectOf({ ...context, out: silent(context) }).project.services.has(name)
  } catch (error) {
    if (isPintleError(error, 'config.invalid') && /cannot read/.test(error.message)) return false
    throw error
  }
}

/** What pintle.yaml holds that is not acted on yet is told once, by who reads it for good. */
const silent = ({ out }: CommandContext): CommandContext['out'] => Object.assign(Object.create(out) as CommandContext['out'], { warn: () => {} })

const namespaceOf = ({ settings }: CommandContext, target: Target, session: Session): string => settings.namespace || target.namespace || session.namespace

function about({ flags }: CommandContext, environment: string, project: Project | undefined): Pick<PlanFile, 'tool' | 'author' | 'environment' | 'git' | 'ci' | 'requires' | 'emergency'> {
  const git = gitState(project === undefined ? process.cwd() : dirname(project.file))
  const ci = ciRun()
  return {
    tool: { pintle: versions.pintle, helm: versions.helm }, author: operator(), environment, ...emergencyOf(flags), ...(git && { git }), ...(ci && { ci }),
    requires: project === undefined ? { approvals: 0, approvers: [] } : requirementOf(project, environment),
  }
}

/** What speaks against the releases, of all of them. */
function requireAll({ releases }: MadePlan, read: readonly ReadTarget[]): void {
  const refusals = releases.flatMap((release) => {
    try {
      requirePlannable(release, read.find((r) => r.target.release === release.request.name)!.target)
      return []
    } catch (error) {
      if (!isPintleError(error, 'rule.refused')) throw error
      return [{ name: release.request.name, error }]
    }
  })
  if (refusals.length === 0) return
  if (refusals.length === 1 && releases.length === 1) throw refusals[0]!.error
  throw new PintleError('rule.refused', refusals.map(({ name, error }) => `${name}: ${error.message}`).join('\n'), { hint: [...new Set(refusals.map((r) => r.error.hint))].join('\n') })
}

async function finish(context: CommandContext, made: MadePlan): Promise<number> {
  const { flags, out } = context
  const { text, digest } = planText(made.plan)
  const digested = { plan: made.plan, digest }
  const unchanged = made.releases.filter((r) => !made.plan.releases.some((p) => p.name === r.request.name && p.namespace === r.request.namespace)).map((r) => `${r.request.namespace}/${r.request.name}`)
  const format = flags.string('format')
  if (format === 'json') out.line(goJson({ digest, unchanged, plan: { ...made.plan, releases: made.plan.releases.map(({ payload: _sealed, ...release }) => release) } }))
  else if (format === 'markdown') out.write(planMarkdown(digested, unchanged))
  else {
    showPlan(out, digested)
    if (unchanged.length > 0) out.line(`Unchanged: ${unchanged.join(', ')}`)
  }
  for (const { prepared } of made.releases) {
    for (const line of prepared.nondeterministic.slice(0, 20)) out.note(`${prepared.name}: not deterministic: ${line.template}, rendered line ${line.line}; the plan holds what is applied`)
    const unchecked = prepared.unchecked.filter((p) => p.surveyed.role === 'target')
    if (unchecked.length > 0) out.note(`${prepared.name}: ${unchecked.length} object(s) could not be checked: ${unchecked[0]!.unchecked}`)
  }
  if (flags.string('markdown') !== '') write(flags.string('markdown'), planMarkdown(digested, unchanged), 0o644)
  const file = flags.string('out')
  if (file !== '') {
    write(file, text, 0o600)
    out.note(`${file} written; \`pintle apply ${file}\` applies it${made.plan.requires.approvals > 0 ? ` once ${made.plan.requires.approvals} approved it (\`pintle approve ${file}\`)` : ''}`)
    if (made.plan.requires.approvals > 0) await tellWaiting(context, made.plan, digest)
  }
  return flags.bool('detailed-exitcode') && made.plan.releases.length > 0 ? 2 : 0
}

/** Whole or not at all. */
function write(file: string, text: string, mode: number): void {
  const temporary = `${file}.${process.pid}.tmp`
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(temporary, text, { mode })
    renameSync(temporary, file)
  } catch (error) {
    throw new PintleError('file.write', `${file} cannot be written: ${(error as Error).message}`, { cause: error })
  }
}
