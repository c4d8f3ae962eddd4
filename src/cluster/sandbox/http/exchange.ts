import type { Api } from '../api.ts'
import type { Discovery } from '../discovery.ts'
import type { JsonMap } from '../json.ts'
import type { OpenApi } from '../openapi.ts'
import type { User } from '../users.ts'
import type { WatchMessage } from '../watch.ts'

export interface ApiRequest {
  method: string
  path: string
  query: URLSearchParams
  /** Lower-case names. */
  headers: Record<string, string | undefined>
  /** Who asks; the administrator when left out. */
  user?: User
  /** The body as text, as bytes of protocol buffers, or already parsed. */
  body?: unknown
}

export interface ApiResponse {
  status: number
  /** JSON value, or text with its own content type. */
  body?: unknown
  text?: string
  contentType?: string
  warnings?: string[]
  /** A watch: calls back with each message; returns what ends it. */
  stream?: (send: (message: WatchMessage) => void) => () => void
  timeoutSeconds?: number
}

export interface Services { api: Api; discovery: Discovery; openapi: OpenApi; version: JsonMap; parseYaml?: (text: string) => unknown; address: () => string }
