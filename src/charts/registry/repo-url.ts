import { emptyUrl, parseUrl, pathClean, urlString } from '../../language/go/index.ts'
import type { Url } from '../../language/go/index.ts'

/** Whether a text names an OCI registry. Upstream: IsOCI in pkg/registry/util.go. */
export const isOci = (url: string): boolean => url.startsWith('oci://')

/**
 * A URL of an index relative to its repository. Upstream: ResolveReferenceURL in pkg/repo/v1/chartrepo.go.
 * @throws Error with Go's text for what is no URL
 */
export function resolveReferenceUrl(base: string, reference: string): string {
  const ref = parsed(reference)
  if (ref.scheme !== '') return reference
  const from = parsed(base)
  from.path = `${from.path.replace(/\/$/, '')}/`
  from.rawPath = from.rawPath === '' ? '' : `${from.rawPath.replace(/\/$/, '')}/`
  const out = relativeTo(from, ref)
  out.rawQuery = from.rawQuery
  out.forceQuery = false
  return urlString(out)
}

function parsed(text: string): Url {
  try {
    return parseUrl(text)
  } catch (error) {
    throw new Error(`failed to parse ${text} as URL: ${(error as Error).message}`, { cause: error })
  }
}

/** ResolveReference of net/url for a reference without scheme. */
function relativeTo(base: Url, ref: Url): Url {
  const out: Url = { ...ref, scheme: base.scheme }
  if (ref.host !== '' || ref.user !== undefined) return { ...out, ...cleaned(escaped(ref)) }
  if (ref.opaque !== '') return { ...out, user: undefined, host: '', path: '' }
  if (ref.path === '' && !ref.forceQuery && ref.rawQuery === '') {
    out.rawQuery = base.rawQuery
    if (ref.fragment === '') {
      out.fragment = base.fragment
      out.rawFragment = base.rawFragment
    }
  }
  if (ref.path === '' && base.opaque !== '') return { ...out, opaque: base.opaque, user: undefined, host: '', path: '' }
  return { ...out, host: base.host, user: base.user, omitHost: base.omitHost, ...cleaned(joined(escaped(base), escaped(ref))) }
}

const joined = (base: string, ref: string): string => (ref === '' ? base : ref[0] === '/' ? ref : base.slice(0, base.lastIndexOf('/') + 1) + ref)

/** EscapedPath. */
const escaped = ({ path, rawPath }: Url): string => urlString({ ...emptyUrl(), path, rawPath }).replace(/^\.\/(?=[^/]*:)/, '')

/** A path without dots, as a URL holds it. */
function cleaned(path: string): { path: string; rawPath: string } {
  const parsedPath = parseUrl(`x://y${withoutDots(path)}`)
  return { path: parsedPath.path, rawPath: parsedPath.rawPath }
}

/** RFC 3986 5.2.4; what climbs above the root is dropped. */
function withoutDots(path: string): string {
  if (path === '') return ''
  const out: string[] = []
  const parts = path.replace(/^\//, '').split('/')
  for (const [i, part] of parts.entries()) {
    const last = i === parts.length - 1
    if (part === '.' || part === '..') {
      if (part === '..') out.pop()
      if (last) out.push('')
    } else out.push(part)
  }
  return `/${out.join('/')}`
}

/** Whether two URLs are one. Upstream: Equal in internal/urlutil. */
export function urlsEqual(a: string, b: string): boolean {
  let left: Url
  try {
    left = parseUrl(a)
  } catch {
    return pathClean(a) === pathClean(b)
  }
  try {
    return normal(left) === normal(parseUrl(b))
  } catch {
    return false
  }
}

const normal = (url: Url): string => urlString({ ...url, path: pathClean(url.path === '' ? '/' : url.path) })

/** Scheme, host and port, the usual port filled in: what credentials are for. Upstream: urlEqual in pkg/action/install.go. */
export function sameServer(a: string, b: string): boolean {
  try {
    return server(parseUrl(a)) === server(parseUrl(b))
  } catch {
    return false
  }
}

function server({ scheme, host }: Url): string {
  const name = host.replace(/:\d*$/, '')
  const port = /:(\d+)$/.exec(host)?.[1] ?? (scheme === 'https' ? '443' : scheme === 'http' ? '80' : '')
  return `${scheme}://${name.toLowerCase()}:${port}`
}

/** Last element of a URL's path: the file name an archive gets. */
export const urlBase = (url: Url): string => url.path.replace(/\/+$/, '').split('/').at(-1) || '/'

/** A text as it may be shown: without the passwords of URLs in it. */
export function withoutPassword(text: string): string {
  return text.replace(/\b([A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#@:\s"]*):[^/?#@\s"]*@/g, '$1:***@')
}
