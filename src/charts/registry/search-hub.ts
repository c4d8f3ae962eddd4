import { PintleError } from '../../errors/index.ts'
import { hostname, parseUrl, pathClean, queryEscape, urlString } from '../../language/go/index.ts'
import type { RegistryContext } from './registry-context.ts'
import { withoutPassword } from './repo-url.ts'

/** One chart a hub knows. */
export interface HubChart {
  readonly url: string
  readonly version: string
  readonly appVersion: string
  readonly description: string
  readonly repository: { readonly url: string; readonly name: string }
}

/**
 * Asks a hub that speaks Monocular's search API, as Artifact Hub does. Upstream: internal/monocular, pkg/cmd/search_hub.go.
 * @throws PintleError usage (an endpoint that is no URL), http.status with Helm's texts; the reason is in the hint
 */
export async function searchHub(context: RegistryContext, endpoint: string, term: string): Promise<HubChart[]> {
  const shown = JSON.stringify(withoutPassword(endpoint))
  const url = searchUrl(endpoint, term, shown)
  let data: unknown
  try {
    const answer = await context.http.send({ url, signal: context.signal, maxBody: 64 << 20, what: 'the answer of the hub', compressed: true })
    if (answer.status !== 200) throw new Error(`failed to fetch ${withoutPassword(String(url))} : ${answer.status} ${answer.statusText}`)
    data = parsed(answer.body)
  } catch (error) {
    context.signal?.throwIfAborted()
    throw new PintleError('http.status', `unable to perform search against ${shown}`, { cause: error, hint: (error as Error).message })
  }
  return Array.isArray(data) ? data.map((item) => chart(item, endpoint)) : []
}

function searchUrl(endpoint: string, term: string, shown: string): string {
  let url
  try {
    url = parseUrl(endpoint)
    if (hostname(url) === '') throw new Error('no hostname provided')
  } catch (error) {
    throw new PintleError('usage', `unable to create connection to ${shown}: ${(error as Error).message}`, { cause: error })
  }
  return urlString({ ...url, path: pathClean(`${url.path}/api/chartsvc/v1/charts/search`), rawPath: '', rawQuery: `q=${queryEscape(term)}` })
}

/** Helm takes whatever is no JSON for no results. */
function parsed(body: Buffer): unknown {
  try {
    return (JSON.parse(body.toString('utf8')) as { data?: unknown } | null)?.data
  } catch {
    return []
  }
}

function chart(item: any, endpoint: string): HubChart {
  const text = (value: unknown): string => (typeof value === 'string' ? value : '')
  const latest = item?.relationships?.latestChartVersion?.data
  const { attributes } = item ?? {}
  return {
    url: text(item?.artifactHub?.packageUrl) || `${endpoint}/charts/${text(item?.id)}`,
    version: text(latest?.version), appVersion: text(latest?.app_version), description: text(attributes?.description),
    repository: { url: text(attributes?.repo?.url), name: text(attributes?.repo?.name) },
  }
}
