import type { Cluster } from '../kube/index.ts'
import { createResources, deleteResources } from './apply.ts'
import { diagnose, podLogs } from './diagnose.ts'
import { isAbort, joined, messageOf, wrapped } from './failure.ts'
import { goNow } from './go-time.ts'
import type { HookEvent, HookRecord } from './record.ts'
import { buildResources } from './resources.ts'
import type { Resource } from './resources.ts'
import type { OpenRelease } from './storage.ts'
import { saveQuietly } from './save.ts'
import { waitFor } from './wait.ts'
import type { WaitOptions } from './wait.ts'

/** The timeout is each hook's own. */
export interface HookRules extends WaitOptions {
  serverSide: boolean
  /** Wait by Helm 3's rules. */
  legacy?: boolean
}

/** Deletions that hooks asked for, to be run once their logs have been read. */
export type HookCleanup = () => Promise<void>

/**
 * Runs the hooks of one event, one after the other, by weight and name. Upstream: pkg/action/hooks.go.
 * Unlike Helm it always waits until the old object of a `before-hook-creation` hook is gone, also with hookOnly.
 */
export async function runHooks(cluster: Cluster, release: OpenRelease, event: HookEvent, rules: HookRules): Promise<void> {
  const run = new HookRun(cluster, release, event, rules)
  try {
    await run.execute()
  } catch (error) {
    await run.cleanup().catch(() => {})
    throw error
  }
  await run.cleanup()
}

/** The same with deletions left to the caller, who may want to read logs first. */
export async function runHooksDelayed(cluster: Cluster, release: OpenRelease, event: HookEvent, rules: HookRules): Promise<{ error?: unknown; cleanup: HookCleanup }> {
  const run = new HookRun(cluster, release, event, rules)
  const cleanup = (): Promise<void> => run.cleanup()
  try {
    await run.execute()
    return { cleanup }
  } catch (error) {
    return { error, cleanup }
  }
}

