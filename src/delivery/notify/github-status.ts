import type { Channel } from './channel.ts'
import { GitHubApi, type GitHubOptions } from './github-api.ts'
import { bounded, headline, type Notice, type Phase } from './notice.ts'

const states: Readonly<Record<Phase, string>> = { waiting: 'pending', started: 'pending', progressing: 'pending', paused: 'pending', deployed: 'success', failed: 'failure', 'rolled-back': 'failure' }

/** The status of the commit, one a service and environment: GitHub shows the last one of a context. */
export class GitHubStatus implements Channel {
  readonly name: string
  readonly on: readonly Phase[]
  readonly #api: GitHubApi

  constructor(options: GitHubOptions & { on: readonly Phase[] }) {
    this.name = `github ${options.repository} commit status`
    this.on = options.on
    this.#api = new GitHubApi(options)
  }

  async tell(notice: Notice, signal: AbortSignal): Promise<undefined> {
    if (notice.commit === undefined) throw this.#api.failure('the commit is not known: a status is one of a commit')
    const context = bounded(`pintle/${notice.service}${notice.environment === '' ? '' : ` (${notice.environment})`}`, 200)
    await this.#api.call('POST', `statuses/${notice.commit}`, {
      signal, idempotent: true, body: { state: states[notice.phase], context, description: bounded(headline(notice), 140), ...(notice.run === undefined ? {} : { target_url: notice.run }) },
    })
  }

  async test(signal: AbortSignal): Promise<string> {
    await this.#api.call('GET', 'commits?per_page=1', { signal })
    return 'commits can be read; writing is not tried'
  }
}
