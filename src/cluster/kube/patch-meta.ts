/**
 * Which lists of Kubernetes' built-in types a strategic merge patch merges, and by which key: the `patchStrategy` and
 * `patchMergeKey` tags of k8s.io/api and k8s.io/apiextensions-apiserver v0.37. Only fields that carry such a tag, or lead
 * to one, are in the table; every other field is merged (maps) or replaced (lists).
 *
 * Recorded by walking client-go's scheme with reflection; types whose entries are equal share one.
 */

/** A field that merges in its own way, or leads to one that does. */
export interface PatchField {
  /** The entry of the field's type, or of its elements. */
  readonly of?: string
  readonly strategy?: 'merge' | 'replace'
  /** Elements of a merged list of objects with equal values here are the same element. */
  readonly key?: string
  /** Fields that the patch does not name are cleared (a union such as a volume's source). */
  readonly retainKeys?: true
}

const types: Readonly<Record<string, Readonly<Record<string, PatchField>>>> = {
  CSINode: { metadata: { of: 'ObjectMeta' }, spec: { of: 'CSINodeSpec' }, status: { of: 'CSINodeStatus' } },
  CSINodeSpec: { drivers: { strategy: 'merge', key: 'name' } },
  CSINodeStatus: { storageHealth: { strategy: 'merge', key: 'name' } },
  ComponentStatus: { conditions: { strategy: 'merge', key: 'type' }, metadata: { of: 'ObjectMeta' } },
  CompositePodGroupTemplate: {
    compositePodGroupTemplates: { of: 'CompositePodGroupTemplate' },
    podGroupTemplates: { of: 'PodGroupSpec' },
  },
  Conditions: { conditions: { strategy: 'merge', key: 'type' } },
  Container: {
    env: { strategy: 'merge', key: 'name' },
    ports: { strategy: 'merge', key: 'containerPort' },
    volumeDevices: { strategy: 'merge', key: 'devicePath' },
    volumeMounts: { strategy: 'merge', key: 'mountPath' },
  },
  ContainerStatus: {
    allocatedResourcesStatus: { strategy: 'merge', key: 'name' },
    volumeMounts: { strategy: 'merge', key: 'mountPath' },
  },
  CronJob: { metadata: { of: 'ObjectMeta' }, spec: { of: 'CronJobSpec' } },
  CronJobSpec: { jobTemplate: { of: 'JobTemplateSpec' } },
  DaemonSet: { metadata: { of: 'ObjectMeta' }, spec: { of: 'DaemonSetSpec' }, status: { of: 'Conditions' } },
  DaemonSetSpec: { template: { of: 'PodTemplateSpec' } },
  Deployment: { metadata: { of: 'ObjectMeta' }, spec: { of: 'DeploymentSpec' }, status: { of: 'Conditions' } },
  DeploymentSpec: { strategy: { retainKeys: true }, template: { of: 'PodTemplateSpec' } },
  EphemeralVolumeSource: { volumeClaimTemplate: { of: 'Object' } },
  Eviction: { metadata: { of: 'ObjectMeta' }, status: { of: 'EvictionStatus' } },
  EvictionStatus: {
    conditions: { strategy: 'merge', key: 'type' },
    requesters: { strategy: 'merge', key: 'name' },
    responders: { strategy: 'merge', key: 'name' },
    targetResponders: { strategy: 'merge', key: 'name' },
  },
  HorizontalPodAutoscaler: { metadata: { of: 'ObjectMeta' }, status: { of: 'Conditions' } },
  Job: { metadata: { of: 'ObjectMeta' }, spec: { of: 'JobSpec' }, status: { of: 'Conditions' } },
  JobSchedulingConfiguration: { resourceClaims: { strategy: 'merge', key: 'name' } },
  JobSpec: { scheduling: { of: 'JobSchedulingConfiguration' }, template: { of: 'PodTemplateSpec' } },
  JobTemplateSpec: { metadata: { of: 'ObjectMeta' }, spec: { of: 'JobSpec' } },
  MutatingAdmissionPolicy: { metadata: { of: 'ObjectMeta' }, spec: { of: 'MutatingAdmissionPolicySpec' } },
  MutatingAdmissionPolicySpec: { matchConditions: { strategy: 'merge', key: 'name' } },
  MutatingWebhookConfiguration: {
    metadata: { of: 'ObjectMeta' },
    webhooks: { of: 'MutatingAdmissionPolicySpec', strategy: 'merge', key: 'name' },
  },
  Node: { metadata: { of: 'ObjectMeta' }, spec: { of: 'NodeSpec' }, status: { of: 'NodeStatus' } },
  NodeAllocatableResourceClaimStatus: {
    mapping: { strategy: 'merge', key: 'name' },
    overhead: { strategy: 'merge', key: 'name' },
  },
  NodeSpec: { podCIDRs: { strategy: 'merge' } },
  NodeStatus: { addresses: { strategy: 'merge', key: 'type' }, conditions: { strategy: 'merge', key: 'type' } },
  Object: { metadata: { of: 'ObjectMeta' } },
  ObjectMeta: { finalizers: { strategy: 'merge' }, ownerReferences: { strategy: 'merge', key: 'uid' } },
  PersistentVolumeClaim: { metadata: { of: 'ObjectMeta' }, status: { of: 'PersistentVolumeClaimStatus' } },
  PersistentVolumeClaimStatus: {
    conditions: { strategy: 'merge', key: 'type' },
    healthStatus: { of: 'VolumeHealthStatus' },
  },
  Pod: { metadata: { of: 'ObjectMeta' }, spec: { of: 'PodSpec' }, status: { of: 'PodStatus' } },
  PodDisruptionBudget: {
    metadata: { of: 'ObjectMeta' },
    spec: { of: 'PodDisruptionBudgetSpec' },
    status: { of: 'Conditions' },
  },
  PodDisruptionBudgetSpec: { selector: { strategy: 'replace' } },
  PodGroup: { metadata: { of: 'ObjectMeta' }, spec: { of: 'PodGroupSpec' }, status: { of: 'PodGroupStatus' } },
  PodGroupSpec: { resourceClaims: { strategy: 'merge', key: 'name', retainKeys: true } },
  PodGroupStatus: {
    conditions: { strategy: 'merge', key: 'type' },
    resourceClaimStatuses: { strategy: 'merge', key: 'name', retainKeys: true },
  },
  PodSpec: {
    containers: { of: 'Container', strategy: 'merge', key: 'name' },
    ephemeralContainers: { of: 'Container', strategy: 'merge', key: 'name' },
    evictionResponders: { strategy: 'merge', key: 'name' },
    hostAliases: { strategy: 'merge', key: 'ip' },
    imagePullSecrets: { strategy: 'merge', key: 'name' },
    initContainers: { of: 'Container', strategy: 'merge', key: 'name' },
    resourceClaims: { strategy: 'merge', key: 'name', retainKeys: true },
    schedulingGates: { strategy: 'merge', key: 'name' },
    topologySpreadConstraints: { strategy: 'merge', key: 'topologyKey' },
    volumes: { of: 'Volume', strategy: 'merge', key: 'name', retainKeys: true },
  },
  PodStatus: {
    conditions: { strategy: 'merge', key: 'type' },
    containerStatuses: { of: 'ContainerStatus' },
    ephemeralContainerStatuses: { of: 'ContainerStatus' },
    hostIPs: { strategy: 'merge', key: 'ip' },
    initContainerStatuses: { of: 'ContainerStatus' },
    nodeAllocatableResourceClaimStatuses: { of: 'NodeAllocatableResourceClaimStatus', strategy: 'merge', key: 'resourceClaimName' },
    podIPs: { strategy: 'merge', key: 'ip' },
    resourceClaimStatuses: { strategy: 'merge', key: 'name', retainKeys: true },
    volumeHealth: { of: 'VolumeHealthStatus' },
  },
  PodTemplate: { metadata: { of: 'ObjectMeta' }, template: { of: 'PodTemplateSpec' } },
  PodTemplateSpec: { metadata: { of: 'ObjectMeta' }, spec: { of: 'PodSpec' } },
  ResourceClaim: { metadata: { of: 'ObjectMeta' }, status: { of: 'ResourceClaimStatus' } },
  ResourceClaimStatus: { reservedFor: { strategy: 'merge', key: 'uid' } },
  ResourceClaimTemplate: { metadata: { of: 'ObjectMeta' }, spec: { of: 'Object' } },
  Service: { metadata: { of: 'ObjectMeta' }, spec: { of: 'ServiceSpec' }, status: { of: 'Conditions' } },
  ServiceAccount: { metadata: { of: 'ObjectMeta' }, secrets: { strategy: 'merge', key: 'name' } },
  ServiceSpec: { ports: { strategy: 'merge', key: 'port' } },
  StatefulSet: { metadata: { of: 'ObjectMeta' }, spec: { of: 'StatefulSetSpec' }, status: { of: 'Conditions' } },
  StatefulSetSpec: { template: { of: 'PodTemplateSpec' }, volumeClaimTemplates: { of: 'PersistentVolumeClaim' } },
  ValidatingAdmissionPolicy: { metadata: { of: 'ObjectMeta' }, spec: { of: 'ValidatingAdmissionPolicySpec' } },
  ValidatingAdmissionPolicySpec: {
    matchConditions: { strategy: 'merge', key: 'name' },
    variables: { strategy: 'merge', key: 'name' },
  },
  Volume: { ephemeral: { of: 'EphemeralVolumeSource' } },
  VolumeHealthStatus: { healthConditions: { strategy: 'merge', key: 'status' } },
  Workload: { metadata: { of: 'ObjectMeta' }, spec: { of: 'WorkloadSpec' } },
  WorkloadSpec: {
    compositePodGroupTemplates: { of: 'CompositePodGroupTemplate' },
    podGroupTemplates: { of: 'PodGroupSpec' },
  },
}

