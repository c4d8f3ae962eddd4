import type { Gvk } from '../resource/gvk.ts'
import { fieldSpec, sortByGvk, type FieldSpec } from './field-spec.ts'
import { nameReferences } from './name-references.ts'
import { emptyConfig, mergeConfigs, type TransformerConfig } from './transformer-config.ts'

/** Fields of kustomize 5.8's transformers. Upstream: builtinpluginconsts; the order of entries is upstream's, since sorting keeps some of it. */
const apps = 'apps'
const batch = 'batch'
const affinity = (group: string, kind: string): FieldSpec[] => [
  ...['podAffinity', 'podAntiAffinity'].flatMap((which) => [
    `spec/template/spec/affinity/${which}/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels`,
    `spec/template/spec/affinity/${which}/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels`,
  ]),
  'spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels',
].map((path) => fieldSpec(path, false, { group, kind }))

/** Metadata of an object and of the pods it makes. */
const metadataOf = (what: string, statefulSet: Partial<Gvk>): FieldSpec[] => [
  fieldSpec(`metadata/${what}`, true),
  fieldSpec(`spec/template/metadata/${what}`, true, { version: 'v1', kind: 'ReplicationController' }),
  ...['Deployment', 'ReplicaSet', 'DaemonSet'].map((kind) => fieldSpec(`spec/template/metadata/${what}`, true, { kind })),
  fieldSpec(`spec/template/metadata/${what}`, true, statefulSet),
  fieldSpec(`spec/template/metadata/${what}`, true, { group: batch, kind: 'Job' }),
  fieldSpec(`spec/jobTemplate/metadata/${what}`, true, { group: batch, kind: 'CronJob' }),
  fieldSpec(`spec/jobTemplate/spec/template/metadata/${what}`, true, { group: batch, kind: 'CronJob' }),
]

const statefulSet = { group: apps, kind: 'StatefulSet' }
const volumeClaimTemplates = [fieldSpec('spec/volumeClaimTemplates[]/metadata/labels', true, statefulSet)]
const policy = { group: 'networking.k8s.io', kind: 'NetworkPolicy' }

const commonLabels: FieldSpec[] = [
  fieldSpec('spec/selector', true, { version: 'v1', kind: 'Service' }),
  fieldSpec('spec/selector', true, { version: 'v1', kind: 'ReplicationController' }),
  fieldSpec('spec/selector/matchLabels', true, { kind: 'Deployment' }),
  ...affinity(apps, 'Deployment'),
  fieldSpec('spec/selector/matchLabels', true, { kind: 'ReplicaSet' }),
  fieldSpec('spec/selector/matchLabels', true, { kind: 'DaemonSet' }),
  fieldSpec('spec/selector/matchLabels', true, statefulSet),
  ...affinity(apps, 'StatefulSet'),
  fieldSpec('spec/selector/matchLabels', false, { group: batch, kind: 'Job' }),
  fieldSpec('spec/jobTemplate/spec/selector/matchLabels', false, { group: batch, kind: 'CronJob' }),
  fieldSpec('spec/selector/matchLabels', false, { group: 'policy', kind: 'PodDisruptionBudget' }),
  fieldSpec('spec/podSelector/matchLabels', false, policy),
  fieldSpec('spec/ingress/from/podSelector/matchLabels', false, policy),
  fieldSpec('spec/egress/to/podSelector/matchLabels', false, policy),
  ...metadataOf('labels', statefulSet),
  ...volumeClaimTemplates,
]

/** Where `$(NAME)` is replaced in pods: below `spec/template/spec`, or elsewhere. */
const podVariables = (kind: string, spec: string, volumes = spec): FieldSpec[] => [
  ...['containers', 'initContainers'].flatMap((list) => ['args', 'command', 'env/value', 'volumeMounts/mountPath'].map((field) => `${spec}/${list}/${field}`)),
  `${volumes}/volumes/nfs/server`,
].map((path) => fieldSpec(path, false, { kind }))

const template = 'spec/template/spec'
const varReference: FieldSpec[] = [
  ...podVariables('CronJob', 'spec/jobTemplate/spec/template/spec', 'spec/jobTemplate/spec/template'),
  ...podVariables('DaemonSet', template),
  ...podVariables('Deployment', template),
  fieldSpec('spec/template/metadata/annotations', false, { kind: 'Deployment' }),
  ...['spec/rules/host', 'spec/tls/hosts', 'spec/tls/secretName'].map((path) => fieldSpec(path, false, { kind: 'Ingress' })),
  ...podVariables('Job', template),
  ...podVariables('Pod', 'spec'),
  ...podVariables('ReplicaSet', template),
  ...['spec/ports/port', 'spec/ports/targetPort'].map((path) => fieldSpec(path, false, { kind: 'Service' })),
  ...podVariables('StatefulSet', template).slice(0, -1),
  fieldSpec('spec/volumeClaimTemplates/spec/nfs/server', false, { kind: 'StatefulSet' }),
  fieldSpec('spec/nfs/server', false, { kind: 'PersistentVolume' }),
  fieldSpec('metadata/labels'),
  fieldSpec('metadata/annotations'),
]

/** Merged into nothing, as every accumulator takes it: entries that stand twice go. */
export const defaultConfig: TransformerConfig = mergeConfigs(emptyConfig, {
  namePrefix: [fieldSpec('metadata/name')],
  nameSuffix: [fieldSpec('metadata/name')],
  namespace: sortByGvk([
    fieldSpec('metadata/name', true, { kind: 'Namespace' }),
    fieldSpec('spec/service/namespace', true, { group: 'apiregistration.k8s.io', kind: 'APIService' }),
    fieldSpec('spec/conversion/webhook/clientConfig/service/namespace', false, { group: 'apiextensions.k8s.io', kind: 'CustomResourceDefinition' }),
  ]),
  commonLabels: sortByGvk(commonLabels),
  labels: [],
  templateLabels: sortByGvk(metadataOf('labels', statefulSet)),
  volumeClaimTemplateLabels: volumeClaimTemplates,
  commonAnnotations: sortByGvk(metadataOf('annotations', { kind: 'StatefulSet' })),
  nameReference: sortByGvk(nameReferences),
  varReference: sortByGvk(varReference),
  images: [
    'spec/containers[]/image', 'spec/initContainers[]/image', 'spec/volumes[]/image/reference', 'spec/template/spec/containers[]/image',
    'spec/template/spec/initContainers[]/image', 'spec/template/spec/volumes[]/image/reference', 'spec/jobTemplate/spec/template/spec/volumes[]/image/reference',
  ].map((path) => fieldSpec(path, true)),
  replicas: sortByGvk(['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'].map((kind) => fieldSpec('spec/replicas', true, { kind }))),
})
