import { posix } from 'node:path'

/** A URL of a repository, and where in it a kustomization is. Upstream: repospec.go. */
export interface RepoSpec {
  readonly raw: string
  /** What git clones. */
  readonly url: string
  readonly kustomizationPath: string
  readonly ref: string
  readonly submodules: boolean
  /** Milliseconds. */
  readonly timeout: number
}

const defaultTimeout = 27_000

/** Reads a URL as kustomize does; undefined for what is a path. */
export function parseRepoSpec(raw: string): RepoSpec | undefined {
  if (raw.startsWith('/')) return undefined
  const [address, query = ''] = cut(raw, '?')
  const host = readHost(address!)
  if (host === undefined) return undefined
  const parts = splitPath(host.rest, host.scheme === 'file://')
  if (parts === undefined || parts[0] === '') return undefined
  const clean = posix.normalize(parts[1].replace(/^\//, '') || '.')
  if (clean.split('/')[0] === '..') return undefined
  return { raw, url: host.host + parts[0], kustomizationPath: parts[1].replace(/^\//, ''), ...readQuery(query!) }
}

function cut(text: string, at: string): [string, string | undefined] {
  const i = text.indexOf(at)
  return i < 0 ? [text, undefined] : [text.slice(0, i), text.slice(i + 1)]
}

function readQuery(query: string): { ref: string; submodules: boolean; timeout: number } {
  const values = new URLSearchParams(query)
  const ref = values.get('ref') || values.get('version') || ''
  const wait = values.get('timeout') ?? ''
  const seconds = /^\d+$/.test(wait) ? Number(wait) : /^(?:(\d+)m)?(?:(\d+)s)?$/.exec(wait)?.slice(1).reduce((sum, part, i) => sum + Number(part ?? 0) * (i === 0 ? 60 : 1), 0) ?? 0
  const submodules = values.get('submodules') ?? ''
  return { ref, submodules: !/^(?:0|f|F|false|FALSE|False)$/.test(submodules), timeout: seconds > 0 ? seconds * 1000 : defaultTimeout }
}

function readHost(address: string): { scheme: string; host: string; rest: string } | undefined {
  let text = address.replace(/^git::/i, '')
  let scheme = ''
  for (const known of ['ssh://', 'https://', 'http://', 'file://']) {
    if (!text.toLowerCase().startsWith(known)) continue
    scheme = known
    text = text.slice(known.length)
    break
  }
  const user = /^[a-zA-Z][a-zA-Z0-9-]*@/.exec(text)?.[0] ?? ''
  text = text.slice(user.length)
  const github = /^github\.com[/:]/i.test(text)
  const scp = scheme === '' && (user !== '' || github)
  if (scheme === '' && !scp) return undefined
  if (scheme === 'file://') return { scheme, host: scheme, rest: user + text }
  let at = text.indexOf('/')
  if (scp) {
    const colon = text.indexOf(':')
    if (at === -1 || (colon > 0 && colon < at)) at = colon
  }
  const host = at >= 0 ? text.slice(0, at + 1) : text
  const rest = at >= 0 ? text.slice(at + 1) : ''
  if (github) return scheme === 'ssh://' || user !== '' ? { scheme, host: `${user}github.com:`, rest } : { scheme, host: 'https://github.com/', rest }
  return host === '' ? undefined : { scheme, host: scheme + user + host, rest }
}

function splitPath(path: string, whole: boolean): [repository: string, below: string] | undefined {
  const root = path.indexOf('_git/')
  if (root >= 0) {
    const [first, ...more] = path.slice(root + 5).split('/')
    return [path.slice(0, root + 5) + first!, more.join('/')]
  }
  const double = path.indexOf('//')
  if (double >= 0) return [path.slice(0, double), path.slice(double + 2)]
  const suffix = path.indexOf('.git')
  if (suffix >= 0) return [path.slice(0, suffix + 4), path.slice(suffix + 4)]
  if (whole) return [path, '']
  const segments = path.split('/')
  return segments.length >= 2 ? [segments.slice(0, 2).join('/'), segments.slice(2).join('/')] : undefined
}
