import fc from 'fast-check'
import { expect, test } from 'vitest'
import { labelValueProblems, subdomainProblems } from '../../cluster/kube/index.ts'
import { runnerJob, runnerLabels, runnerName } from './runner-job.ts'

const release = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?)?$/).filter((name) => name.length <= 53)

test('names are short enough for Jobs and their pods, and differ from rollout to rollout', () => {
  fc.assert(fc.property(release, fc.uuid(), fc.uuid(), (name, one, other) => {
    const made = runnerName({ id: one, release: name })
    expect(made.length).toBeLessThanOrEqual(63)
    expect(subdomainProblems(made)).toEqual([])
    expect(Object.values(runnerLabels({ release: name })).flatMap((v) => labelValueProblems(v))).toEqual([])
    if (one !== other) expect(runnerName({ id: other, release: name })).not.toBe(made)
  }), { seed: 7 })
})

test('the pod is no part of the release, may do little, and is told which rollout to run', () => {
  const journal = { id: '1', release: 'web', namespace: 'prod', service: 'web' }
  const job = runnerJob({ journal, image: 'x@sha256:1', account: 'a', since: '2026-03-01T09:00:00.000Z', envFrom: ['metrics'], env: { HELM_DRIVER: 'configmap' } })
  const { metadata, spec } = job.spec.template
  expect(Object.keys(metadata.labels)).toEqual(['app.kubernetes.io/managed-by', 'app.kubernetes.io/component', 'pintle.dev/runner-of'])
  const [container] = spec.containers
  expect(container.command).toEqual(['pintle', 'rollout', 'run', 'web', '--namespace', 'prod', '--since', '2026-03-01T09:00:00.000Z', '--progress', 'json'])
  expect(container.envFrom).toEqual([{ secretRef: { name: 'metrics' } }])
  expect(container.env).toContainEqual({ name: 'HELM_DRIVER', value: 'configmap' })
  expect([spec.securityContext.runAsNonRoot, container.securityContext.readOnlyRootFilesystem, container.securityContext.allowPrivilegeEscalation, spec.restartPolicy, job.spec.backoffLimit]).toEqual([true, true, false, 'Never', 3])
})