/** Built-in kinds by group and version; `Kind=Type` when its entry is not named as the kind or is more than metadata. */
const kinds: Readonly<Record<string, string>> = {
  'admissionregistration.k8s.io/v1':
    'MutatingAdmissionPolicy=MutatingAdmissionPolicy MutatingAdmissionPolicyBinding ' +
    'MutatingWebhookConfiguration=MutatingWebhookConfiguration ' +
    'ValidatingAdmissionPolicy=ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ' +
    'ValidatingWebhookConfiguration=MutatingWebhookConfiguration',
  'admissionregistration.k8s.io/v1alpha1':
    'MutatingAdmissionPolicy=MutatingAdmissionPolicy MutatingAdmissionPolicyBinding ' +
    'ValidatingAdmissionPolicy=ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding',
  'admissionregistration.k8s.io/v1beta1':
    'MutatingAdmissionPolicy=MutatingAdmissionPolicy MutatingAdmissionPolicyBinding ' +
    'MutatingWebhookConfiguration=MutatingWebhookConfiguration ' +
    'ValidatingAdmissionPolicy=ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ' +
    'ValidatingWebhookConfiguration=MutatingWebhookConfiguration',
  'apiextensions.k8s.io/v1': 'CustomResourceDefinition',
  'apiextensions.k8s.io/v1beta1': 'CustomResourceDefinition',
  'apps/v1':
    'ControllerRevision DaemonSet=DaemonSet Deployment=Deployment ReplicaSet=DaemonSet StatefulSet=StatefulSet',
  'apps/v1beta1': 'ControllerRevision Deployment=Deployment Scale StatefulSet=StatefulSet',
  'apps/v1beta2':
    'ControllerRevision DaemonSet=DaemonSet Deployment=Deployment ReplicaSet=DaemonSet Scale ' +
    'StatefulSet=StatefulSet',
  'authentication.k8s.io/v1': 'SelfSubjectReview TokenRequest TokenReview',
  'authentication.k8s.io/v1alpha1': 'SelfSubjectReview',
  'authentication.k8s.io/v1beta1': 'SelfSubjectReview TokenReview',
  'authorization.k8s.io/v1':
    'LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview',
  'authorization.k8s.io/v1beta1':
    'LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview',
  'autoscaling/v1': 'HorizontalPodAutoscaler Scale',
  'autoscaling/v2': 'HorizontalPodAutoscaler=HorizontalPodAutoscaler',
  'batch/v1': 'CronJob=CronJob Job=Job',
  'batch/v1beta1': 'CronJob=CronJob',
  'certificates.k8s.io/v1':
    'CertificateSigningRequest ClusterTrustBundle PodCertificateRequest=HorizontalPodAutoscaler',
  'certificates.k8s.io/v1alpha1': 'ClusterTrustBundle',
  'certificates.k8s.io/v1beta1':
    'CertificateSigningRequest ClusterTrustBundle PodCertificateRequest=HorizontalPodAutoscaler',
  'coordination.k8s.io/v1': 'Lease',
  'coordination.k8s.io/v1alpha2': 'LeaseCandidate',
  'coordination.k8s.io/v1beta1': 'Lease LeaseCandidate',
  'discovery.k8s.io/v1': 'EndpointSlice',
  'discovery.k8s.io/v1beta1': 'EndpointSlice',
  'events.k8s.io/v1': 'Event',
  'events.k8s.io/v1beta1': 'Event',
  'extensions/v1beta1': 'DaemonSet=DaemonSet Deployment=Deployment Ingress NetworkPolicy ReplicaSet=DaemonSet Scale',
  'flowcontrol.apiserver.k8s.io/v1':
    'FlowSchema=HorizontalPodAutoscaler PriorityLevelConfiguration=HorizontalPodAutoscaler',
  'flowcontrol.apiserver.k8s.io/v1beta1': 'FlowSchema PriorityLevelConfiguration',
  'flowcontrol.apiserver.k8s.io/v1beta2': 'FlowSchema PriorityLevelConfiguration',
  'flowcontrol.apiserver.k8s.io/v1beta3':
    'FlowSchema=HorizontalPodAutoscaler PriorityLevelConfiguration=HorizontalPodAutoscaler',
  'internal.apiserver.k8s.io/v1alpha1': 'StorageVersion',
  'lifecycle.k8s.io/v1alpha1': 'Eviction=Eviction EvictionRequest=HorizontalPodAutoscaler',
  'networking.k8s.io/v1': 'IPAddress Ingress IngressClass NetworkPolicy ServiceCIDR=HorizontalPodAutoscaler',
  'networking.k8s.io/v1beta1': 'IPAddress Ingress IngressClass ServiceCIDR=HorizontalPodAutoscaler',
  'node.k8s.io/v1': 'RuntimeClass',
  'node.k8s.io/v1alpha1': 'RuntimeClass',
  'node.k8s.io/v1beta1': 'RuntimeClass',
  'policy/v1': 'Eviction PodDisruptionBudget=PodDisruptionBudget',
  'policy/v1beta1': 'Eviction PodDisruptionBudget=HorizontalPodAutoscaler',
  'rbac.authorization.k8s.io/v1': 'ClusterRole ClusterRoleBinding Role RoleBinding',
  'rbac.authorization.k8s.io/v1alpha1': 'ClusterRole ClusterRoleBinding Role RoleBinding',
  'rbac.authorization.k8s.io/v1beta1': 'ClusterRole ClusterRoleBinding Role RoleBinding',
  'resource.k8s.io/v1':
    'DeviceClass DeviceTaintRule=HorizontalPodAutoscaler ResourceClaim=ResourceClaim ' +
    'ResourceClaimTemplate=ResourceClaimTemplate ResourceSlice',
  'resource.k8s.io/v1alpha3':
    'DeviceTaintRule=HorizontalPodAutoscaler ResourcePoolStatusRequest=HorizontalPodAutoscaler',
  'resource.k8s.io/v1beta1':
    'DeviceClass ResourceClaim=ResourceClaim ResourceClaimTemplate=ResourceClaimTemplate ResourceSlice',
  'resource.k8s.io/v1beta2':
    'DeviceClass DeviceTaintRule=HorizontalPodAutoscaler ResourceClaim=ResourceClaim ' +
    'ResourceClaimTemplate=ResourceClaimTemplate ResourceSlice',
  'scheduling.k8s.io/v1': 'PriorityClass',
  'scheduling.k8s.io/v1alpha3': 'CompositePodGroup=HorizontalPodAutoscaler PodGroup=PodGroup Workload=Workload',
  'scheduling.k8s.io/v1beta1': 'PodGroup=PodGroup PriorityClass Workload=Workload',
  'storage.k8s.io/v1':
    'CSIDriver CSINode=CSINode CSIStorageCapacity StorageClass VolumeAttachment VolumeAttributesClass',
  'storage.k8s.io/v1alpha1': 'CSIStorageCapacity VolumeAttachment VolumeAttributesClass',
  'storage.k8s.io/v1beta1':
    'CSIDriver CSINode=CSINode CSIStorageCapacity StorageClass VolumeAttachment VolumeAttributesClass',
  'storagemigration.k8s.io/v1': 'StorageVersionMigration=HorizontalPodAutoscaler',
  'storagemigration.k8s.io/v1beta1': 'StorageVersionMigration=HorizontalPodAutoscaler',
  'v1':
    'Binding ComponentStatus=ComponentStatus ConfigMap Endpoints Event LimitRange ' +
    'Namespace=HorizontalPodAutoscaler Node=Node PersistentVolume PersistentVolumeClaim=PersistentVolumeClaim ' +
    'Pod=Pod PodTemplate=PodTemplate RangeAllocation ReplicationController=DaemonSet ResourceQuota Secret ' +
    'Service=Service ServiceAccount=ServiceAccount',
}

