import { parseConstraint, parseVersion } from '../../language/semver/index.ts'

/** Whether a version satisfies a constraint; false when either cannot be read. */
export function isCompatibleRange(constraint: string, version: string): boolean {
  try {
    return parseConstraint(constraint).check(parseVersion(version))
  } catch {
    return false
  }
}
