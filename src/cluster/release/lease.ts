import { randomUUID } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import { PintleError } from '../../errors/index.ts'
import type { CallOptions, Cluster, KubeObject, ObjectRef } from '../kube/index.ts'
import type { OnEvent } from './events.ts'
import { isAlreadyExists, isConflict, isForbidden, isNotFound, messageOf } from './failure.ts'
import { processIdentity, processState } from './process-identity.ts'
import { isRollout, rolloutWays } from './rollout-mark.ts'
import type { StoredRelease } from './storage-driver.ts'

/**
 * A heartbeat beside a pending record: Helm's record says that an operation began, a note on it says who began it, and the
 * Lease that a run of more than a moment keeps says whether it still lives. Helm looks at none of this; where Leases are
 * forbidden everything works as in Helm.
 */
const apiVersion = 'coordination.k8s.io/v1'
const leaseSeconds = 30
const renewEvery = 10_000

/** Who runs what on a release, as its Lease tells. */
export interface LeaseState {
  holder: string
  operation: string
  revision: number
  since: string
  renewed: string
  /** The run has not been heard of for longer than its lease, or ended on this very machine. */
  expired: boolean
}

export interface LeaseOptions extends CallOptions {
  namespace: string
  release: string
  operation: string
  revision: number
  /** Who runs it; default user@host. */
  identity?: string
  onEvent?: OnEvent | undefined
}

/** The Lease of a running operation. */
export interface HeldLease {
  /** Fires when another run took the Lease over: this one must stop writing. */
  readonly lost: AbortSignal
  /** Asks the server now whether it is still held. */
  confirm(): Promise<void>
  release(): Promise<void>
}

const refOf = (namespace: string, release: string): ObjectRef => ({ apiVersion, kind: 'Lease', namespace, name: `pintle.${release}` })

/** The default holder: `user@host`. */
export function defaultIdentity(): string {
  let user = 'unknown'
  try {
    user = userInfo().username
  } catch {
    // No entry for the uid, as in many containers.
  }
  return `${user}@${hostname()}`
}

/** What the Lease of a release says; undefined when there is none or it may not be read. */
export async function readLease(cluster: Cluster, namespace: string, release: string, options: CallOptions = {}): Promise<LeaseState | undefined> {
  try {
    const object = await cluster.get(refOf(namespace, release), options)
    return object === undefined ? undefined : stateOf(object)
  } catch (error) {
    if (isForbidden(error) || isNotFound(error)) return undefined
    throw error
  }
}

/**
 * Who works on a pending revision, and whether that run still lives: by its Lease, else by the note beside the record.
 * @returns undefined when nothing tells: a run of Helm, or one that may not keep a Lease
 */
export async function judgeRun(cluster: Cluster, namespace: string, stored: StoredRelease, options: CallOptions = {}): Promise<LeaseState | undefined> {
  const lease = await readLease(cluster, namespace, stored.name, options)
  if (lease !== undefined && (lease.revision === stored.version || !lease.expired)) return lease
  const { note } = stored
  if (note === undefined) return undefined
  const { holder, operation, since } = note
  const state = { holder, operation, revision: stored.version, since, renewed: since }
  if (note.left !== undefined) return { ...state, renewed: note.left, expired: true }
  const process = processState(note.process)
  if (process !== 'unknown') return { ...state, expired: process === 'ended' }
  if (note.heartbeat === 'none') return undefined
  // A run that lived on would have made a Lease by now.
  return { ...state, expired: !(Date.now() - Date.parse(since) <= leaseSeconds * 1000) }
}

/** Removes the Lease that a crashed run left. */
export async function forgetExpiredLease(cluster: Cluster, namespace: string, release: string): Promise<void> {
  try {
    const ref = refOf(namespace, release)
    const object = await cluster.get(ref)
    if (object === undefined || !stateOf(object).expired) return
    const { uid, resourceVersion } = object.metadata
    await cluster.delete(ref, { preconditions: { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) } })
  } catch {
    // It is taken over by the next run that lasts.
  }
}

function stateOf(object: KubeObject): LeaseState {
  const { holderIdentity = '', acquireTime = '', renewTime = '', leaseDurationSeconds = leaseSeconds } = object.spec ?? {}
  const notes = object.metadata.annotations ?? {}
  const age = Date.now() - Date.parse(renewTime)
  return {
    holder: String(holderIdentity).replace(/ [0-9a-f-]{36}$/, ''),
    operation: notes['pintle.dev/operation'] ?? 'operation',
    revision: Number(notes['pintle.dev/revision'] ?? 0),
    since: acquireTime,
    renewed: renewTime,
    expired: holderIdentity === '' || !(age <= leaseDurationSeconds * 1000) || processState(notes['pintle.dev/process'] ?? '') === 'ended',
  }
}

/**
 * Takes the Lease of a release, over from a run that has not been heard of for longer than its lease.
 * @returns undefined where Leases may not be written. Throws release.pending when a live run holds it.
 */
export async function acquireLease(cluster: Cluster, options: LeaseOptions): Promise<HeldLease | undefined> {
  const ref = refOf(options.namespace, options.release)
  const call: CallOptions = options.signal === undefined ? {} : { signal: options.signal }
  const holder = `${options.identity ?? defaultIdentity()} ${randomUUID()}`
  const object = newLease(ref, holder, options)
  const write = { ...call, recognise: (stored: KubeObject): boolean => stored.spec?.holderIdentity === holder }
  try {
    return new Heartbeat(cluster, await cluster.create(object, write), holder, options)
  } catch (error) {
    if (!isAlreadyExists(error)) return withoutLease(error, options)
  }
  try {
    const current = await cluster.get(ref, call)
    if (current === undefined) return new Heartbeat(cluster, await cluster.create(object, write), holder, options)
    const state = stateOf(current)
    if (!state.expired) throw pendingError(options.release, state)
    object.metadata.resourceVersion = current.metadata.resourceVersion ?? ''
    object.spec.leaseTransitions = (current.spec?.leaseTransitions ?? 0) + 1
    return new Heartbeat(cluster, await cluster.replace(object, write), holder, options)
  } catch (error) {
    if (isConflict(error) || isAlreadyExists(error)) {
      const state = await readLease(cluster, options.namespace, options.release, call)
      throw pendingError(options.release, state)
    }
    return withoutLease(error, options)
  }
}

