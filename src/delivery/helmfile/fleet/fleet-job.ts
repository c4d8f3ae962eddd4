import { createHash } from 'node:crypto'
import { PintleError } from '../../../errors/index.ts'
import type { KubeObject } from '../../../cluster/kube/index.ts'

export interface FleetJob {
  readonly environment: string
  readonly image: string
  /** Namespace of the Job itself. */
  readonly namespace: string
  /** The words after `pintle helmfile`, without those that name environment and report. */
  readonly words: readonly string[]
  /** Files of the state's folder, by relative path. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** Where the releases live. */
  readonly releaseNamespaces: readonly string[]
  /** Contexts that the state names; in the Job all of them lead to its own cluster. */
  readonly contexts: readonly string[]
  /** Secret whose keys become variables. */
  readonly keysSecret: string
}

/** What a ConfigMap can hold, with room for its own words. */
const mostBytes = 900 << 10

/** Names of a Job and of what belongs to it. */
export const jobName = (environment: string): string =>
  `pintle-${environment.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 30)}-${createHash('sha256').update(environment).digest('hex').slice(0, 6)}`

export const resultName = (environment: string): string => `${jobName(environment)}-result`

const account = 'pintle-fleet'
const labels = { 'app.kubernetes.io/managed-by': 'pintle', 'app.kubernetes.io/part-of': 'pintle-fleet' }

/**
 * The objects a run in a cluster needs, the Job last: its namespace, the rights to change the release namespaces and to leave a result, the folder of the state, and a kubeconfig that
 * leads all contexts to the cluster the Job runs in.
 * @throws PintleError helmfile.fleet for a folder that is too large or holds keys
 */
export function fleetObjects(job: FleetJob): KubeObject[] {
  const { environment, namespace, releaseNamespaces, files, contexts } = job
  const name = jobName(environment)
  const subject = { kind: 'ServiceAccount', name: account, namespace }
  const role = (kind: string, roleName: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name: roleName })
  const { data, binaryData, items } = tree(files)
  return [
    ...[...new Set([namespace, ...releaseNamespaces])].map((one): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: one } })),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, namespace, labels } },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: account, labels }, rules: [{ apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'create'] }] },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: account, labels }, roleRef: role('ClusterRole', account), subjects: [subject] },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: account, namespace, labels }, rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'patch', 'update'] }] },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name: account, namespace, labels }, roleRef: role('Role', account), subjects: [subject] },
    ...releaseNamespaces.map((one): KubeObject => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name: `${account}-releases`, namespace: one, labels }, roleRef: role('ClusterRole', 'admin'), subjects: [subject] })),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, labels }, data: { ...data, kubeconfig: inClusterKubeconfig(contexts) }, ...(Object.keys(binaryData).length > 0 && { binaryData }) },
    theJob(job, name, items),
  ]
}

function theJob({ environment, image, namespace, words, keysSecret }: FleetJob, name: string, items: readonly { key: string; path: string }[]): KubeObject {
  const command = ['helmfile', ...words, '--environment', environment, '--report', `configmap:${namespace}/${resultName(environment)}`]
  return {
    apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace, labels },
    spec: {
      // A run that failed is looked at, not repeated.
      backoffLimit: 0, ttlSecondsAfterFinished: 86_400,
      template: {
        metadata: { labels: { ...labels, 'pintle.dev/environment': jobName(environment) } },
        spec: {
          restartPolicy: 'Never', serviceAccountName: account,
          containers: [{
            name: 'pintle', image, workingDir: '/work',
            // Volumes of ConfigMaps cannot be written to, and building dependencies writes.
            command: ['sh', '-c', 'cp -RL /fleet/tree/. /work && exec pintle "$@"', 'pintle', ...command],
            env: [{ name: 'KUBECONFIG', value: '/fleet/config/kubeconfig' }, { name: 'HOME', value: '/home/pintle' }],
            ...(keysSecret !== '' && { envFrom: [{ secretRef: { name: keysSecret } }] }),
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
            volumeMounts: [{ name: 'tree', mountPath: '/fleet/tree', readOnly: true }, { name: 'config', mountPath: '/fleet/config', readOnly: true }, { name: 'work', mountPath: '/work' }, { name: 'home', mountPath: '/home/pintle' }],
          }],
          volumes: [
            { name: 'tree', configMap: { name, items } }, { name: 'config', configMap: { name, items: [{ key: 'kubeconfig', path: 'kubeconfig' }] } },
            { name: 'work', emptyDir: {} }, { name: 'home', emptyDir: {} },
          ],
        },
      },
    },
  }
}

/** Names of files are no keys of ConfigMaps: numbers are. */
function tree(files: ReadonlyMap<string, Uint8Array>): { data: Record<string, string>; binaryData: Record<string, string>; items: { key: string; path: string }[] } {
  const data: Record<string, string> = {}
  const binaryData: Record<string, string> = {}
  const items: { key: string; path: string }[] = []
  let size = 0
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  for (const [path, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    size += bytes.length
    if (size > mostBytes) throw new PintleError('helmfile.fleet', `the folder of the state is larger than ${mostBytes >> 10} KiB, which a ConfigMap can hold`, { hint: 'Run it from a folder that holds what the state needs alone; charts can come from a repository.' })
    const key = `f${items.length}`
    items.push({ key, path })
    try {
      data[key] = decoder.decode(bytes)
    } catch {
      binaryData[key] = Buffer.from(bytes).toString('base64')
      continue
    }
    if (/AGE-SECRET-KEY-1|-----BEGIN [A-Z ]*PRIVATE KEY/.test(data[key])) {
      throw new PintleError('helmfile.fleet', `${path} holds a private key, which no ConfigMap may hold`, { hint: 'Keep keys outside of the folder, and name a Secret that holds them with --keys-secret.' })
    }
  }
  return { data, binaryData, items }
}

function inClusterKubeconfig(contexts: readonly string[]): string {
  const secrets = '/var/run/secrets/kubernetes.io/serviceaccount'
  const names = contexts.length === 0 ? ['in-cluster'] : [...new Set(contexts)]
  return JSON.stringify({
    apiVersion: 'v1', kind: 'Config', 'current-context': names[0],
    clusters: [{ name: 'in-cluster', cluster: { server: 'https://kubernetes.default.svc', 'certificate-authority': `${secrets}/ca.crt` } }],
    users: [{ name: 'job', user: { tokenFile: `${secrets}/token` } }],
    contexts: names.map((name) => ({ name, context: { cluster: 'in-cluster', user: 'job' } })),
  })
}
