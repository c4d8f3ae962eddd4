import type { HttpClient } from '../../charts/http/index.ts'
import type { PintleError } from '../../errors/index.ts'
import { Api, member, type ApiAnswer } from './api.ts'

export interface GitHubOptions {
  readonly http: HttpClient
  readonly token: string
  /** owner/name */
  readonly repository: string
  /** Default https://api.github.com */
  readonly api?: string
}

/** Pages of a list that are read at most. */
const maxPages = 20

/** GitHub's REST API for one repository. */
export class GitHubApi {
  readonly #api: Api
  readonly #base: string
  readonly repository: string

  constructor({ http, token, repository, api }: GitHubOptions) {
    this.repository = repository
    this.#base = (api ?? 'https://api.github.com').replace(/\/+$/, '')
    this.#api = new Api({
      http, base: this.#base, authorization: `Bearer ${token}`, secrets: [token], redirects: 3, headers: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' },
    })
  }

  /** @param path from the repository on, or from the root with a leading slash @throws PintleError notify.failed for a status that is not 2xx or allowed */
  async call(method: string, path: string, options: { body?: unknown; signal: AbortSignal; idempotent?: boolean; allow?: readonly number[] }): Promise<ApiAnswer> {
    const answer = await this.#api.call(method, path.startsWith('/') ? path : `/repos/${this.repository}/${path}`, options)
    if (options.allow?.includes(answer.status)) return answer
    if (answer.status >= 200 && answer.status < 300) {
      if (typeof answer.json === 'object' && answer.json !== null) return answer
      throw this.failure(`${method} ${path.split('?')[0]}: the answer is no JSON: is ${this.#base} GitHub's API?`)
    }
    throw this.failure(`${method} ${path.split('?')[0]}: status ${answer.status}${words(answer)}${hints[answer.status] ?? ''}`)
  }

  /** The items of a list, page after page. A page is asked for only at the same server. */
  async *list(path: string, signal: AbortSignal): AsyncGenerator<unknown> {
    let next: string | undefined = `/repos/${this.repository}/${path}`
    for (let page = 0; next !== undefined && page < maxPages; page++) {
      const answer: ApiAnswer = await this.call('GET', next, { signal })
      if (!Array.isArray(answer.json)) throw this.failure(`GET ${path.split('?')[0]}: the answer is no list`)
      yield* answer.json as unknown[]
      const link: string | undefined = /<([^>]+)>\s*;\s*rel="next"/.exec(String(answer.headers.link ?? ''))?.[1]
      next = link?.startsWith(`${this.#base}/`) ? link.slice(this.#base.length) : undefined
    }
  }

  failure(text: string): PintleError {
    return this.#api.failure(text)
  }
}

const words = ({ json }: ApiAnswer): string => {
  const message = member(json, 'message')
  return typeof message === 'string' ? `: ${message.slice(0, 150)}` : ''
}

const hints: Readonly<Record<number, string>> = {
  401: '; the token is not valid', 403: '; the token lacks a right', 404: '; there is no such repository, or the token may not see it',
}
