import { parseUrl } from '../../language/go/index.ts'

/** A reference in its parts. */
export interface ReferenceUrl {
  readonly scheme: string
  /** Host and path, joined. */
  readonly path: string
  readonly parameters: ReadonlyMap<string, string>
  /** The keys of the fragment; none without one. */
  readonly keys: readonly string[]
  /** The fragment as errors name it. */
  readonly fragment: string
  /** The reference without its fragment. */
  readonly document: string
}

/**
 * Reads `BACKEND://PATH?PARAMETERS#/FRAGMENT`. An ARN is a path of its own: its colons would be ports. Upstream: Lookup in vals.go.
 * @throws Error in Go's words
 */
export function parseReference(text: string): ReferenceUrl {
  const arn = /:\/\/(arn:aws[:-][^?#]*)/.exec(text)
  const isArn = arn !== null && arn.index === text.indexOf('://')
  const url = parseUrl(isArn ? text.replace('://', ':///') : text)
  const host = isArn ? arn[1]! : url.host
  const path = isArn ? '' : url.path.replace(/^#/, '')
  const fragment = url.fragment.replace(/^#/, '').replace(/^\//, '')
  return {
    scheme: url.scheme, path: [host, host === '' ? path : path.replace(/^\//, '')].filter((part) => part !== '').join('/'), parameters: parseQuery(url.rawQuery),
    keys: fragment === '' ? [] : fragment.split('/'), fragment, document: text.split('#')[0]!,
  }
}

/** The first value of every parameter; what is no parameter is passed over, as Go's Query does. */
function parseQuery(query: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const part of query.split('&')) {
    if (part === '' || part.includes(';')) continue
    const at = part.indexOf('=')
    try {
      const [name, value] = [at < 0 ? part : part.slice(0, at), at < 0 ? '' : part.slice(at + 1)].map((t) => decodeURIComponent(t.replaceAll('+', ' '))) as [string, string]
      if (!found.has(name)) found.set(name, value)
    } catch {
      // An escape that is none.
    }
  }
  return found
}
