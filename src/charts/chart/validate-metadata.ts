import { isPrint, pathBase, quote } from '../../language/go/index.ts'
import { isVersion } from '../../language/semver/index.ts'
import type { Dependency, Metadata } from './metadata.ts'

const invalid = (message: string): Error => new Error(`validation: ${message}`)

/**
 * Checks metadata as Helm does at load time (pkg/chart/v2/metadata.go), and cleans its texts: other white space becomes a
 * space, what is not printable is dropped.
 * @throws Error `validation: ...` for the first flaw
 */
export function validateMetadata(metadata: Metadata): void {
  for (const field of ['name', 'description', 'home', 'icon', 'condition', 'tags', 'appVersion', 'kubeVersion'] as const) {
    metadata[field] = sanitize(metadata[field])
  }
  metadata.sources = metadata.sources.map(sanitize)
  metadata.keywords = metadata.keywords.map(sanitize)

  const { name, version } = metadata
  if (metadata.apiVersion === '') throw invalid('chart.metadata.apiVersion is required')
  if (name === '') throw invalid('chart.metadata.name is required')
  if (name === '.' || name === '..') throw invalid(`chart.metadata.name ${quote(name)} is not allowed`)
  if (name !== pathBase(name)) throw invalid(`chart.metadata.name ${quote(name)} is invalid`)
  if (version === '') throw invalid('chart.metadata.version is required')
  if (!isVersion(version)) throw invalid(`chart.metadata.version ${quote(version)} is invalid`)
  if (!['', 'application', 'library'].includes(metadata.type)) throw invalid('chart.metadata.type must be application or library')

  for (const maintainer of metadata.maintainers) {
    if (maintainer === null) throw invalid('maintainers must not contain empty or null nodes')
    for (const field of ['name', 'email', 'url'] as const) maintainer[field] = sanitize(maintainer[field])
  }
  const keys = new Set<string>()
  for (const dependency of metadata.dependencies ?? []) {
    if (dependency === null) throw invalid('dependencies must not contain empty or null nodes')
    validateDependency(dependency)
    const key = dependency.alias || dependency.name
    if (keys.has(key)) throw invalid(`more than one dependency with name or alias ${quote(key)}`)
    keys.add(key)
  }
}

function validateDependency(dependency: Dependency): void {
  for (const field of ['name', 'version', 'repository', 'condition'] as const) dependency[field] = sanitize(dependency[field])
  dependency.tags = dependency.tags.map(sanitize)
  if (dependency.alias !== '' && !/^[a-zA-Z0-9_-]+$/.test(dependency.alias)) {
    throw invalid(`dependency ${quote(dependency.name)} has disallowed characters in the alias`)
  }
}

function sanitize(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text
  let out = ''
  for (const c of text) {
    if (/^[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/.test(c)) out += ' '
    else {
      const r = c.codePointAt(0)!
      // An invalid byte is U+FFFD to Go, which is printable.
      if (r >= 0xd800 && r <= 0xdfff) out += '\ufffd'
      else if (isPrint(r)) out += c
    }
  }
  return out
}