function withoutLease(error: unknown, options: LeaseOptions): undefined {
  // Not allowed, or an API server without Leases: the pending record alone is the lock, as in Helm.
  if (isForbidden(error) || isNotFound(error)) return undefined
  if (error instanceof PintleError && error.code === 'release.pending') throw error
  if (options.signal?.aborted) throw error
  options.onEvent?.({ type: 'warning', message: `no heartbeat for this run: ${messageOf(error)}` })
  return undefined
}

function newLease(ref: ObjectRef, holder: string, options: LeaseOptions): KubeObject {
  const now = microTime()
  return {
    apiVersion, kind: 'Lease',
    metadata: {
      name: ref.name, namespace: options.namespace,
      labels: { 'app.kubernetes.io/managed-by': 'pintle' },
      annotations: { 'pintle.dev/operation': options.operation, 'pintle.dev/revision': String(options.revision), 'pintle.dev/process': processIdentity() },
    },
    spec: { holderIdentity: holder, leaseDurationSeconds: leaseSeconds, acquireTime: now, renewTime: now, leaseTransitions: 0 },
  }
}

const microTime = (): string => new Date().toISOString().replace('Z', '000Z')

class Heartbeat implements HeldLease {
  readonly #cluster: Cluster
  readonly #ref: ObjectRef
  readonly #holder: string
  readonly #lost = new AbortController()
  readonly #timer: NodeJS.Timeout
  #version: string | undefined
  #renewing: Promise<void> = Promise.resolve()

  constructor(cluster: Cluster, lease: KubeObject, holder: string, options: LeaseOptions) {
    this.#cluster = cluster
    this.#holder = holder
    this.#ref = refOf(options.namespace, options.release)
    this.#version = lease.metadata.resourceVersion
    this.#timer = setInterval(() => { this.#renewing = this.#renew() }, renewEvery)
    this.#timer.unref()
  }

  get lost(): AbortSignal {
    return this.#lost.signal
  }

  async confirm(): Promise<void> {
    await this.#renewing
    await (this.#renewing = this.#renew())
  }

  async #renew(): Promise<void> {
    const patch = { metadata: { resourceVersion: this.#version }, spec: { renewTime: microTime() } }
    try {
      const lease = await this.#cluster.patch(this.#ref, 'merge', patch, { signal: AbortSignal.timeout(renewEvery) })
      this.#version = lease.metadata.resourceVersion
    } catch (error) {
      if (isConflict(error)) await this.#check()
      else if (isNotFound(error)) this.#lose()
      // Anything else may pass: the lease lasts three beats.
    }
  }

  async #check(): Promise<void> {
    const lease = await this.#cluster.get(this.#ref).catch(() => undefined)
    if (lease === undefined) return
    if (lease.spec?.holderIdentity === this.#holder) this.#version = lease.metadata.resourceVersion
    else this.#lose()
  }

  #lose(): void {
    clearInterval(this.#timer)
    this.#lost.abort(new PintleError('release.pending', 'another run took this release over', {
      hint: 'This run was not heard of for longer than its lease; it stopped without writing any more.',
    }))
  }

  async release(): Promise<void> {
    clearInterval(this.#timer)
    await this.#renewing
    if (this.#lost.signal.aborted) return
    await this.#cluster.delete(this.#ref, { signal: AbortSignal.timeout(renewEvery) }).catch(() => {})
  }
}

/** Helm's text for a locked release, with what the Lease knows. */
export function pendingError(release: string, state: LeaseState | undefined, stuck?: { status: string; revision: number; since: string | undefined; rollout?: string | undefined }): PintleError {
  return new PintleError('release.pending', 'another operation (install/upgrade/rollback) is in progress', {
    hint: pendingHint(release, state, stuck),
    details: { release, ...(state && { lease: state }), ...(stuck && { stuck }) },
  })
}

function pendingHint(release: string, state: LeaseState | undefined, stuck: { status: string; revision: number; since: string | undefined; rollout?: string | undefined } | undefined): string {
  const rollout = isRollout(state?.operation) ? state!.operation : stuck?.rollout
  if (rollout !== undefined) {
    const revision = state?.revision ?? stuck?.revision ?? '?'
    const driven = state !== undefined && !state.expired
    const who = state === undefined ? '' : driven ? `, driven by ${state.holder} since ${state.since}` : `, which ${state.holder} drove until ${state.renewed}`
    return `Revision ${revision} is a ${rollout === 'rollout' ? rollout : `${rollout} rollout`} under way${who}: ${rolloutWays(release, driven)}`
  }
  if (state === undefined) return `Revision ${stuck?.revision ?? '?'} is ${stuck?.status ?? 'pending'}${stuck?.since === undefined ? '' : ` since ${stuck.since}`}, and nothing tells whether its run still lives. If it does not: \`pintle repair ${release}\`, or roll back.`
  return state.expired
    ? `${state.holder} began ${state.operation} of revision ${state.revision} at ${state.since} and was last heard of at ${state.renewed}: \`pintle repair ${release}\`, roll back, or run the upgrade again.`
    : `${state.holder} runs ${state.operation} of revision ${state.revision} since ${state.since}. Wait for it to end.`
}
