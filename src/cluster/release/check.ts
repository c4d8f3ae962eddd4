import type { CallOptions, Cluster, KubeObject } from '../kube/index.ts'
import type { ApplyResult, ApplyRules } from './apply.ts'
import { located, refusalOf } from './finding.ts'
import type { Finding, Locate } from './finding.ts'
import { hooksFor } from './hooks.ts'
import { readLive } from './live.ts'
import { generatesName } from './ownership.ts'
import type { CrdFile } from './options.ts'
import { mapParallel } from './parallel.ts'
import type { HookEvent, HookRecord } from './record.ts'
import { buildResources, unservedFinding, without } from './resources.ts'
import type { Resource } from './resources.ts'
import { reasonOf, trial, tryUnnamed } from './trial.ts'
import { checkCrds, crdRules } from './upgrade-crds.ts'

/** What the server says to a release in a dry run. */
export interface ReleaseCheck {
  /** What it would refuse. */
  rejected: Finding[]
  /** What it could not be asked: because the release itself brings the namespace or the kind, or for want of rights. */
  unchecked: Finding[]
}

export interface CheckInput extends CallOptions {
  cluster: Cluster
  namespace: string
  manifest: string
  /** Objects of the last revision, owned like the targets. */
  originals: readonly Resource[]
  hooks: readonly HookRecord[]
  /** The hooks that this action would run. */
  events: readonly HookEvent[]
  /** Definitions that would be put there first. */
  crds: readonly CrdFile[]
  createsNamespace: boolean
  rules: ApplyRules
  /** Marks the objects as the release's, and finds what belongs to others. */
  own(resources: readonly Resource[], live: ReadonlyMap<Resource, KubeObject | undefined>): Finding[]
  locate?: Locate | undefined
}

/**
 * Lets the server try every object of a release, hooks included, and collects all it would refuse. Changes nothing.
 * @returns the verdicts, and what would have been written; `live` is what the server would make of it
 */
export async function checkRelease(input: CheckInput): Promise<{ check: ReleaseCheck; applied: ApplyResult }> {
  return await new Checking(input).run()
}

class Checking {
  readonly #input: CheckInput
  readonly #check: ReleaseCheck = { rejected: [], unchecked: [] }
  readonly #applied: ApplyResult = { created: [], updated: [], deleted: [] }
  readonly #kinds = new Set<string>()
  readonly #namespaces = new Set<string>()

  constructor(input: CheckInput) {
    this.#input = input
    if (input.createsNamespace) this.#namespaces.add(input.namespace)
  }

