import { join, relative, resolve } from 'node:path'
import { PintleError, isPintleError } from '../../../errors/index.ts'
import { formatMarkdown, formatText } from '../../../cluster/diff/index.ts'
import { imageName, moved, parseImage, perform, pin, prepare, readLock, writeLock, type Pin, type ReleasePlan } from '../../../delivery/plan/index.ts'
import { healthChecks, smokeChecks } from '../../../delivery/verify/index.ts'
import { runTests, type ReleaseRecord } from '../../../cluster/release/index.ts'
import type { Outcome, StepResult } from '../../../delivery/evidence/index.ts'
import { loadInstallable, userValues } from '../chart-args.ts'
import { readValueFiles } from '../value-files.ts'
import type { Command, CommandContext } from '../command.ts'
import { chartFlags, timeoutFlag, valueFlags } from '../flag-sets.ts'
import { failureReport } from '../failure-report.ts'
import { progress } from '../progress.ts'
import { redactor } from '../redactor.ts'
import { refuseSecrets } from '../refuse-secrets.ts'
import { targetOf, type Target } from '../release-target.ts'
import { openSession } from '../session.ts'
import { versions } from '../versions.ts'
import { carefulFlags, waitingOptions } from '../waiting-flags.ts'

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
    { name: 'environment', short: 'e', type: 'string', usage: 'environment of pintle.yaml' },
    { name: 'config', type: 'string', default: 'pintle.yaml', usage: 'path of pintle.yaml' },
    { name: 'approve-digest', type: 'string', usage: 'digest of the reviewed plan' },
    { name: 'plan-only', type: 'bool', usage: 'stop after the plan; exit code 2 when it changes something' },
    { name: 'locked', type: 'bool', usage: 'refuse when pintle.lock is missing or anything pinned moved' },
    { name: 'evidence', type: 'string', default: '.pintle/evidence', usage: 'folder of the evidence' },
    { name: 'create-namespace', type: 'bool', usage: 'create the namespace when it is missing' },
    { name: 'skip-tests', type: 'bool', usage: "do not run the chart's tests" },
    { name: 'context-lines', type: 'int', default: 3, usage: 'unchanged lines shown around a change' },
    timeoutFlag, ...carefulFlags, ...valueFlags, ...chartFlags,
  ],
  args: [0, 2],
  interrupts: 'cancel',
  async run(context) {
    const target = await targetOf(context)
    const settings = { ...context.settings, namespace: context.settings.namespace || target.namespace || '', kubeContext: context.settings.kubeContext || target.kubeContext || '' }
    return new Release({ ...context, settings }, target).run()
  },
}

/** One run of the main job. Each phase says what it did on stderr and leaves a step in the record. */
class Release {
  readonly #context: CommandContext
  readonly #target: Target
  readonly #started = new Date()
  readonly #steps: StepResult[] = []

  constructor(context: CommandContext, target: Target) {
    this.#context = context
    this.#target = target
  }

