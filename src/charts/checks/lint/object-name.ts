import { byteLength, quote } from '../../../language/go/index.ts'

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const subdomain = `${label}(\\.${label})*`
const label1035 = '[a-z]([-a-z0-9]*[a-z0-9])?'
const isLabel = new RegExp(`^${label}$`)
const isSubdomain = new RegExp(`^${subdomain}$`)
const isLabel1035 = new RegExp(`^${label1035}$`)

/**
 * What is wrong with an object's name, in Helm's words; undefined when all is well.
 * Upstream: validateMetadataName in pkg/chart/v2/lint/rules/template.go, k8s.io/apimachinery/pkg/util/validation.
 */
export function nameProblem(kind: string, name: string): string | undefined {
  const problems = problemsOf(kind.toLowerCase(), name)
  if (problems.length === 0) return undefined
  const all = problems.map((p) => `metadata.name: Invalid value: ${quote(name)}: ${p}`)
  return `object name does not conform to Kubernetes naming requirements: ${quote(name)}: ${all.length === 1 ? all[0] : `[${all.join(', ')}]`}`
}

function problemsOf(kind: string, name: string): string[] {
  switch (kind) {
    case 'service': return [...tooLong(name, 63), ...unlike(isLabel1035, name, "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character", label1035, 'my-name', 'abc-123')]
    case 'namespace': return [...tooLong(name, 63), ...(isLabel.test(name) ? [] : isSubdomain.test(name) ? ['must not contain dots'] : unlike(isLabel, name, "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character", label, 'my-name', '123-abc'))]
    case 'certificatesigningrequest': return []
    case 'role':
    case 'clusterrole':
    case 'rolebinding':
    case 'clusterrolebinding':
      if (name === '.' || name === '..') return [`may not be '${name}'`]
      return ['/', '%'].filter((c) => name.includes(c)).map((c) => `may not contain '${c}'`)
  }
  return [...tooLong(name, 253), ...unlike(isSubdomain, name, "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character", subdomain, 'example.com')]
}

const tooLong = (name: string, most: number): string[] => (byteLength(name) > most ? [`must be no more than ${most} characters`] : [])

function unlike(pattern: RegExp, name: string, what: string, source: string, ...examples: string[]): string[] {
  // `$` of JavaScript ends the text, as Go's does.
  if (pattern.test(name)) return []
  return [`${what} (e.g. ${examples.map((e, i) => `${i > 0 ? ' or ' : ''}'${e}', `).join('')}regex used for validation is '${source}')`]
}