  get #call(): CallOptions {
    return this.#input.signal === undefined ? {} : { signal: this.#input.signal }
  }

  async run(): Promise<{ check: ReleaseCheck; applied: ApplyResult }> {
    const { originals, crds, manifest, hooks, events, locate } = this.#input
    const running = events.flatMap((event) => hooksFor(hooks, event))
    if (crds.length > 0) await this.#crds(crds)
    const targets = await this.#build(manifest)
    const hookTargets: { hook: HookRecord; resources: Resource[] }[] = []
    for (const hook of running) hookTargets.push({ hook, resources: await this.#build(`# Source: ${hook.path}\n${hook.manifest}`) })
    await this.#targets(targets, originals)
    for (const { hook, resources } of hookTargets) await this.#hook(hook, resources)
    return { check: { rejected: located(this.#check.rejected, locate), unchecked: this.#check.unchecked }, applied: this.#applied }
  }

  async #crds(files: readonly CrdFile[]): Promise<void> {
    const { cluster, namespace, rules } = this.#input
    const { losses, refused, notes, live } = await checkCrds(cluster, files, namespace, crdRules({ ...rules, ...this.#call }))
    this.#notice([...live.keys()])
    this.#check.rejected.push(...losses, ...refused.flatMap((r) => r.findings))
    this.#check.unchecked.push(...notes)
  }

  /** Objects of a manifest; those of kinds that are not served become findings. */
  async #build(manifest: string): Promise<Resource[]> {
    const unserved: { object: KubeObject; source: string | undefined }[] = []
    const resources = await buildResources(this.#input.cluster, manifest, this.#input.namespace, { ...this.#call, unserved: (object, _message, source) => unserved.push({ object, source }) })
    this.#notice(resources)
    for (const { object, source } of unserved) {
      const finding = await unservedFinding(this.#input.cluster, object, source, this.#call)
      const { advice: _none, ...rest } = finding
      if (this.#kinds.has(`${object.apiVersion} ${object.kind}`)) this.#check.unchecked.push({ ...rest, message: 'its definition comes with the release' })
      else this.#check.rejected.push(finding)
    }
    return resources
  }

  /** Takes note of the namespaces and kinds that would be there by then. */
  #notice(resources: readonly Resource[]): void {
    for (const { object, mapping, ref } of resources) {
      if (mapping.group === '' && mapping.kind === 'Namespace') this.#namespaces.add(ref.name)
      if (mapping.kind !== 'CustomResourceDefinition') continue
      const { group, names, versions } = object.spec ?? {}
      for (const version of Array.isArray(versions) ? versions : []) this.#kinds.add(`${group}/${version?.name} ${names?.kind}`)
    }
  }

  async #targets(targets: readonly Resource[], originals: readonly Resource[]): Promise<void> {
    const { cluster, rules, own } = this.#input
    const named = targets.filter((t) => !generatesName(t))
    const gone = without(originals, targets)
    const { objects: live, failures } = await readLive(cluster, [...named, ...gone], { ...this.#call, tolerant: true })
    const foreign = own(targets, live)
    this.#check.rejected.push(...foreign)
    const others = new Set<unknown>(foreign.map((f) => f.ref))
    const bases = new Map(originals.map((r) => [r.id, r.object]))
    await this.#each(targets, async (target) => {
      if (others.has(target.ref)) return
      const failure = failures.get(target)
      if (failure !== undefined) return this.#leave(target, reasonOf(failure))
      const before = live.get(target)
      const verdict = await trial(cluster, target, before, bases.get(target.id) ?? before, rules)
      this.#judge(target, verdict)
      target.live = verdict.after
      if (verdict.after !== undefined) this.#applied[before === undefined ? 'created' : 'updated'].push(target)
    })
    this.#applied.deleted.push(...gone.filter((r) => {
      const object = live.get(r)
      return object !== undefined && object.metadata.annotations?.['helm.sh/resource-policy'] !== 'keep'
    }))
  }

  /** A hook that is deleted before it is made anew is tried as a new object. */
  async #hook(hook: HookRecord, resources: readonly Resource[]): Promise<void> {
    const { cluster, rules } = this.#input
    const policies = hook.delete_policies ?? []
    const anew = (policies.length === 0 || policies.includes('before-hook-creation')) && hook.kind !== 'CustomResourceDefinition'
    await this.#each(resources, async (target) => {
      const before = generatesName(target) ? undefined : await cluster.get(target.ref, this.#call)
      if (before !== undefined && anew) return this.#judge(target, await tryUnnamed(cluster, target, target.ref.namespace ?? '', this.#call))
      this.#judge(target, await trial(cluster, target, before, before, rules))
    })
  }

  #judge(target: Resource, verdict: { rejection?: unknown; unchecked?: string; missing?: unknown }): void {
    const { rejection, missing } = verdict
    if (rejection !== undefined) this.#check.rejected.push(...refusalOf(rejection, target))
    else if (missing !== undefined && !this.#namespaces.has(target.ref.namespace ?? '')) this.#check.rejected.push(...refusalOf(missing, target))
    else if (missing !== undefined) this.#leave(target, `its namespace ${target.ref.namespace} comes with the release${verdict.unchecked === undefined ? '' : `; ${verdict.unchecked}`}`)
    else if (verdict.unchecked !== undefined) this.#leave(target, verdict.unchecked)
  }

  #leave(target: Resource, message: string): void {
    this.#check.unchecked.push({ ref: target.ref, message, ...(target.source !== undefined && { source: target.source }) })
  }

  /** In parallel, with the findings in the order of the objects. */
  async #each(resources: readonly Resource[], work: (resource: Resource) => Promise<void>): Promise<void> {
    await mapParallel(resources, work)
    const order = new Map(resources.map((r, i) => [r.ref as unknown, i]))
    for (const list of [this.#check.rejected, this.#check.unchecked]) list.sort((a, b) => (order.get(a.ref) ?? -1) - (order.get(b.ref) ?? -1))
    for (const list of [this.#applied.created, this.#applied.updated]) list.sort((a, b) => (order.get(a.ref) ?? -1) - (order.get(b.ref) ?? -1))
  }
}
