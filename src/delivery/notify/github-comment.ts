import { member } from './api.ts'
import type { Channel } from './channel.ts'
import { GitHubApi, type GitHubOptions } from './github-api.ts'
import { commentBody, commentMarker } from './markdown.ts'
import type { Notice, Phase } from './notice.ts'

/**
 * One comment in a pull request for each service and environment, found by a marker that is not shown, and edited. Only a comment of the token's own account
 * counts: anybody may write a marker.
 */
export class GitHubComment implements Channel {
  readonly name: string
  readonly on: readonly Phase[]
  readonly #api: GitHubApi
  readonly #number: number | undefined

  /** @param options.pullRequest left out: the open one that the commit is in */
  constructor(options: GitHubOptions & { on: readonly Phase[]; pullRequest?: number }) {
    this.name = `github ${options.repository} comment`
    this.on = options.on
    this.#api = new GitHubApi(options)
    this.#number = options.pullRequest
  }

  async tell(notice: Notice, signal: AbortSignal): Promise<string | undefined> {
    const number = this.#number ?? (await this.#pullRequestOf(notice.commit, signal))
    if (number === undefined) return 'the commit is in no open pull request'
    const marker = commentMarker(notice)
    const body = commentBody(notice)
    const isMine = await this.#mine(signal)
    for await (const comment of this.#api.list(`issues/${number}/comments?per_page=100`, signal)) {
      const [id, text] = [member(comment, 'id'), member(comment, 'body')]
      if (typeof id !== 'number' || typeof text !== 'string' || !text.startsWith(marker) || !isMine(member(comment, 'user'))) continue
      await this.#api.call('PATCH', `issues/comments/${id}`, { body: { body }, signal, idempotent: true })
      return undefined
    }
    await this.#api.call('POST', `issues/${number}/comments`, { body: { body }, signal })
    return undefined
  }

  async test(signal: AbortSignal): Promise<string> {
    await this.#api.call('GET', 'issues/comments?per_page=1', { signal })
    return 'comments can be read; writing is not tried'
  }

  async #pullRequestOf(commit: string | undefined, signal: AbortSignal): Promise<number | undefined> {
    if (commit === undefined) return undefined
    const { json, status } = await this.#api.call('GET', `commits/${commit}/pulls?per_page=100`, { signal, allow: [404, 422] })
    if (status !== 200) return undefined
    if (!Array.isArray(json)) throw this.#api.failure('GET commits/…/pulls: the answer is no list')
    const open = json.find((p) => member(p, 'state') === 'open')
    const number = member(open, 'number')
    return typeof number === 'number' ? number : undefined
  }

  /** Tokens of apps, GITHUB_TOKEN too, may not ask who they are: theirs are comments of bots. */
  async #mine(signal: AbortSignal): Promise<(user: unknown) => boolean> {
    const { status, json } = await this.#api.call('GET', '/user', { signal, allow: [401, 403, 404] })
    const login = member(json, 'login')
    return status === 200 && typeof login === 'string' ? (user) => member(user, 'login') === login : (user) => member(user, 'type') === 'Bot'
  }
}
