import { PintleError } from '../../errors/index.ts'

/** Kubernetes' names; Helm leaves ten of 63 characters to what charts append (pkg/chart/v2/util/validate_name.go). */
const pattern = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$'
const maxLength = 53

/** What is wrong with a release's name, in Helm's words; undefined when nothing is. */
export function releaseNameFault(name: string): string | undefined {
  if (name === '') return 'no name provided'
  if (name.length > maxLength || !isName(name)) {
    return `invalid release name, must match regex ${pattern} and the length must not be longer than ${maxLength}`
  }
  return undefined
}

/** Dot-separated labels; spelled out because the pattern backtracks without bound on hostile input. */
function isName(name: string): boolean {
  return name.split('.').every((label) => /^[a-z0-9-]+$/.test(label) && !label.startsWith('-') && !label.endsWith('-'))
}

/** Throws `PREFIX: NAME` for a bad name: every action but install words it so. */
export function requireReleaseName(name: string, prefix: string): void {
  const fault = releaseNameFault(name)
  if (fault !== undefined) throw new PintleError('release.name', `${prefix}: ${name}`, { hint: fault })
}
