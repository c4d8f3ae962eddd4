import { existsSync, readFileSync } from 'node:fs'
import type { ChannelSettings, Delivery, Notice, Notices, Phase } from '../../delivery/notify/index.ts'
import type { RollbackTrigger } from '../../delivery/evidence/index.ts'
import type { Journal } from '../../delivery/rollout/index.ts'
import { readProject, type CheckedRelease, type PlannedRelease, type Project } from '../../delivery/plan/index.ts'
import { faultIn } from '../../delivery/settings/index.ts'
import type { CommandContext } from './command.ts'
import { ciRun, gitState, operator } from './operator.ts'
import { releaseSecrets } from './release-secrets.ts'

/** What is known beyond the plan when a phase is told. */
export interface NoticeFacts {
  readonly phase: Phase
  readonly started: Date
  readonly steps?: Notice['steps']
  readonly reason?: string
  /** The revision that was made; the planned one when left out. */
  readonly revision?: number
  /** Of a release that goes in steps. */
  readonly journal?: Journal
  /** What led back, where no journal says so. */
  readonly trigger?: RollbackTrigger
}

/** Where a rollout happens, for a machine that has its journal and no plan. */
export interface RolloutPlace {
  readonly clusterUid: string
  /** How people call the cluster. */
  readonly cluster: string
  readonly simulated: boolean
  /** How to go back. */
  readonly rollback?: readonly string[]
  /** Takes the values of the release's Secrets out of a text. */
  readonly clean?: (text: string) => string
}

/**
 * Who is told of the releases of a plan, by `notify` of pintle.yaml: of the service, then of the environment. Telling never fails a release; what could not be
 * told is a warning, and goes on record.
 */
export class ReleaseNotices {
  readonly #context: CommandContext
  readonly #digest: string
  readonly #environment: string
  readonly #settings: (service: string) => ChannelSettings[]
  readonly #owner: (service: string) => string | undefined
  readonly #opened = new Map<string, Promise<Notices>>()
  readonly #cleaners = new Map<CheckedRelease, (text: string) => string>()
  #silenced = false

  /** @throws PintleError config.invalid for what `notify` may not hold: before anything is changed */
  static async open(context: CommandContext, options: { digest: string; environment: string; services: readonly string[] }): Promise<ReleaseNotices> {
    const project = projectAt(context)
    const raws = [...options.services.map((s) => project?.services.get(s)?.notify), project?.environments.get(options.environment)?.notify]
    if (project === undefined || raws.every((r) => r === undefined || r === null)) return new ReleaseNotices(context, options, () => [])
    const { readNotify } = await import('../../delivery/notify/index.ts')
    const read = (...section: [string, string]): ChannelSettings[] => {
      const raw = section[0] === 'services' ? project.services.get(section[1])?.notify : project.environments.get(section[1])?.notify
      return readNotify(raw, faultIn(project.file, [...section, 'notify']))
    }
    const all = new Map(options.services.map((s) => [s, [...read('services', s), ...read('environments', options.environment)]]))
    return new ReleaseNotices(context, options, (service) => all.get(service) ?? [], (service) => project.services.get(service)?.owner)
  }

  private constructor(context: CommandContext, { digest, environment }: { digest: string; environment: string }, settings: (service: string) => ChannelSettings[], owner: (service: string) => string | undefined = () => undefined) {
    this.#context = context
    this.#digest = digest
    this.#environment = environment
    this.#settings = settings
    this.#owner = owner
  }

  /** Tells one phase of one release, and warns of what could not be told. */
  async tell(release: PlannedRelease | CheckedRelease, facts: NoticeFacts): Promise<readonly Delivery[]> {
    const planned = 'planned' in release ? release.planned : release
    return await this.#tell(planned.service, planned.target.simulated, () => this.#notice(planned, facts, 'frozen' in release ? this.#cleaner(release) : (text) => text))
  }

  /**
   * Tells where a rollout stands, in the release's one message: each step with weight, pods and verdicts; what it waits for and who must do it; why it went back. Whoever is paged is paged when it went back.
   * @param about the release of the plan; where there is none, as for a rollout that another machine began, where it happens
   */
  async step(journal: Journal, about: PlannedRelease | CheckedRelease | RolloutPlace, facts: Pick<NoticeFacts, 'steps' | 'reason' | 'revision'> = {}): Promise<readonly Delivery[]> {
    const { noticePhase } = await import('../../delivery/notify/index.ts')
    const reason = facts.reason ?? (journal.phase === 'aborted' || journal.phase === 'failed' || journal.phase === 'superseded' ? journal.message : undefined)
    const told: NoticeFacts = { ...facts, ...(reason === undefined ? {} : { reason }), phase: noticePhase(journal.phase), started: new Date(journal.started), journal }
    if ('planned' in about || 'pin' in about) return await this.tell(about, told)
    return await this.#tell(journal.service, about.simulated, () => this.#ofJournal(journal, about, told))
  }

  async #tell(service: string, simulated: boolean, make: () => Promise<Notice>): Promise<readonly Delivery[]> {
    if (this.#settings(service).length === 0) return []
    if (simulated && !process.env.PINTLE_NOTIFY_SIMULATED) {
      if (!this.#silenced) this.#context.out.note('  nobody is told of what happens on a simulated cluster (PINTLE_NOTIFY_SIMULATED=1 does)')
      this.#silenced = true
      return []
    }
    const notices = await this.#of(service)
    const notice = await make()
    const told = await notices.tell(notice)
    for (const { channel, ok, error, remark } of told) {
      if (!ok) this.#context.out.warn(`${channel} was not told that ${notice.service} is ${notice.phase}: ${error}`)
      else if (remark !== undefined) this.#context.out.note(`  ${channel}: ${remark}`)
    }
    return told
  }

  async close(): Promise<void> {
    for (const opened of this.#opened.values()) (await opened).close()
  }

  #cleaner(release: CheckedRelease): (text: string) => string {
    let clean = this.#cleaners.get(release)
    if (clean === undefined) this.#cleaners.set(release, clean = releaseSecrets(release).clean)
    return clean
  }

  #of(service: string): Promise<Notices> {
    let opened = this.#opened.get(service)
    if (opened === undefined) this.#opened.set(service, opened = openNotices(this.#settings(service)))
    return opened
  }

