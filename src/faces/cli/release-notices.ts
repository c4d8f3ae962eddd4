import { existsSync, readFileSync } from 'node:fs'
import type { ChannelSettings, Delivery, Notice, Notices, Phase } from '../../delivery/notify/index.ts'
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
    if (this.#settings(planned.service).length === 0) return []
    if (planned.target.simulated && !process.env.PINTLE_NOTIFY_SIMULATED) {
      if (!this.#silenced) this.#context.out.note('  nobody is told of what happens on a simulated cluster (PINTLE_NOTIFY_SIMULATED=1 does)')
      this.#silenced = true
      return []
    }
    const notices = await this.#of(planned.service)
    const told = await notices.tell(await this.#notice(planned, facts, 'frozen' in release ? this.#cleaner(release) : (text) => text))
    for (const { channel, ok, error, remark } of told) {
      if (!ok) this.#context.out.warn(`${channel} was not told that ${planned.name} is ${facts.phase}: ${error}`)
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
    const owner = this.#owner(service)
    const run = ciRun()?.run
    const commit = commitOf()
    return {
      id: noticeId(target.clusterUid, namespace, name, this.#digest), phase: facts.phase, at: new Date().toISOString(), started: facts.started.toISOString(), service: name, environment: this.#environment, namespace,
      cluster: target.context || target.server, simulated: target.simulated, operator: operator(), chart: { name: pin.chart.name, version: pin.chart.version }, images,
      plan: { digest: this.#digest, add: changes.added, change: changes.changed, remove: changes.removed, classes: [...new Set(changes.objects.flatMap((o) => o.classes))] },
      revision: { before: revision.before, after: facts.revision ?? revision.after }, rollback: rollback.steps,
      steps: (facts.steps ?? []).map((s) => ({ ...s, name: clean(s.name), ...(s.detail === undefined ? {} : { detail: clean(s.detail) }) })),
      ...(facts.reason ? { reason: clean(facts.reason) } : {}), ...(owner === undefined ? {} : { owner }), ...(run === undefined ? {} : { run }), ...(commit === undefined ? {} : { commit }),
    }
  }
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
