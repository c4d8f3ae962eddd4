import { parseConstraint, parseVersion, VersionObject } from '../semver/index.ts'
import type { Constraint, Version } from '../semver/index.ts'
import { fn } from './define.ts'
import type { Family } from './define.ts'
import { Memo } from './memo.ts'

/** The version functions; charts ask the same few questions over and over, so what was parsed is kept. */
export function versions(): Family {
  const constraints = new Memo<Constraint>(parseConstraint)
  const parsed = new Memo<Version>(parseVersion)
  return {
    semver: fn('string', ([text]) => new VersionObject(parsed.get(text as string))),
    semverCompare: fn('string,string', ([constraint, version]) => {
      const c = constraints.get(constraint as string)
      return c.check(parsed.get(version as string))
    }),
  }
}
