import { fillStruct } from './decode-spec.ts'
import { releaseSpec } from './schema.ts'
import type { ReleaseSpec } from './spec.ts'

/** A release of which nothing is said, with the given fields. */
export function emptyRelease(fields: Partial<ReleaseSpec> = {}): ReleaseSpec {
  return { ...fillStruct<ReleaseSpec>(null, releaseSpec), ...fields }
}
