import { githubName } from '../trust/trust.ts'
import type { Approval } from './approval.ts'

/** Somebody's review of a deployment, as GitHub's "review history of a workflow run" lists it. */
export interface GithubReview {
  readonly login: string
  readonly decision: Approval['decision']
  readonly comment: string
  readonly environment: string
}

/** Why a review is not taken over. */
export interface SkippedReview {
  readonly login: string
  readonly why: string
}

const mostReviews = 500

/**
 * Reads the answer of GET /repos/{owner}/{repo}/actions/runs/{run}/approvals.
 * @param environment of GitHub: only reviews of it count
 * @param digest of the plan: a review whose comment names another digest is about another plan
 * @throws Error in words when it is no such answer
 */
export function readGithubReviews(json: unknown, environment: string, digest: string): { reviews: GithubReview[]; skipped: SkippedReview[] } {
  if (!Array.isArray(json)) throw new Error('it is no list of reviews')
  if (json.length > mostReviews) throw new Error(`it has more than ${mostReviews} reviews`)
  const reviews: GithubReview[] = []
  const skipped: SkippedReview[] = []
  for (const item of json as { state?: unknown; comment?: unknown; user?: { login?: unknown }; environments?: { name?: unknown }[] }[]) {
    const login = item?.user?.login
    if (typeof login !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9_-]{0,100}(?:\[bot\])?$/.test(login) || typeof item.state !== 'string' || !Array.isArray(item.environments)) throw new Error('a review lacks its user, state or environments')
    const comment = typeof item.comment === 'string' ? item.comment : ''
    const names = item.environments.map((e) => e?.name).filter((n): n is string => typeof n === 'string')
    const skip = (why: string): number => skipped.push({ login, why })
    if (!names.includes(environment)) skip(`it is of ${names.join(', ') || 'no environment'}`)
    else if (item.state !== 'approved' && item.state !== 'rejected') skip(`its state is ${item.state.slice(0, 40)}`)
    else if ([...comment.matchAll(/sha256:[0-9a-f]{64}/g)].some(([named]) => named !== digest)) skip('its comment names another plan')
    else reviews.push({ login, decision: item.state === 'approved' ? 'approve' : 'reject', comment: comment.slice(0, 1000), environment })
  }
  return { reviews, skipped }
}

/**
 * The approvals that the reviews are. GitHub gives no times: it is that of the import that counts.
 * @param options.run the run whose reviews they are: a URL or a number
 */
export function importedApprovals(reviews: readonly GithubReview[], options: { readonly run: string; readonly now: Date; readonly expires: Date; readonly environment: string }): Approval[] {
  const last = new Map<string, GithubReview>()
  // One rejection is enough: the order of the list is not promised.
  for (const review of reviews) if (last.get(review.login)?.decision !== 'reject') last.set(review.login, review)
  return [...last.values()].map(({ login, decision, comment, environment }) => ({
    decision, approver: githubName(login), decidedAt: options.now.toISOString(), expiresAt: options.expires.toISOString(), ...(comment !== '' && { reason: comment }), environment: options.environment,
    imported: { from: 'github-environment', run: options.run, environment },
  }))
}
