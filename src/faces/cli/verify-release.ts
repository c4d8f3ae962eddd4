import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { runTests, secretCleaner, Storage, type ReleaseRecord } from '../../cluster/release/index.ts'
import { keep, makeAddendum, type StepResult } from '../../delivery/evidence/index.ts'
import { gateRecord, readGates, type Evaluation, type GateSettings } from '../../delivery/gates/index.ts'
import { serviceGates, type Environment, type Project, type Service } from '../../delivery/plan/index.ts'
import { healthChecks, smokeChecks, watchRecord, type WatchOutcome } from '../../delivery/verify/index.ts'
import { PintleError } from '../../errors/index.ts'
import type { CommandContext, Session } from './command.ts'
import { usage } from './flags.ts'
import { withEvidence } from './open-evidence.ts'
import { operator } from './operator.ts'
import { recordsFor } from './records.ts'
import { environmentOf, projectOf } from './release-target.ts'
import { compressionOf } from './rollout/rollout-flags.ts'
import { afterRules } from './run-rules.ts'
import { withSession } from './session.ts'
import { printStructured } from './structured.ts'
import { evaluationText, gatesOf, minutes, watchIt, wholeService } from './watch-release.ts'

/** What was found of a release. */
interface Verified {
  readonly steps: StepResult[]
  readonly gates: readonly Evaluation[]
  readonly watch?: WatchOutcome
}

interface Subject { readonly project?: Project; readonly service?: Service; readonly environment?: Environment }

/**
 * Verifies a release: objects, pods and traffic, its chart's tests, smoke checks, gates; with --watch for a while.
 * @returns 0 all is well, 1 something is not, 3 nobody can say, 4 a gate could not measure
 */
export async function verifyRelease(context: CommandContext): Promise<number> {
  const { args, settings } = context
  const name = args[0]!
  const of = subjectOf(context, name)
  const kubeContext = settings.kubeContext || of.environment?.kubeContext || ''
  const namespace = settings.namespace || (of.environment?.namespace ?? of.service?.namespace ?? '')
  return await withSession({ ...context, settings: { ...settings, namespace, kubeContext } }, async (session) => {
    const driver = recordsFor(session, session.namespace, settings.driver)
    const history = await new Storage(driver).history(name, { signal: context.signal })
    const record = history.deployed?.readable ?? history.last?.readable
    if (record === undefined) throw new PintleError('release.notFound', `release: not found`, { hint: `There is no release ${name} in ${session.namespace}; a chart archive is verified by its path.` })
    const verified = await verify(context, session, of, record, history.last?.status ?? '')
    if (verified.watch !== undefined) await noted(context, session, record, verified.watch)
    return tell(context, session, record, verified)
  })
}

/** The release's service, where pintle.yaml has one. */
function subjectOf(context: CommandContext, name: string): Subject {
  const { flags } = context
  if (!existsSync(flags.string('config')) && !flags.changed('config')) return {}
  const { project } = projectOf(context)
  const service = project.services.get(name)
  if (service === undefined && !flags.changed('environment')) return {}
  const environment = environmentOf(project.environments, flags.string('environment'))
  return { project, ...(service && { service }), ...(environment && { environment }) }
}

