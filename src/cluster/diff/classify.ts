/** What a reviewer wants to know about a change first. */
export type ChangeClass =
  | 'selector' | 'deletion' | 'immutable' | 'secret-reference' | 'secret' | 'image' | 'probe' | 'resources' | 'ingress' | 'rbac' | 'security'
  | 'storage' | 'replicas' | 'config' | 'network' | 'metadata' | 'other'

/** Most dangerous first: the order in which changes are shown. */
export const riskOrder: readonly ChangeClass[] = [
  'deletion', 'immutable', 'selector', 'storage', 'rbac', 'security', 'secret', 'secret-reference', 'ingress', 'network', 'image', 'probe', 'resources',
  'replicas', 'config', 'other', 'metadata',
]

interface Rule {
  readonly kinds?: RegExp
  readonly path: RegExp
  readonly is: ChangeClass
}

const workload = /^(Deployment|StatefulSet|DaemonSet|ReplicaSet|Job|CronJob|Pod)$/

/** The first rule that matches decides. Paths are written as `spec.template.spec.containers[name=app].image`. */
const rules: readonly Rule[] = [
  { kinds: /^(Deployment|StatefulSet|DaemonSet|ReplicaSet)$/, path: /^spec\.selector\b/, is: 'immutable' },
  { kinds: /^StatefulSet$/, path: /^spec\.(serviceName|podManagementPolicy|volumeClaimTemplates)\b/, is: 'immutable' },
  { kinds: /^Job$/, path: /^spec\.(template|selector|completions|completionMode)\b/, is: 'immutable' },
  { kinds: /^(RoleBinding|ClusterRoleBinding)$/, path: /^roleRef\b/, is: 'immutable' },
  { kinds: /^StorageClass$/, path: /^(provisioner|parameters|reclaimPolicy|volumeBindingMode)\b/, is: 'immutable' },
  { kinds: /^PersistentVolumeClaim$/, path: /^spec\.(storageClassName|accessModes|volumeName|selector)\b/, is: 'immutable' },
  { kinds: /^Service$/, path: /^spec\.(selector)\b/, is: 'selector' },
  { path: /^spec\.(template\.)?(spec\.)?(podSelector|nodeSelector)\b|^spec\.selector\b|^spec\.template\.metadata\.labels\b/, is: 'selector' },
  { kinds: /^Secret$/, path: /^(data|stringData|immutable|type)\b/, is: 'secret' },
  { path: /(secretKeyRef|secretRef|secretName|imagePullSecrets|secretProviderClass)\b/, is: 'secret-reference' },
  { kinds: /^(ExternalSecret|SecretStore|ClusterSecretStore|SealedSecret|SecretProviderClass)$/, path: /^spec\b/, is: 'secret-reference' },
  { kinds: /^(Ingress|HTTPRoute|GRPCRoute|TLSRoute|TCPRoute|Gateway|VirtualService|IngressRoute)$/, path: /^(spec|metadata\.annotations)\b/, is: 'ingress' },
  { kinds: /^(Role|ClusterRole|RoleBinding|ClusterRoleBinding)$/, path: /^(rules|subjects|aggregationRule)\b/, is: 'rbac' },
  { kinds: workload, path: /(containers|initContainers|ephemeralContainers)\[[^\]]*\]\.image$/, is: 'image' },
  { kinds: workload, path: /\b(livenessProbe|readinessProbe|startupProbe)\b/, is: 'probe' },
  { kinds: workload, path: /\bresources\b|\bresizePolicy\b/, is: 'resources' },
  { kinds: workload, path: /\b(securityContext|serviceAccountName|serviceAccount|hostNetwork|hostPID|hostIPC|automountServiceAccountToken|hostPath)\b/, is: 'security' },
  { kinds: workload, path: /\b(volumes|volumeMounts|volumeClaimTemplates)\b/, is: 'storage' },
  { kinds: /^(PersistentVolumeClaim|PersistentVolume|StorageClass)$/, path: /^spec\b/, is: 'storage' },
  { path: /^spec\.(replicas|minReplicas|maxReplicas|minAvailable|maxUnavailable|parallelism)$/, is: 'replicas' },
  { kinds: /^HorizontalPodAutoscaler$/, path: /^spec\b/, is: 'replicas' },
  { kinds: /^ConfigMap$/, path: /^(data|binaryData)\b/, is: 'config' },
  { kinds: workload, path: /\b(env|envFrom|args|command)\b/, is: 'config' },
  { kinds: /^(Service|NetworkPolicy|EndpointSlice|Endpoints)$/, path: /^spec\b/, is: 'network' },
  { kinds: workload, path: /\bports\b/, is: 'network' },
  { path: /^metadata\b|^spec\.template\.metadata\b/, is: 'metadata' },
]

/** The class of one changed field. @param path as in FieldChange.path */
export function classify(kind: string, path: string): ChangeClass {
  for (const rule of rules) {
    if ((rule.kinds === undefined || rule.kinds.test(kind)) && rule.path.test(path)) return rule.is
  }
  return 'other'
}
