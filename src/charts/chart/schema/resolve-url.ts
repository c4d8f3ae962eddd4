import { emptyUrl, parseUrl, urlString } from '../../../language/go/index.ts'
import type { Url } from '../../../language/go/index.ts'

/** net/url's ResolveReference, except that an opaque base stays opaque, as the schema library wants it. */
export function resolveUrl(base: Url, reference: Url): Url {
  const hasAuthority = reference.host !== '' || reference.user !== undefined
  if (reference.scheme !== '' || hasAuthority) {
    const scheme = reference.scheme || base.scheme
    return reference.opaque !== '' ? { ...reference, scheme } : { ...reference, scheme, ...pathOf(resolvePath(escapedPath(reference), '')) }
  }
  const bare = reference.path === '' && !reference.forceQuery && reference.rawQuery === ''
  const inherited = bare ? { rawQuery: base.rawQuery } : {}
  if (base.opaque !== '') return { ...reference, scheme: base.scheme, ...inherited, opaque: base.opaque }
  return {
    ...reference,
    scheme: base.scheme,
    host: base.host,
    user: base.user,
    ...inherited,
    ...pathOf(resolvePath(escapedPath(base), escapedPath(reference))),
  }
}

function escapedPath({ path, rawPath }: Url): string {
  const text = urlString({ ...emptyUrl(), path, rawPath })
  // A first segment with a colon gets a dot before it, which is not part of the path.
  return text.startsWith('./') && !path.startsWith('./') ? text.slice(2) : text
}

function pathOf(escaped: string): Pick<Url, 'path' | 'rawPath'> {
  const { path, rawPath } = parseUrl(`x://${escaped}`)
  return { path, rawPath }
}

function resolvePath(base: string, reference: string): string {
  const full = reference === '' ? base : reference[0] === '/' ? reference : base.slice(0, base.lastIndexOf('/') + 1) + reference
  if (full === '') return ''
  let out = '/'
  let first = true
  let last = ''
  for (last of full.split('/')) {
    if (last === '.') {
      first = false
    } else if (last === '..') {
      const slash = out.slice(1).lastIndexOf('/')
      out = slash >= 0 ? out.slice(0, slash + 1) : '/'
      first = out.length === 1
    } else {
      if (!first) out += '/'
      out += last
      first = false
    }
  }
  if (last === '.' || last === '..') out += '/'
  return out.length > 1 && out[1] === '/' ? out.slice(1) : out
}