/** How one built-in type (or one of its fields) takes part in a strategic merge patch. */
export class PatchSchema {
  readonly #fields: Readonly<Record<string, PatchField>> | undefined
  constructor(type?: string) {
    this.#fields = type === undefined ? undefined : types[type]
  }

  /** The rules of a field, with the schema of its value or of its elements. */
  field(name: string): { schema: PatchSchema; strategy: 'merge' | 'replace' | undefined; key: string; retainKeys: boolean } {
    const field = this.#fields !== undefined && Object.hasOwn(this.#fields, name) ? this.#fields[name]! : undefined
    if (field === undefined) return { schema: plain, strategy: undefined, key: '', retainKeys: false }
    return {
      schema: field.of === undefined ? plain : new PatchSchema(field.of),
      strategy: field.strategy,
      key: field.key ?? '',
      retainKeys: field.retainKeys === true,
    }
  }
}

const plain = new PatchSchema()

/**
 * The schema of a built-in kind; undefined for any other (custom resources, aggregated APIs), which know only JSON merge
 * patches.
 */
export function patchSchema(apiVersion: string, kind: string): PatchSchema | undefined {
  const list = Object.hasOwn(kinds, apiVersion) ? kinds[apiVersion]! : ''
  for (const entry of list.split(' ')) {
    const at = entry.indexOf('=')
    if ((at < 0 ? entry : entry.slice(0, at)) === kind) return new PatchSchema(at < 0 ? 'Object' : entry.slice(at + 1))
  }
  return undefined
}
