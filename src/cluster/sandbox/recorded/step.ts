/** One request of a conversation with an API server. */
export interface Step {
  title: string
  method: string
  path: string
  query?: Record<string, string>
  contentType?: string
  accept?: string
  body?: unknown
  /**
   * How far the answers must agree. `text`: the code only, since the real text depends on the order of a Go map or
   * prints Go structs. Default: everything but identities and times.
   */
  agree?: 'code'
  /** Paths below which the answers may differ, with the reason in a comment at the step. */
  except?: RegExp
  /** Wait until a GET of this path answers 200: definitions are served a while after they were made. */
  until?: string
}

export type Query = Record<string, string>
type More = Partial<Pick<Step, 'agree' | 'except' | 'until'>>

export const post = (title: string, path: string, body: unknown, query: Query = {}, more: More = {}): Step => ({ title, method: 'POST', path, query, body, ...more })
export const get = (title: string, path: string, query: Query = {}, more: More & { accept?: string } = {}): Step => ({ title, method: 'GET', path, query, ...more })
export const put = (title: string, path: string, body: unknown, query: Query = {}, more: More = {}): Step => ({ title, method: 'PUT', path, query, body, ...more })
export const remove = (title: string, path: string, query: Query = {}, more: More & { body?: unknown } = {}): Step =>
  ({ title, method: 'DELETE', path, query: { gracePeriodSeconds: '0', propagationPolicy: 'Background', ...query }, ...more })
export const bareDelete = (title: string, path: string, body: unknown, more: More = {}): Step => ({ title, method: 'DELETE', path, body, ...more })
const patch = (contentType: string) => (title: string, path: string, body: unknown, query: Query = {}, more: More = {}): Step => ({ title, method: 'PATCH', path, query, contentType, body, ...more })
export const merge = patch('application/merge-patch+json')
export const strategic = patch('application/strategic-merge-patch+json')
export const json = patch('application/json-patch+json')
export const apply = (title: string, path: string, body: unknown, fieldManager = 'a', query: Query = {}, more: More = {}): Step =>
  ({ title, method: 'PATCH', path, query: { fieldManager, ...query }, contentType: 'application/apply-patch+yaml', body, ...more })

export const dry: Query = { dryRun: 'All' }
