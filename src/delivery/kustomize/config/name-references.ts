import { fieldSpec, type FieldSpec } from './field-spec.ts'
import type { NameReference } from './transformer-config.ts'

/** Who names whom. Upstream: builtinpluginconsts/namereference.go. */
const at = (kind: string, paths: readonly string[], below = ''): FieldSpec[] => paths.map((path) => fieldSpec(below === '' ? path : `${below}/${path}`, false, { kind }))
const template = 'spec/template/spec'
const cron = 'spec/jobTemplate/spec/template/spec'
const fullTemplates = ['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet', 'Job']

const configMapEnv = ['containers', 'initContainers'].map((list) => `${list}/env/valueFrom/configMapKeyRef/name`)
const configMapEnvFrom = ['containers', 'initContainers'].map((list) => `${list}/envFrom/configMapRef/name`)
const configMapProjected = 'volumes/projected/sources/configMap/name'
const configMapFields = ['volumes/configMap/name', ...configMapEnv, ...configMapEnvFrom, configMapProjected]

const secretEnv = ['containers', 'initContainers'].map((list) => `${list}/env/valueFrom/secretKeyRef/name`)
const secretEnvFrom = ['containers', 'initContainers'].map((list) => `${list}/envFrom/secretRef/name`)
const secretProjected = 'volumes/projected/sources/secret/name'
const secretFields = ['volumes/secret/secretName', ...secretEnv, ...secretEnvFrom, 'imagePullSecrets/name', secretProjected]

const pod = (paths: readonly string[]): FieldSpec[] => paths.map((path) => fieldSpec(`spec/${path}`, false, { version: 'v1', kind: 'Pod' }))
const resourceNames = ['Role', 'ClusterRole'].map((kind) => fieldSpec('rules/resourceNames', false, { kind }))
const rbac = 'rbac.authorization.k8s.io'
const admission = 'admissionregistration.k8s.io'

/** One field of the pods of every kind that has some. */
const inPods = (path: string): FieldSpec[] => [
  ...at('Pod', [path], 'spec'), ...at('StatefulSet', [path], template), ...at('Deployment', [path], template), ...at('ReplicationController', [path], template),
  ...at('CronJob', [path], cron), ...at('Job', [path], template), ...at('DaemonSet', [path], template),
]

const reference = (kind: string, referrers: readonly FieldSpec[], more: { group?: string; version?: string } = {}): NameReference =>
  ({ gvk: { group: more.group ?? '', version: more.version ?? '', kind }, referrers })

export const nameReferences: readonly NameReference[] = [
  ...['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'].map((kind) => reference(kind, at('HorizontalPodAutoscaler', ['spec/scaleTargetRef/name']))),
  reference('ConfigMap', [
    ...pod(configMapFields), ...at('PodTemplate', configMapFields, 'template/spec'), ...fullTemplates.flatMap((kind) => at(kind, configMapFields, template)),
    ...at('CronJob', ['volumes/configMap/name', configMapProjected, ...configMapEnv, ...configMapEnvFrom], cron),
    ...at('Node', ['spec/configSource/configMap']), ...resourceNames,
    ...at('Ingress', ['metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap']),
  ], { version: 'v1' }),
  reference('Secret', [
    ...pod(secretFields), ...at('PodTemplate', secretFields, 'template/spec'), ...fullTemplates.flatMap((kind) => at(kind, secretFields, template)),
    ...at('CronJob', ['volumes/secret/secretName', secretProjected, ...secretEnv, ...secretEnvFrom, 'imagePullSecrets/name'], cron),
    ...at('Ingress', [
      'spec/tls/secretName', 'metadata/annotations/ingress.kubernetes.io\\/auth-secret', 'metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret',
      'metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret', 'spec/tls/secretName',
    ]),
    ...at('ServiceAccount', ['imagePullSecrets/name']),
    ...at('StorageClass', ['secretName', 'adminSecretName', 'userSecretName', 'secretRef'], 'parameters'),
    ...resourceNames,
    fieldSpec('spec/template/spec/containers/env/valueFrom/secretKeyRef/name', false, { group: 'serving.knative.dev', version: 'v1', kind: 'Service' }),
    ...at('PersistentVolume', ['spec/azureFile/secretName']),
  ], { version: 'v1' }),
  reference('Service', [
    fieldSpec('spec/serviceName', false, { group: 'apps', kind: 'StatefulSet' }),
    ...at('Ingress', ['spec/rules/http/paths/backend/serviceName', 'spec/backend/serviceName', 'spec/rules/http/paths/backend/service/name', 'spec/defaultBackend/service/name']),
    fieldSpec('spec/service/name', false, { group: 'apiregistration.k8s.io', kind: 'APIService' }),
    ...['Validating', 'Mutating'].map((which) => fieldSpec('webhooks/clientConfig/service', false, { group: admission, kind: `${which}WebhookConfiguration` })),
  ], { version: 'v1' }),
  reference('Role', [fieldSpec('roleRef/name', false, { group: rbac, kind: 'RoleBinding' })], { group: rbac }),
  reference('ClusterRole', ['RoleBinding', 'ClusterRoleBinding'].map((kind) => fieldSpec('roleRef/name', false, { group: rbac, kind })), { group: rbac }),
  reference('ServiceAccount', [
    ...['RoleBinding', 'ClusterRoleBinding'].map((kind) => fieldSpec('subjects', false, { group: rbac, kind })), ...inPods('serviceAccountName'),
  ], { version: 'v1' }),
  reference('PersistentVolumeClaim', inPods('volumes/persistentVolumeClaim/claimName'), { version: 'v1' }),
  reference('PersistentVolume', [...at('PersistentVolumeClaim', ['spec/volumeName']), ...at('ClusterRole', ['rules/resourceNames'])], { version: 'v1' }),
  reference('StorageClass', [
    ...at('PersistentVolume', ['spec/storageClassName']), ...at('PersistentVolumeClaim', ['spec/storageClassName']), ...at('StatefulSet', ['spec/volumeClaimTemplates/spec/storageClassName']),
  ], { group: 'storage.k8s.io', version: 'v1' }),
  reference('PriorityClass', inPods('priorityClassName'), { group: 'scheduling.k8s.io', version: 'v1' }),
  // Upstream writes the version into the group, so that nothing ever matches.
  reference('IngressClass', at('Ingress', ['spec/ingressClassName']), { group: 'networking.k8s.io/v1', version: 'v1' }),
  reference('ValidatingAdmissionPolicy', [fieldSpec('spec/policyName', false, { group: admission, kind: 'ValidatingAdmissionPolicyBinding' })], { group: admission }),
]
