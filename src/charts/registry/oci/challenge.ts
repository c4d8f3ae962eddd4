import { unquote } from '../../../language/go/index.ts'

/** What a 401 asks for. */
export interface Challenge {
  readonly scheme: 'basic' | 'bearer' | undefined
  readonly params: ReadonlyMap<string, string>
}

/** WWW-Authenticate; what follows a fault in it is left out (registry/remote/auth/challenge.go of oras-go). */
export function parseChallenge(header: string): Challenge {
  const [word, after] = token(header)
  const name = word.toLowerCase()
  if (name !== 'bearer') return { scheme: name === 'basic' ? name : undefined, params: new Map() }
  const params = new Map<string, string>()
  let rest = after
  for (;;) {
    let key, value
    ;[key, rest] = token(space(rest))
    rest = space(rest)
    if (key === '' || rest[0] !== '=') break
    rest = space(rest.slice(1))
    if (rest[0] === '"') {
      const quoted = /^"(?:[^"\\\n]|\\.)*"/.exec(rest)?.[0]
      if (quoted === undefined) break
      try {
        value = unquote(quoted)
      } catch {
        break
      }
      rest = rest.slice(quoted.length)
    } else {
      ;[value, rest] = token(rest)
      if (value === '') break
    }
    params.set(key, value)
    rest = space(rest)
    if (rest[0] !== ',') break
    rest = rest.slice(1)
  }
  return { scheme: 'bearer', params }
}

/** The token (RFC 7230) a text begins with, and what follows it. */
function token(text: string): [string, string] {
  const found = /^[A-Za-z0-9!#$%&'*+.^_`|~-]*/.exec(text)![0]
  return [found, text.slice(found.length)]
}

const space = (text: string): string => text.replace(/^[ \t]+/, '')

/** The scope of some actions on a repository. */
export const repositoryScope = (repository: string, ...actions: ('pull' | 'push' | 'delete')[]): string => `repository:${repository}:${[...actions].sort().join(',')}`

/** Scopes sorted, those of one resource merged, `*` for all its actions (CleanScopes of oras-go's scope.go). */
export function cleanScopes(scopes: readonly string[]): string[] {
  const out: string[] = []
  const resources = new Map<string, Set<string>>()
  for (const scope of scopes) {
    const first = scope.indexOf(':')
    const last = scope.lastIndexOf(':')
    if (first < 0 || first === last) {
      out.push(scope)
      continue
    }
    const resource = scope.slice(0, last)
    const actions = resources.get(resource) ?? new Set()
    resources.set(resource, actions)
    for (const action of scope.slice(last + 1).split(',')) if (action !== '') actions.add(action)
  }
  for (const [resource, actions] of resources) if (actions.size > 0) out.push(`${resource}:${actions.has('*') ? '*' : [...actions].sort().join(',')}`)
  return [...new Set(out)].sort()
}