  async #notice(planned: PlannedRelease, facts: NoticeFacts, clean: (text: string) => string): Promise<Notice> {
    const { noticeId } = await import('../../delivery/notify/index.ts')
    const { name, namespace, target, pin, images, changes, revision, rollback, service } = planned
    return {
      id: noticeId(target.clusterUid, namespace, name, this.#digest), phase: facts.phase, at: new Date().toISOString(), started: facts.started.toISOString(), service: name, environment: this.#environment, namespace,
      cluster: target.context || target.server, simulated: target.simulated, operator: operator(), chart: { name: pin.chart.name, version: pin.chart.version }, images,
      plan: { digest: this.#digest, add: changes.added, change: changes.changed, remove: changes.removed, classes: [...new Set(changes.objects.flatMap((o) => o.classes))] },
      revision: { before: revision.before, after: facts.revision ?? revision.after }, rollback: rollback.steps, ...(await this.#common(service, facts, clean)),
    }
  }

  async #ofJournal(journal: Journal, { clusterUid, cluster, simulated, rollback = [], clean = (text) => text }: RolloutPlace, facts: NoticeFacts): Promise<Notice> {
    const { noticeId } = await import('../../delivery/notify/index.ts')
    const { release, namespace, environment, from, to, planDigest, service } = journal
    // `checkout-api-2.5.0`: a version begins with a digit behind the last hyphen that one stands behind.
    const [, name = to.chart, version = ''] = /^(.+?)[- ]v?(\d\S*)$/.exec(to.chart) ?? []
    return {
      id: noticeId(clusterUid, namespace, release, planDigest), phase: facts.phase, at: new Date().toISOString(), started: journal.started, service: release, environment, namespace, cluster, simulated, operator: operator(), chart: { name, version },
      images: { before: from.images, after: to.images }, plan: { digest: planDigest, classes: [] }, revision: { before: from.revision, after: facts.revision ?? to.revision }, rollback, ...(await this.#common(service, facts, clean)),
    }
  }

  /** What is told of both, without secrets. */
  async #common(service: string, facts: NoticeFacts, clean: (text: string) => string): Promise<Pick<Notice, 'steps' | 'reason' | 'rollout' | 'trigger' | 'owner' | 'run' | 'commit'>> {
    const { rolloutNotice } = await import('../../delivery/notify/index.ts')
    const owner = this.#owner(service)
    const run = ciRun()?.run
    const commit = commitOf()
    return {
      ...(facts.trigger && { trigger: cleanedTexts(withoutQuery(facts.trigger), clean) }),
      ...(facts.journal && { rollout: cleanedTexts(rolloutNotice(facts.journal), clean) }),
      steps: (facts.steps ?? []).map((s) => ({ ...s, name: clean(s.name), ...(s.detail === undefined ? {} : { detail: clean(s.detail) }) })),
      ...(facts.reason ? { reason: clean(facts.reason) } : {}), ...(owner === undefined ? {} : { owner }), ...(run === undefined ? {} : { run }), ...(commit === undefined ? {} : { commit }),
    }
  }
}

const withoutQuery = ({ query: _asked, ...trigger }: RollbackTrigger): RollbackTrigger => trigger

/** The same value with every text cleaned: what a gate or a person said may repeat a secret. */
function cleanedTexts<T>(value: T, clean: (text: string) => string): T {
  if (typeof value === 'string') return clean(value) as T
  if (Array.isArray(value)) return value.map((v) => cleanedTexts<unknown>(v, clean)) as T
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, cleanedTexts<unknown>(v, clean)])) as T
  return value
}

/** Tells that the releases of a plan wait for approval. */
export async function tellWaiting(context: CommandContext, plan: { releases: readonly PlannedRelease[]; environment: string }, digest: string): Promise<void> {
  const notices = await ReleaseNotices.open(context, { digest, environment: plan.environment, services: plan.releases.map((r) => r.service) })
  try {
    const started = new Date()
    for (const release of plan.releases) await notices.tell(release, { phase: 'waiting', started })
  } finally {
    await notices.close()
  }
}

async function openNotices(settings: readonly ChannelSettings[]): Promise<Notices> {
  const { Notices, openChannels } = await import('../../delivery/notify/index.ts')
  const { notifyClient } = await import('./notify-client.ts')
  const http = notifyClient()
  return new Notices(openChannels(settings, { env: process.env, http }), { close: () => http.close() })
}

function projectAt({ flags }: CommandContext): Project | undefined {
  const config = flags.has('config') ? flags.string('config') : 'pintle.yaml'
  return existsSync(config) ? readProject(config).project : undefined
}

/** The commit people see: in a pull request the head, not GitHub's merge of it. */
function commitOf(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env.GITHUB_EVENT_NAME?.startsWith('pull_request') && env.GITHUB_EVENT_PATH) {
    try {
      const { sha } = (JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, 'utf8')) as { pull_request: { head: { sha: string } } }).pull_request.head
      if (/^[0-9a-f]{40}$/.test(sha)) return sha
    } catch {
      // No such event: the work tree's commit it is.
    }
  }
  return gitState(process.cwd())?.commit
}
