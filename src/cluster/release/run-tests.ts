import type { PodLog } from './diagnose.ts'
import { ifCancelled } from './cancelled.ts'
import { wrapped } from './failure.ts'
import { hooksFor, runHooksDelayed } from './hooks.ts'
import type { HookRules } from './hooks.ts'
import type { ChangeOptions } from './options.ts'
import type { ReleaseRecord } from './record.ts'
import { requireReleaseName } from './release-name.ts'
import { ReleaseRun } from './release-run.ts'
import { saveOutcome } from './save.ts'
import { notFound } from './storage.ts'

export interface TestOptions extends Pick<ChangeOptions, 'cluster' | 'namespace' | 'driver' | 'name' | 'timeout' | 'signal' | 'onEvent'> {
  /** Names of tests to run, or not to. */
  filters?: { name?: readonly string[]; notName?: readonly string[] }
  /** Collect the logs of test pods before they are deleted. */
  logs?: boolean
}

export interface TestResult {
  record: ReleaseRecord
  /** The failure, when there was one; the record says which test. */
  error?: Error
  logs: PodLog[]
  logErrors: string[]
}

/**
 * Runs the test hooks of the last revision. Failing tests are a result, not an exception.
 * Upstream: pkg/action/release_testing.go.
 */
export async function runTests(options: TestOptions): Promise<TestResult> {
  requireReleaseName(options.name, 'releaseTest: Release name is invalid')
  const run = new ReleaseRun(options)
  const { last } = await run.storage.history(options.name, run.call)
  if (last === undefined) throw notFound()
  const release = run.storage.open(last)
  run.working(release)
  const { record } = release
  const all = record.hooks
  const chosen = (name: string): boolean => {
    const { name: only = [], notName = [] } = options.filters ?? {}
    return !notName.includes(name) && (only.length === 0 || only.includes(name))
  }
  record.hooks = all.filter((hook) => chosen(hook.name))
  const skipped = all.filter((hook) => !chosen(hook.name))
  const rules = run.hookRules(record.apply_method === 'ssa')
  const { error, cleanup } = await runHooksDelayed(run.cluster, release, 'test', rules)
  const tests = hooksFor(record.hooks, 'test')
  record.hooks = [...skipped, ...record.hooks]
  await saveOutcome(release, options.onEvent)
  const result: TestResult = { record, logs: [], logErrors: [] }
  if (error !== undefined) result.error = wrapped(ifCancelled(error, options.signal, 'The release is as it was; its record says which tests ran.'), (m) => m, { fallback: 'release.hookFailed' })
  if (options.logs === true) await collectLogs(options, rules.clean, tests.filter((t) => t.kind === 'Pod').map((t) => t.name), result)
  await cleanup().catch((failure: unknown) => { result.error ??= wrapped(failure, (m) => m) })
  return result
}

/** Pod by pod; one whose logs cannot be had is the last, as in Helm's GetPodLogs. */
async function collectLogs({ cluster, namespace, signal }: TestOptions, clean: HookRules['clean'], pods: readonly string[], result: TestResult): Promise<void> {
  const call = signal === undefined ? {} : { signal }
  for (const name of pods) {
    try {
      const pod = await cluster.get({ apiVersion: 'v1', kind: 'Pod', namespace, name }, call)
      if (pod === undefined) {
        result.logErrors.push(`unable to get pod ${name}: pods "${name}" not found`)
        return
      }
      for (const container of [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])]) {
        try {
          const text = await cluster.logs(namespace, name, { container: container.name, ...call })
          result.logs.push({ namespace, pod: name, container: container.name, text: clean?.(text) ?? text })
        } catch (error) {
          result.logErrors.push(`unable to get logs for pod ${name}, container ${container.name}: ${(error as Error).message}`)
        }
      }
    } catch (error) {
      result.logErrors.push(`unable to get pod ${name}: ${(error as Error).message}`)
    }
    if (result.logErrors.length > 0) return
  }
}