async function verify(context: CommandContext, session: Session, of: Subject, record: ReleaseRecord, last: string): Promise<Verified> {
  const { flags, out, signal, settings } = context
  const { cluster } = session
  const { name, namespace } = record
  const driver = recordsFor(session, session.namespace, settings.driver)
  const environment = of.environment?.name ?? ''
  const base = of.project === undefined ? process.cwd() : dirname(of.project.file)
  const began = Date.now()
  const steps: StepResult[] = [{ name: 'release', kind: 'health', passed: last === 'deployed', detail: `revision ${record.version} is ${record.info.status}${last === 'deployed' ? '' : `, the last one is ${last}`}`, duration: Date.now() - began }]
  const add = (more: readonly StepResult[]): void => {
    steps.push(...more)
    for (const s of more) out.note(`verify   ${s.kind} ${s.name}: ${s.passed ? 'passed' : 'FAILED'}${s.detail ? ` (${s.detail.split('\n')[0]})` : ''}`)
  }
  add(await healthChecks(cluster, record, { signal }))
  add(await afterRules(context, cluster, record, { environment, service: of.service?.name ?? name }))
  if (!flags.bool('skip-tests') && record.hooks.some((h) => h.events.includes('test'))) {
    const { record: ran, error } = await runTests({ cluster, driver, namespace, name, timeout: flags.duration('timeout'), logs: true, signal })
    const tests = ran.hooks.filter((h) => h.events.includes('test')).map((t): StepResult => ({ name: t.name, kind: 'test', passed: t.last_run.phase === 'Succeeded', detail: t.last_run.phase }))
    add(error !== undefined && tests.every((t) => t.passed) ? [...tests, { name: 'tests', kind: 'test', passed: false, detail: error.message }] : tests)
  }
  const smoke = [...(of.service?.smoke ?? []), ...flags.list('smoke').map((text) => (/^https?:\/\//.test(text) ? { http: text } : { run: text }))]
  add(await smokeChecks(smoke, { signal, cwd: base, env: { PINTLE_SERVICE: name, PINTLE_NAMESPACE: namespace, PINTLE_ENVIRONMENT: environment } }))

  const settingsOfGates = gateSettings(context, of)
  const watched = { context, session, driver, record, service: of.service?.name ?? name, environment, base, compression: compressionOf(context, session), ...(settingsOfGates && { gates: settingsOfGates }) }
  const length = flags.duration('watch')
  if (length > 0 && steps.every((s) => s.passed)) {
    const watch = await watchIt(watched, length)
    return { steps, gates: watch.evaluations, watch }
  }
  if (settingsOfGates === undefined) return { steps, gates: [] }
  const { evaluations } = await gatesOf(watched, settingsOfGates).once({ subject: wholeService(watched), since: Date.parse(record.info.last_deployed ?? '') || Date.now(), signal })
  for (const e of evaluations) out.note(`verify   ${evaluationText(e)}`)
  return { steps, gates: evaluations }
}

/** By --slo, else by pintle.yaml. */
function gateSettings({ flags }: CommandContext, { project, service, environment }: Subject): GateSettings | undefined {
  const pairs = flags.list('slo').flatMap((text) => text.split(/,(?=[a-z_0-9]+=)/))
  if (pairs.length === 0) return project === undefined || service === undefined ? undefined : serviceGates(project, service, environment)
  const slo = Object.fromEntries(pairs.map((pair) => {
    const at = pair.indexOf('=')
    if (at < 1) throw usage(`--slo is KEY=VALUE, not ${JSON.stringify(pair)}`)
    const value = pair.slice(at + 1)
    return [pair.slice(0, at), /^\d+(\.\d+)?$/.test(value) ? Number(value) : value]
  }))
  return readGates(slo, undefined, (path, message, hint) => new PintleError('usage', `--slo: ${message}`, { ...(hint !== undefined && { hint }), details: { path } }))
}

/** The watch stands in the chain behind the newest record of the release, where there is one. */
async function noted(context: CommandContext, session: Session, record: ReleaseRecord, watch: WatchOutcome): Promise<void> {
  const { out, signal } = context
  await withEvidence(context, async (evidence) => {
    const clusterUid = (await session.cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' }, { signal }).catch(() => undefined))?.metadata.uid ?? ''
    let newest: string | undefined
    for await (const s of evidence.store.list()) if (s.about === '' && s.release === record.name && s.namespace === record.namespace && (clusterUid === '' || s.cluster === clusterUid)) newest = s.id
    if (newest === undefined) return out.note(`  the watch is not on record: there is no evidence of ${record.name} in ${evidence.store.location}`)
    const clean = secretCleaner(() => [record.manifest, ...record.hooks.map((h) => h.manifest)])
    const by = operator()
    const kept = await keep({ ...evidence, signal }, makeAddendum({ about: newest, at: new Date().toISOString(), by, watch: withoutResponses(watchRecord(watch, by).watch) }, clean), {})
    for (const warning of kept.warnings) out.warn(warning)
    out.note(`  added to ${newest}${kept.head ? `, head ${kept.head.hash}` : ': NOT STORED'}`)
  })
}

/** What is added later holds no files. */
const withoutResponses = (watch: ReturnType<typeof watchRecord>['watch']): typeof watch => ({ ...watch, ...(watch.gates && { gates: watch.gates.map(({ response: _file, ...gate }) => gate) }) })

function tell(context: CommandContext, session: Session, record: ReleaseRecord, { steps, gates, watch }: Verified): number {
  const { out } = context
  const code = codeOf({ steps, gates, ...(watch && { watch }) })
  const data = () => ({
    release: record.name, namespace: record.namespace, revision: record.version, simulated: session.simulated, verdict: words[code], checks: steps, gates: gates.map((e) => gateRecord(e)),
    ...(watch && { watch: { verdict: watch.verdict, started: watch.started, ended: watch.ended, seconds: Math.round(watch.watched / 1000), looks: watch.looks, reason: watch.reason, trigger: watch.trigger } }),
  })
  if (printStructured(context, data)) return code
  const failed = [...steps.filter((s) => !s.passed).map((s) => `${s.kind} ${s.name}: ${s.detail ?? 'failed'}`), ...(watch === undefined ? gates.filter((e) => e.verdict !== 'pass' && e.dryRun !== true).map(evaluationText) : watch.verdict === 'green' ? [] : [`watch: ${watch.verdict} after ${minutes(watch.watched)}: ${watch.reason ?? ''}`])]
  for (const text of failed) out.line(`  ${text}`)
  out.line(`${record.name}: ${words[code]}, revision ${record.version}${watch === undefined ? '' : `, watched for ${minutes(watch.watched)}`}`)
  return code
}

const words = { 0: 'verified', 1: 'NOT WELL', 3: 'undecided', 4: 'not measured' } as const

/** What is not well goes before what could not be measured, and that before what is not decided. */
function codeOf({ steps, gates, watch }: Verified): 0 | 1 | 3 | 4 {
  const deciding = gates.filter((e) => e.dryRun !== true)
  if (steps.some((s) => !s.passed) || watch?.verdict === 'red' || (watch === undefined && deciding.some((e) => e.verdict === 'fail'))) return 1
  if (watch?.verdict === 'green') return 0
  if (deciding.some((e) => e.verdict === 'error')) return 4
  return watch?.verdict === 'unknown' || deciding.some((e) => e.verdict !== 'pass') ? 3 : 0
}
