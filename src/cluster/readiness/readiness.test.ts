import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { KubeObject } from '../kube/index.ts'
import { readiness } from './index.ts'

const vectors = JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8')) as {
  cases: { object: KubeObject; related: KubeObject[]; watch: string; legacy: string; legacyJobs: string }[]
}
const now = Date.parse('2026-06-01T00:00:00Z')

test('kstatus and Helm 3 say the same of recorded objects', () => {
  expect(vectors.cases.length).toBeGreaterThan(100)
  for (const { object, related, watch, legacy, legacyJobs } of vectors.cases) {
    const of = { replicaSets: related.filter(r => r.kind === 'ReplicaSet'), pods: related.filter(r => r.kind === 'Pod') }
    const [status, reason, message] = watch.split('|') as [string, string, string]
    const got = readiness(object, { now })
    expect({ object, status: got.status.toLowerCase(), message: got.message }).toEqual({ object, status: status.toLowerCase(), message })
    // kstatus has no condition for a terminating object, hence no reason.
    if (got.status !== 'terminating') expect(got.reason ?? '').toBe(reason)
    for (const [jobs, theirs] of [[false, legacy], [true, legacyJobs]] as const) {
      const old = readiness(object, { mode: 'legacy', jobs, related: of })
      expect([object, old.status === 'failed' ? `err: ${old.message}` : String(old.status === 'current')]).toEqual([object, theirs])
    }
  }
})

const job = (conditions: object[], spec = {}): KubeObject => ({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j', namespace: 'n' }, spec, status: { startTime: '2026-01-01T00:00:00Z', succeeded: 1, failed: 2, conditions } })
const pod = (phase: string): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'n' }, status: { phase } })

test('hooks: Jobs and Pods must end well, nothing else counts', () => {
  const hook = (o: KubeObject): unknown => readiness(o, { mode: 'hook' })
  expect(hook(job([]))).toEqual({ status: 'inProgress', message: 'Job in progress', reason: 'JobInProgress' })
  expect(hook(job([{ type: 'Complete', status: 'True' }], { completions: 3 }))).toEqual({ status: 'current', message: 'Job Completed. succeeded: 1/3' })
  expect(hook(job([{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }]))).toEqual({ status: 'failed', message: 'Job Failed. failed: 2/1', reason: 'JobFailed' })
  expect(hook(pod('Running'))).toEqual({ status: 'inProgress', message: 'Pod in progress', reason: 'PodInProgress' })
  expect(hook(pod('Succeeded'))).toEqual({ status: 'current', message: 'pod p succeeded' })
  expect(hook(pod('Failed'))).toEqual({ status: 'failed', message: 'pod p failed', reason: 'PodFailed' })
  expect(hook({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' } })).toEqual({ status: 'current', message: 'Resource is current' })
})

test("Helm 3's hooks", () => {
  const hook = (o: KubeObject): unknown => readiness(o, { mode: 'legacyHook' })
  expect(hook(job([{ type: 'Failed', status: 'True', reason: 'DeadlineExceeded' }]))).toMatchObject({ status: 'failed', message: 'job j failed: DeadlineExceeded' })
  expect(hook(job([{ type: 'Complete', status: 'True' }]))).toMatchObject({ status: 'current' })
  expect(hook(pod('Failed'))).toMatchObject({ status: 'failed', message: 'pod p failed' })
  expect(hook(pod('Pending'))).toMatchObject({ status: 'inProgress' })
})

test('--wait-for-jobs waits for the end of a Job', () => {
  expect(readiness(job([])).status).toBe('current')
  expect(readiness(job([]), { jobs: true }).status).toBe('inProgress')
})

test('what is not there', () => {
  expect(readiness(undefined)).toEqual({ status: 'notFound', message: 'Resource not found', reason: 'NotFound' })
})
