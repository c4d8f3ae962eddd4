import { fakeServer, type FakeAnswer, type FakeServer } from './fake-server.ts'

export interface FakeGitHub extends FakeServer {
  readonly deployments: any[]
  readonly deploymentStatuses: any[]
  readonly comments: any[]
  readonly statuses: any[]
}

/** GitHub's REST API as far as it is used: pages of two with Link headers, filters, comments of several people. */
export async function fakeGitHub(token: string, options: { app?: boolean } = {}): Promise<FakeGitHub> {
  const lists = { deployments: [] as any[], deploymentStatuses: [] as any[], comments: [] as any[], statuses: [] as any[] }
  let ids = 100
  const me = options.app ? { login: 'github-actions[bot]', type: 'Bot' } : { login: 'pintle', type: 'User' }
  const server: FakeServer = await fakeServer(({ method, url, headers, json }): FakeAnswer => {
    if (headers.authorization !== `Bearer ${token}`) return { status: 401, json: { message: 'Bad credentials' } }
    if (headers['user-agent'] === undefined) return { status: 403, text: 'Request forbidden by administrative rules' }
    const at = url.pathname
    const page = (items: any[]): FakeAnswer => {
      const number = Number(url.searchParams.get('page') ?? 1)
      const next = new URL(url)
      next.searchParams.set('page', String(number + 1))
      return { json: items.slice((number - 1) * 2, number * 2), headers: items.length > number * 2 ? { link: `<${server.url}${next.pathname}${next.search}>; rel="next", <${server.url}/x>; rel="last"` } : {} }
    }
    if (at === '/user') return options.app ? { status: 403, json: { message: 'Resource not accessible by integration' } } : { json: me }
    const path = at.replace('/repos/acme/shop/', '')
    if (path === at) return { status: 404, json: { message: 'Not Found' } }
    const [first, second, third] = path.split('/')
    if (path === 'deployments' && method === 'GET') return page(lists.deployments.filter((d) => ['sha', 'environment'].every((k) => !url.searchParams.has(k) || d[k] === url.searchParams.get(k))).reverse())
    if (path === 'deployments') {
      if (json.auto_merge !== false || json.required_contexts?.length !== 0) return { status: 409, json: { message: 'Conflict: Commit status checks failed' } }
      lists.deployments.push({ id: ++ids, sha: json.ref, environment: json.environment, description: json.description, payload: JSON.stringify(json.payload) })
      return { status: 201, json: lists.deployments.at(-1) }
    }
    if (first === 'deployments' && third === 'statuses') {
      if (!lists.deployments.some((d) => String(d.id) === second) || json.description.length > 140) return { status: 422, json: { message: 'Validation Failed' } }
      lists.deploymentStatuses.push({ deployment: Number(second), ...json })
      return { status: 201, json: {} }
    }
    if (first === 'commits' && third === 'pulls') return { json: [{ number: 6, state: 'closed' }, { number: 7, state: 'open' }] }
    if (path === 'commits') return { json: [] }
    if (path === 'issues/comments' && method === 'GET') return { json: [] }
    if (path === 'issues/7/comments' && method === 'GET') return page(lists.comments)
    if (path === 'issues/7/comments') {
      lists.comments.push({ id: ++ids, body: json.body, user: me })
      return { status: 201, json: lists.comments.at(-1) }
    }
    if (path.startsWith('issues/comments/') && method === 'PATCH') {
      const comment = lists.comments.find((c) => String(c.id) === third)
      if (comment === undefined || json.body.length > 65_536) return { status: 422, json: { message: 'Validation Failed' } }
      comment.body = json.body
      return { json: comment }
    }
    if (first === 'statuses') {
      if (json.description.length > 140 || !/^[0-9a-f]{40}$/.test(second ?? '')) return { status: 422, json: { message: 'Validation Failed' } }
      lists.statuses.push({ sha: second, ...json })
      return { status: 201, json: {} }
    }
    return { status: 404, json: { message: 'Not Found' } }
  })
  return Object.assign(server, lists)
}
