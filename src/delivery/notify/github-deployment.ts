import { member } from './api.ts'
import type { Channel } from './channel.ts'
import { GitHubApi, type GitHubOptions } from './github-api.ts'
import { bounded, headline, type Notice, type Phase } from './notice.ts'

const states: Readonly<Record<Phase, string>> = { waiting: 'pending', started: 'in_progress', progressing: 'in_progress', paused: 'in_progress', deployed: 'success', failed: 'failure', 'rolled-back': 'failure' }

/** A GitHub deployment of the commit, with a status for each phase. It is found again by the notice's id in its payload. */
export class GitHubDeployment implements Channel {
  readonly name: string
  readonly on: readonly Phase[]
  readonly #api: GitHubApi
  readonly #url: string | undefined
  readonly #ids = new Map<string, number>()

  constructor(options: GitHubOptions & { on: readonly Phase[]; /** Where the service is seen. */ url?: string }) {
    this.name = `github ${options.repository} deployment`
    this.on = options.on
    this.#api = new GitHubApi(options)
    this.#url = options.url
  }

  async tell(notice: Notice, signal: AbortSignal): Promise<undefined> {
    const { commit } = notice
    if (commit === undefined) throw this.#api.failure('the commit is not known: a deployment is one of a commit')
    const environment = bounded(notice.environment || notice.cluster || notice.namespace, 200)
    const id = this.#ids.get(notice.id) ?? (await this.#find(notice.id, commit, environment, signal)) ?? (await this.#create(notice, commit, environment, signal))
    this.#ids.set(notice.id, id)
    await this.#api.call('POST', `deployments/${id}/statuses`, {
      signal, body: {
        state: states[notice.phase], description: bounded(headline(notice), 140), environment, auto_inactive: notice.phase === 'deployed',
        ...(notice.run === undefined ? {} : { log_url: notice.run }), ...(this.#url === undefined ? {} : { environment_url: this.#url }),
      },
    })
  }

  async test(signal: AbortSignal): Promise<string> {
    await this.#api.call('GET', 'deployments?per_page=1', { signal })
    return 'deployments can be read; writing is not tried'
  }

  async #find(id: string, commit: string, environment: string, signal: AbortSignal): Promise<number | undefined> {
    for await (const deployment of this.#api.list(`deployments?${new URLSearchParams({ sha: commit, environment, per_page: '100' }).toString()}`, signal)) {
      const payload = member(deployment, 'payload')
      const found = member(typeof payload === 'string' ? tolerant(payload) : payload, 'pintle')
      const number = member(deployment, 'id')
      if (found === id && typeof number === 'number') return number
    }
    return undefined
  }

  async #create(notice: Notice, commit: string, environment: string, signal: AbortSignal): Promise<number> {
    const { json } = await this.#api.call('POST', 'deployments', {
      signal, body: { ref: commit, task: 'deploy', auto_merge: false, required_contexts: [], environment, description: bounded(headline(notice), 140), payload: { pintle: notice.id, service: bounded(notice.service, 100), plan: notice.plan.digest } },
    })
    const id = member(json, 'id')
    if (typeof id !== 'number') throw this.#api.failure('POST deployments: the answer has no id')
    return id
  }
}

function tolerant(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