  async run(): Promise<number> {
    const { flags, out, signal } = this.#context
    const target = this.#target

    const chart = await loadInstallable(target.chart, this.#context)
    const wanted = target.version ?? (flags.string('version') || undefined)
    if (wanted !== undefined && chart.metadata.version !== wanted) {
      const exact = /^v?\d+\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?$/.test(wanted)
      throw refused(exact ? `the chart has version ${chart.metadata.version}, ${wanted} is asked for` : `${JSON.stringify(wanted)} is no exact version`, 'A release is made from one exact version: no ranges, no latest.')
    }
    const files = [...target.valueFiles.map((f) => resolve(f)), ...flags.list('values').map((f) => (f === '-' || /^https?:/.test(f) ? f : resolve(f)))]
    const values = await userValues(this.#context, { valueFiles: files, set: target.set, environment: target.environment })
    const contents = await readValueFiles(files, { environment: target.environment, signal })
    refuseSecrets(contents)

    const lockPath = join(target.base, 'pintle.lock')
    const before = readLock(lockPath).releases[target.lockKey]
    const now = pin(chart, contents.map(({ file, bytes }) => ({ path: relative(target.base, file), bytes })), { pintle: versions.pintle, helm: versions.helm }, target.fetched)
    // Digests of images are pintle pin's to find; here they only count.
    const pinned = before?.images === undefined ? now : { ...now, images: before.images }
    const changes = before ? moved(before, pinned) : []
    if (flags.bool('locked') && (!before || changes.length > 0)) {
      throw refused(before ? `pintle.lock no longer fits:\n  ${changes.join('\n  ')}` : `pintle.lock has no pin for ${target.lockKey}`, 'Run without --locked to pin anew, and review the change of pintle.lock.')
    }
    this.#say('pin', `${pinned.chart.name} ${pinned.chart.version} ${short(pinned.chart.digest)}${before ? (changes.length > 0 ? `; moved since pintle.lock: ${changes.join('; ')}` : '; as in pintle.lock') : '; new in pintle.lock'}`)

    const session = await openSession(this.#context)
    try {
      const { cluster, namespace, records: driver } = session
      const plan = await prepare({ cluster, driver, name: target.release, namespace, chart, values, pin: pinned, redact: redactor(), source: { skipSchemaValidation: false }, signal })
      if (target.cluster !== undefined && plan.clusterUid !== target.cluster) {
        throw refused(`this is another cluster: its kube-system namespace has UID ${plan.clusterUid || '(unknown)'}, ${target.environment || 'the environment'} expects ${target.cluster}`, 'Check the kubeconfig context.')
      }
      this.#say('render', `${plan.rendered.manifests.length} objects and ${plan.rendered.hooks.length} hooks, rendered twice: ${plan.nondeterministic.length === 0 ? 'the same both times' : `${plan.nondeterministic.length} lines differ`}`)
      for (const line of plan.nondeterministic.slice(0, 20)) out.note(`  not deterministic: ${line.template}, rendered line ${line.line}`)
      if (plan.rejected.length > 0) {
        const list = plan.rejected.map((r) => `  ${r.source ?? '(no template)'}: ${r.ref.kind}/${r.ref.name}: ${r.rejection}`)
        throw refused(`the cluster would refuse ${plan.rejected.length} of ${plan.rendered.manifests.length} objects:\n${list.join('\n')}`, 'Correct the templates or values named; nothing was changed.')
      }
      if (plan.namespaceMissing && !flags.bool('create-namespace')) throw refused(`namespace ${namespace} does not exist`, 'Add --create-namespace, or check the environment.')
      this.#say('check', `${plan.rendered.manifests.length - plan.unchecked.length} objects accepted by the cluster${plan.unchecked.length > 0 ? `, ${plan.unchecked.length} could not be checked: ${plan.unchecked[0]!.unchecked}` : ''}`)

      const inUse = this.#pinnedImages(pinned, plan.images.after)
      const nothing = plan.changes.added + plan.changes.changed + plan.changes.removed === 0 && plan.current?.info.status === 'deployed'
      if (nothing) {
        writeLock(lockPath, target.lockKey, inUse)
        out.line(`${target.release}: nothing to change (revision ${plan.revision.before} is deployed)`)
        return 0
      }
      out.write(formatText(plan.changes, { paint: (style, text) => out.style(style, text), context: flags.number('context-lines') }))
      out.line(`Plan digest: ${plan.digest}`)
      if (flags.bool('plan-only')) return 2

      const review = await this.#review(plan)
      writeLock(lockPath, target.lockKey, inUse)
      const shown = progress(out, flags.string('progress'))
      const began = Date.now()
      const performed = await shown.of(perform({
        cluster, driver, name: target.release, namespace, chart, plan, timeout: target.timeout, createNamespace: flags.bool('create-namespace'), maxHistory: this.#context.settings.maxHistory, onEvent: shown.onEvent, signal, ...waitingOptions(flags),
      }), (ended) => (ended.outcome === 'deployed' ? undefined : ended.error))
      const deployed = performed.outcome === 'deployed'
      this.#step('upgrade', 'phase', deployed, deployed ? `revision ${performed.record.version}` : why(performed.error), began)
      this.#say(plan.current ? 'upgrade' : 'install', deployed ? `revision ${performed.record.version} deployed` : performed.error.message)

      if (deployed) await this.#verify(session, performed.record)
      const passed = this.#steps.every((s) => s.passed)
      const outcome: Outcome = deployed ? (passed ? 'succeeded' : 'failed') : performed.outcome
      const reason = deployed ? this.#steps.filter((s) => !s.passed).map((s) => `${s.kind} ${s.name} failed: ${s.detail ?? ''}`).join('; ') : why(performed.error)
      const folder = await this.#keepEvidence({ plan, pinned, outcome, reason, review, session, record: performed.record, ...(deployed ? {} : { failure: performed.error }) })
      out.line(`${target.release}: ${outcome}${deployed ? `, revision ${performed.record.version}` : ''}`)
      out.line(`evidence: ${relative(process.cwd(), folder) || folder}`)
      if (!passed && reason !== '') out.note(`Error: ${reason}`)
      if (!deployed && isPintleError(performed.error)) for (const part of failureReport(performed.error.details)) out.note(part)
      if (!deployed || !passed) for (const step of plan.rollback.steps) if (outcome === 'failed') out.note(`  way back: ${step}`)
      return outcome === 'succeeded' ? 0 : outcome === 'rolled-back' ? 6 : 1
    } finally {
      await session.close()
    }
  }

  /** The pin with those of its images that are still used; new ones are told, or with --locked refused. */
  #pinnedImages(pinned: Pin, images: readonly string[]): Pin {
    if (pinned.images === undefined) return pinned
    const used = new Set(images.map((text) => {
      const image = parseImage(text)
      return typeof image === 'string' ? text : imageName(image)
    }))
    const missing = [...used].filter((name) => !pinned.images!.some((i) => i.image === name))
    const list = missing.map((name) => `  ${name}`).join('\n')
    if (missing.length > 0 && this.#context.flags.bool('locked')) throw refused(`pintle.lock has no digest for:\n${list}`, 'Run `pintle pin`, and review the change of pintle.lock.')
    if (missing.length > 0) this.#context.out.note(`  not pinned (\`pintle pin\` does it):\n${list}`)
    return { ...pinned, images: pinned.images.filter((i) => used.has(i.image)) }
  }

  async #review(plan: ReleasePlan): Promise<{ by: string; how: 'prompt' | 'digest'; at: string }> {
    const { flags, out } = this.#context
    const asked = flags.string('approve-digest')
    const { operator } = await import('../operator.ts')
    const at = () => new Date().toISOString()
    if (asked !== '') {
      if (asked === plan.digest) return { by: operator(), how: 'digest', at: at() }
      throw refused(`the approved plan is not this one: approved ${asked}, now ${plan.digest}`, plan.nondeterministic.length > 0
        ? 'The chart renders differently each time (see the lines above), so no digest can be approved ahead; make those templates deterministic.'
        : 'The chart, its values or the cluster changed since the review. Review the diff above and approve its digest.')
    }
    const { confirm } = await import('../confirm.ts')
    const answer = out.isTerminal ? await confirm(`Release ${this.#target.release} to ${this.#target.environment || 'the cluster'}?`) : undefined
    if (answer === true) return { by: operator(), how: 'prompt', at: at() }
    throw refused(answer === false ? 'not approved' : 'the plan was not reviewed', `Review the diff, then run again with --approve-digest ${plan.digest}`)
  }

  async #verify(session: Awaited<ReturnType<typeof openSession>>, record: ReleaseRecord): Promise<void> {
    const { cluster, namespace, records: driver } = session
    const { flags, signal } = this.#context
    const target = this.#target
    this.#steps.push(...(await healthChecks(cluster, record, { signal })))
    if (!flags.bool('skip-tests') && record.hooks.some((h) => h.events.includes('test'))) {
      const began = Date.now()
      const result = await runTests({ cluster, driver, namespace, name: target.release, timeout: target.timeout, logs: true, signal })
      const tests = result.record.hooks.filter((h) => h.events.includes('test'))
      for (const t of tests) this.#step(t.name, 'test', t.last_run.phase === 'Succeeded', t.last_run.phase, began)
      if (result.error && tests.every((t) => t.last_run.phase === 'Succeeded')) this.#step('tests', 'test', false, result.error.message, began)
    }
    this.#steps.push(...(await smokeChecks(target.smoke, { signal, cwd: target.base, env: { PINTLE_SERVICE: target.release, PINTLE_NAMESPACE: namespace, PINTLE_ENVIRONMENT: target.environment } })))
    for (const s of this.#steps.filter((x) => x.kind !== 'phase')) this.#say('verify', `${s.kind} ${s.name}: ${s.passed ? 'passed' : 'FAILED'}${s.detail ? ` (${s.detail.split('\n')[0]})` : ''}`)
  }

  async #keepEvidence(facts: { plan: ReleasePlan; pinned: ReturnType<typeof pin>; outcome: Outcome; reason: string; review: { by: string; how: 'prompt' | 'digest'; at: string }; session: Awaited<ReturnType<typeof openSession>>; record: ReleaseRecord | undefined; failure?: Error }): Promise<string> {
    const { flags } = this.#context
    const { writeEvidence } = await import('../release-evidence.ts')
    return writeEvidence({ ...facts, root: resolve(this.#target.base, flags.string('evidence')), service: this.#target.release, environment: this.#target.environment, started: this.#started, steps: this.#steps, diff: formatMarkdown(facts.plan.changes) })
  }

  #step(name: string, kind: StepResult['kind'], passed: boolean, detail: string, began: number): void {
    this.#steps.push({ name, kind, passed, detail, duration: Date.now() - began })
  }

  #say(phase: string, text: string): void {
    this.#context.out.note(`${phase.padEnd(8)} ${text}`)
  }
}

const short = (digest: string): string => digest.slice(0, 19)

/** An error with the reason underneath, which is what a reader wants: the pod's trouble, not only that time ran out. */
function why(error: Error): string {
  return isPintleError(error) && error.hint ? `${error.message}; ${error.hint}` : error.message
}

function refused(message: string, hint: string): PintleError {
  return new PintleError('rule.refused', message, { hint })
}
