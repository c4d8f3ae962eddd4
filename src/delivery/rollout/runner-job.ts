import { createHash } from 'node:crypto'
import type { KubeObject } from '../../cluster/kube/index.ts'
import type { Journal } from './types.ts'

export interface RunnerJobOptions {
  readonly journal: Pick<Journal, 'id' | 'release' | 'namespace' | 'service'>
  /** Image with the program `pintle` in it. */
  readonly image: string
  /** Service account of the pod. */
  readonly account: string
  /** When it was decided that it goes on, RFC 3339. */
  readonly since: string
  /** Secrets whose entries become variables: credentials of providers of metrics. */
  readonly envFrom: readonly string[]
  /** More variables: HELM_DRIVER. */
  readonly env?: Readonly<Record<string, string>>
}

/** What the objects of a runner are called: at most 63 characters, another name for each rollout. */
export function runnerName({ id, release }: Pick<Journal, 'id' | 'release'>): string {
  return `pintle-rollout-${release.slice(0, 38).replace(/[^a-z0-9]+$/, '')}-${createHash('sha256').update(`${release} ${id}`).digest('hex').slice(0, 8)}`
}

/** Labels of all that a runner is made of; pods carry no other, so that no Service of a release selects them. */
export const runnerLabels = ({ release }: Pick<Journal, 'release'>): Record<string, string> => ({ 'app.kubernetes.io/managed-by': 'pintle', 'app.kubernetes.io/component': 'rollout-runner', 'pintle.dev/runner-of': release })

/** The command line of the pod. @param since when it was decided that it goes on, RFC 3339 */
export const runnerCommand = ({ release, namespace }: Pick<Journal, 'release' | 'namespace'>, since: string): string[] => ['pintle', 'rollout', 'run', release, '--namespace', namespace, '--since', since, '--progress', 'json']

/**
 * The Job that runs a rollout inside the cluster. A pod that dies is followed by another, which goes on by the journal; one that ends with a decision (5, 6) ends the Job.
 */
export function runnerJob({ journal, image, account, envFrom, since, env = {} }: RunnerJobOptions): KubeObject {
  const name = runnerName(journal)
  const labels = runnerLabels(journal)
  return {
    apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace: journal.namespace, labels, annotations: { 'pintle.dev/rollout-id': journal.id } },
    spec: {
      backoffLimit: 3, ttlSecondsAfterFinished: 86_400, completions: 1, parallelism: 1,
      podFailurePolicy: {
        rules: [
          // A node that is emptied is no fault of the run.
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
          { action: 'FailJob', onExitCodes: { containerName: 'pintle', operator: 'In', values: [5, 6] } },
        ],
      },
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: 'Never', serviceAccountName: account, automountServiceAccountToken: true, terminationGracePeriodSeconds: 60, enableServiceLinks: false,
          securityContext: { runAsNonRoot: true, runAsUser: 65_532, runAsGroup: 65_532, fsGroup: 65_532, seccompProfile: { type: 'RuntimeDefault' } },
          volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '64Mi' } }],
          containers: [{
            name: 'pintle', image, command: runnerCommand(journal, since), workingDir: '/tmp',
            env: Object.entries({ HOME: '/tmp', PINTLE_OPERATOR: `job/${name}`, ...env }).map(([key, value]) => ({ name: key, value })),
            ...(envFrom.length > 0 && { envFrom: envFrom.map((secret) => ({ secretRef: { name: secret } })) }),
            resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } },
            securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
            volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
          }],
        },
      },
    },
  }
}
