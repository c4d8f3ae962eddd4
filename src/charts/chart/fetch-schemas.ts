import type { Chart } from './chart.ts'
import { NotFetchedError } from './schema/documents.ts'
import { schemaValidator } from './validate-schema.ts'

export interface FetchOptions {
  readonly signal?: AbortSignal
  /** false: leave the network alone. */
  readonly fetchSchemas?: boolean
}

/** No schema needs more documents than that. */
const maxDocuments = 100
const maxSize = 16 * 1024 * 1024
/** As long as Helm waits. */
const timeout = 15_000

/**
 * Fetches the documents on the network that the schemas of a chart refer to. What cannot be had is told when the schema is
 * applied, as in Helm.
 */
export async function fetchSchemas(chart: Chart, options: FetchOptions): Promise<void> {
  if (options.fetchSchemas === false) return
  const { schema } = chart
  if (schema !== undefined && /"https?:\/\/(?!json-schema\.org\/draft(?:-0[467]|\/20(?:19-09|20-12))\/)/.test(schema.text) && schemaValidator(chart).quick(schema) === undefined) {
    const validator = schemaValidator(chart)
    for (let i = 0; i < maxDocuments; i++) {
      let url
      try {
        validator.compile(schema)
        break
      } catch (error) {
        url = missingUrl(error)
        if (url === undefined) break
      }
      validator.fetched.set(url, await fetchDocument(url, options.signal))
    }
  }
  for (const child of chart.dependencies) {
    child.schemas = chart.schemas
    await fetchSchemas(child, options)
  }
}

function missingUrl(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof NotFetchedError) return at.url
  return undefined
}

async function fetchDocument(url: string, signal: AbortSignal | undefined): Promise<Uint8Array | Error> {
  const { fetchOnce } = await import('../http/index.ts')
  try {
    const { status, statusText, body } = await fetchOnce(url, { signal, timeout, maxBody: maxSize, what: url })
    return status === 200 ? body : new Error(`HTTP request to ${url} returned status ${status} (${statusText})`)
  } catch (error) {
    signal?.throwIfAborted()
    return new Error(`HTTP request failed for ${url}: ${(error as Error).message}`)
  }
}
