import type { Facts, ImageFacts } from './facts.ts'
import type { Violation } from './rule.ts'

/**
 * Judges one fact of every image. Faults of those that are known are told; where all known ones are fine and some are not known, the rule is not evaluated.
 * @param judge undefined: nobody looked; '' fine; else what is wrong
 */
export function judgeImages({ inputs }: Facts, what: string, judge: (image: ImageFacts) => string | undefined): readonly Violation[] | string {
  if (inputs === undefined) return 'the images of the release'
  const judged = inputs.images.map((image) => [image, judge(image)] as const)
  const faults = judged.filter(([, fault]) => fault !== undefined && fault !== '').map(([{ image, usedBy }, fault]): Violation => ({ message: `${image}: ${fault}${usedBy.length > 0 ? ` (${named(usedBy)})` : ''}` }))
  const unknown = judged.filter(([, fault]) => fault === undefined).length
  if (faults.length === 0 && unknown > 0) return `${what} of ${unknown === judged.length ? 'the images' : `${unknown} of ${judged.length} images`}`
  return faults
}

const named = (users: readonly string[]): string => (users.length > 3 ? `${users.slice(0, 3).join(', ')} and ${users.length - 3} more` : users.join(', '))

/** Of a check that was made or not. */
export const unverified = (check: { readonly verified: boolean; readonly reason?: string } | undefined, otherwise: string): string | undefined => (check === undefined ? undefined : check.verified ? '' : check.reason ?? otherwise)
