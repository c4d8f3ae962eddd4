import { expect, test } from 'vitest'
import { importedApprovals, readGithubReviews } from './github-reviews.ts'

const digest = `sha256:${'a'.repeat(64)}`
const review = (login: string, more: object = {}) => ({ state: 'approved', comment: '', environments: [{ id: 1, name: 'production', url: 'https://api.example.com/e/1' }], user: { login, id: 1, type: 'User' }, ...more })
const options = { run: '7', now: new Date('2026-01-01T11:00:00Z'), expires: new Date('2026-01-01T19:00:00Z'), environment: 'prod' }

test('reviews of the environment become approvals, the others are told', () => {
  const { reviews, skipped } = readGithubReviews([
    review('octocat', { comment: `looks good ${digest}` }), review('hubot', { state: 'rejected', comment: 'no' }), review('monalisa', { environments: [{ name: 'staging' }] }), review('late', { state: 'pending' }),
    review('other', { comment: `I read sha256:${'b'.repeat(64)}` }),
  ], 'production', digest)
  expect(skipped).toEqual([{ login: 'monalisa', why: 'it is of staging' }, { login: 'late', why: 'its state is pending' }, { login: 'other', why: 'its comment names another plan' }])
  const imported = { from: 'github-environment', run: '7', environment: 'production' }
  const times = { decidedAt: '2026-01-01T11:00:00.000Z', expiresAt: '2026-01-01T19:00:00.000Z', environment: 'prod' }
  expect(importedApprovals(reviews, options)).toEqual([
    { decision: 'approve', approver: 'github:octocat', reason: `looks good ${digest}`, imported, ...times }, { decision: 'reject', approver: 'github:hubot', reason: 'no', imported, ...times },
  ])
})

test('somebody who rejected has rejected, whatever stands beside it', () => {
  for (const list of [[review('a'), review('a', { state: 'rejected' })], [review('a', { state: 'rejected' }), review('a')]]) {
    expect(importedApprovals(readGithubReviews(list, 'production', digest).reviews, options).map((a) => a.decision)).toEqual(['reject'])
  }
})

test.each([[{}, 'no list'], [[null], 'lacks'], [[{ state: 'approved', environments: [] }], 'lacks'], [[review('a b')], 'lacks'], [[review('x', { environments: 'production' })], 'lacks'], [Array.from({ length: 501 }, () => review('a')), 'more than 500']])('%j is no such answer', (json, why) => {
  expect(() => readGithubReviews(json, 'production', digest)).toThrow(why)
})
