import { isEmptyValue } from '../json.ts'
import type { JsonMap } from '../json.ts'
import { forbidden } from '../status.ts'
import type { KindContext } from './strategy.ts'

/** What the default admission plugins do to a pod: ServiceAccount, Priority, DefaultTolerationSeconds, LimitRanger's defaults left aside. */
export function admitPod(pod: JsonMap, context: KindContext): JsonMap {
  const spec: JsonMap = { ...pod.spec }
  const { namespace, name } = pod.metadata as { namespace: string; name: string }
  if (!spec.serviceAccountName) spec.serviceAccountName = 'default'
  spec.serviceAccount = spec.serviceAccountName
  const find = (): JsonMap | undefined => context.find('/serviceaccounts', namespace, spec.serviceAccountName as string)
  let account = find()
  if (account === undefined) {
    // The plugin waits a second for one that is on its way.
    context.missingAccount()
    account = find()
  }
  if (account === undefined) {
    throw forbidden('', 'pods', name, `error looking up service account ${namespace}/${spec.serviceAccountName}: serviceaccount "${spec.serviceAccountName}" not found`)
  }
  if (isEmptyValue(spec.imagePullSecrets) && !isEmptyValue(account.imagePullSecrets)) spec.imagePullSecrets = account.imagePullSecrets
  const path = '/var/run/secrets/kubernetes.io/serviceaccount'
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? [])] as JsonMap[]
  const unmounted = containers.some((c) => !((c.volumeMounts ?? []) as JsonMap[]).some((m) => m.mountPath === path))
  if ((spec.automountServiceAccountToken ?? account.automountServiceAccountToken) !== false && unmounted) {
    const volume = `kube-api-access-${context.suffix()}`
    const mount = (c: JsonMap): JsonMap => (((c.volumeMounts ?? []) as JsonMap[]).some((m) => m.mountPath === path) ? c
      : { ...c, volumeMounts: [...(c.volumeMounts ?? []), { name: volume, readOnly: true, mountPath: path }] })
    for (const key of ['initContainers', 'containers']) if (spec[key]) spec[key] = (spec[key] as JsonMap[]).map(mount)
    spec.volumes = [...(spec.volumes ?? []), {
      name: volume,
      projected: {
        sources: [
          { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
          { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
          { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
        ],
        defaultMode: 420,
      },
    }]
  }
  if (spec.priorityClassName) {
    const priority = context.find('scheduling.k8s.io/priorityclasses', '', spec.priorityClassName as string)
    if (priority === undefined) throw forbidden('', 'pods', name, `no PriorityClass with name ${spec.priorityClassName} was found`)
    spec.priority = priority.value
    spec.preemptionPolicy = priority.preemptionPolicy ?? 'PreemptLowerPriority'
  } else {
    const standard = context.list('scheduling.k8s.io/priorityclasses').find((p) => p.globalDefault === true)
    if (standard !== undefined) spec.priorityClassName = standard.metadata.name
    spec.priority = standard?.value ?? 0
    spec.preemptionPolicy ??= standard?.preemptionPolicy ?? 'PreemptLowerPriority'
  }
  const tolerations = (spec.tolerations ?? []) as JsonMap[]
  const more: JsonMap[] = []
  for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
    const covered = tolerations.some((t) => (t.key === key || !t.key) && (!t.effect || t.effect === 'NoExecute'))
    if (!covered) more.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 })
  }
  spec.tolerations = [...tolerations, ...more]
  return { ...pod, spec }
}