/** The hooks of an event in the order they run. */
export function hooksFor(hooks: readonly HookRecord[], event: HookEvent): HookRecord[] {
  const chosen = hooks.flatMap((hook) => hook.events.filter((e) => e === event).map(() => hook))
  return chosen.sort((a, b) => (a.weight ?? 0) - (b.weight ?? 0) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

class HookRun {
  readonly #cluster: Cluster
  readonly #release: OpenRelease
  readonly #event: HookEvent
  readonly #rules: HookRules
  readonly #hooks: HookRecord[]
  readonly #succeeded: HookRecord[] = []
  #failed: HookRecord | undefined
  /** False while a hook is being set up: a failure there leaves everything as it is, as in Helm. */
  #cleanable = true

  constructor(cluster: Cluster, release: OpenRelease, event: HookEvent, rules: HookRules) {
    this.#cluster = cluster
    this.#release = release
    this.#event = event
    this.#rules = rules
    this.#hooks = hooksFor(release.record.hooks, event)
  }

  get #call(): { signal?: AbortSignal } {
    return this.#rules.signal === undefined ? {} : { signal: this.#rules.signal }
  }

  #clean = (text: string): string => this.#rules.clean?.(text) ?? text

  get #cancelled(): boolean {
    return this.#rules.signal?.aborted === true
  }

  async execute(): Promise<void> {
    if (this.#hooks.length > 0) this.#rules.onEvent?.({ type: 'phase', phase: 'hooks', detail: this.#event })
    for (const hook of this.#hooks) await this.#runHook(hook)
  }

  async #runHook(hook: HookRecord): Promise<void> {
    const { record } = this.#release
    if ((hook.delete_policies ?? []).length === 0) hook.delete_policies = ['before-hook-creation']
    this.#cleanable = false
    await this.#deleteBy('before-hook-creation', hook)
    const resources = await buildResources(this.#cluster, hook.manifest, record.namespace, this.#call).catch((error: unknown) => {
      throw wrapped(error, (m) => `unable to build kubernetes object for ${this.#event} hook ${hook.path}: ${m}`)
    })
    hook.last_run = { started_at: goNow(), phase: 'Running' }
    await saveQuietly(this.#release, this.#rules)
    hook.last_run.phase = 'Unknown'
    this.#note(hook, 'started')
    const { error } = await createResources(this.#cluster, resources, { serverSide: this.#rules.serverSide, ...this.#call })
    if (error !== undefined) {
      this.#mark(hook, 'Failed', error)
      throw wrapped(error, (m) => `warning: Hook ${this.#event} ${hook.path} failed: ${m}`, { code: 'release.hookFailed' })
    }
    this.#cleanable = true
    try {
      await waitFor(this.#cluster, resources, this.#rules.legacy === true ? 'legacyHook' : 'hook', this.#rules)
    } catch (failure) {
      this.#mark(hook, 'Failed', failure)
      this.#failed = hook
      if (!this.#cancelled) await this.#outputLogs(hook, 'hook-failed')
      throw await this.#explained(hook, resources, failure)
    }
    this.#mark(hook, 'Succeeded')
    this.#succeeded.push(hook)
  }

  #mark(hook: HookRecord, phase: 'Succeeded' | 'Failed', error?: unknown): void {
    hook.last_run = { ...hook.last_run, completed_at: goNow(), phase }
    this.#note(hook, phase === 'Failed' ? 'failed' : 'succeeded', error)
  }

  #note(hook: HookRecord, state: 'started' | 'succeeded' | 'failed' | 'deleted', error?: unknown): void {
    const { name, kind, path } = hook
    this.#rules.onEvent?.({ type: 'hook', hook: name, kind, event: this.#event, state, path, ...(error === undefined ? {} : { error: messageOf(error) }) })
  }

  /** The failure with the hook's logs and events; a cancelled run only says what it leaves running. */
  async #explained(hook: HookRecord, resources: readonly Resource[], failure: unknown): Promise<Error> {
    if (this.#cancelled) {
      const stays = !(hook.delete_policies ?? []).includes('hook-failed')
      return wrapped(failure, (m) => m, { code: 'release.aborted', details: stays ? { running: `${hook.kind}/${hook.name}` } : {} })
    }
    const diagnosis = await diagnose(this.#cluster, resources, this.#clean)
    const code = isAbort(failure) ? {} : { code: 'release.hookFailed' as const }
    return wrapped(failure, (m) => m, { ...code, details: { hook: { name: hook.name, kind: hook.kind, path: hook.path, event: this.#event }, ...diagnosis } })
  }

  /** Deletes what the policies ask for; logs of succeeded hooks come before their deletion, newest first. */
  async cleanup(): Promise<void> {
    if (this.#failed !== undefined) {
      const failed = this.#failed
      await this.#deleteBy('hook-failed', failed).catch((error: unknown) => {
        this.#warn(`error deleting the hook resource on hook failure: ${messageOf(error)}`)
      })
      for (const hook of this.#succeeded) await this.#deleteBy('hook-succeeded', hook)
      return
    }
    if (!this.#cleanable) return
    for (const hook of this.#succeeded.toReversed()) {
      await this.#outputLogs(hook, 'hook-succeeded')
      await this.#deleteBy('hook-succeeded', hook)
    }
  }

  async #deleteBy(policy: string, hook: HookRecord): Promise<void> {
    // Deleting a CRD would take every custom resource with it.
    if (hook.kind === 'CustomResourceDefinition' || !(hook.delete_policies ?? []).includes(policy)) return
    // A cancelled run still cleans up after itself.
    const call = policy === 'before-hook-creation' ? this.#call : {}
    const resources = await buildResources(this.#cluster, hook.manifest, this.#release.record.namespace, call).catch((error: unknown) => {
      throw wrapped(error, (m) => `unable to build kubernetes object for deleting hook ${hook.path}: ${m}`)
    })
    const gone: Resource[] = []
    const errors = await deleteResources(this.#cluster, resources, { ...call, propagation: 'Background', deleted: (r) => gone.push(r) })
    if (errors.length > 0) throw joined(errors, '; ')
    if (gone.length === 0) return
    if (policy !== 'before-hook-creation') this.#note(hook, 'deleted')
    // Who cancels does not wait for finalizers.
    if (!this.#cancelled) await waitFor(this.#cluster, gone, 'gone', { timeout: this.#rules.timeout, ...call })
  }

  async #outputLogs(hook: HookRecord, policy: string): Promise<void> {
    if (!(hook.output_log_policies ?? []).includes(policy)) return
    try {
      for (const log of await podLogs(this.#cluster, hook, this.#release.record.namespace)) this.#rules.onEvent?.({ type: 'log', ...log, text: this.#clean(log.text) })
    } catch (error) {
      this.#warn(`error outputting logs for hook failure: ${messageOf(error)}`)
    }
  }

  #warn(message: string): void {
    this.#rules.onEvent?.({ type: 'warning', message })
  }
}
