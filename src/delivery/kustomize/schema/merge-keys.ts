/**
 * Which lists of the built-in types a strategic merge patch of kustomize merges, and by which keys. kustomize 5.8 knows Kubernetes v1.21.2:
 * these are the x-kubernetes-patch-strategy, -patch-merge-key and -list-map-keys of its OpenAPI document, for the fields that have them or
 * lead to one. (What an API server merges stands in cluster/kube/patch-meta.ts; it is newer, and has one key where this has two.)
 *
 * A field reads `NAME[:TYPE][=KEYS]`: TYPE is the entry of its type or of its elements, KEYS make elements the same (`=` alone: scalars).
 */
export const mergeTypes: Readonly<Record<string, string>> = {
  CSINode: 'metadata:ObjectMeta spec:CSINodeSpec',
  CSINodeSpec: 'drivers=name',
  ComponentStatus: 'conditions=type metadata:ObjectMeta',
  Conditioned: 'metadata:ObjectMeta status:Conditions',
  Conditions: 'conditions=type',
  Container: 'env=name ports=containerPort,protocol volumeDevices=devicePath volumeMounts=mountPath',
  CronJob: 'metadata:ObjectMeta spec:CronJobSpec',
  CronJobSpec: 'jobTemplate:JobTemplateSpec',
  DaemonSet: 'metadata:ObjectMeta spec:DaemonSetSpec status:Conditions',
  DaemonSetSpec: 'template:PodTemplateSpec',
  EphemeralContainer: 'env=name volumeDevices=devicePath volumeMounts=mountPath',
  EphemeralVolumeSource: 'volumeClaimTemplate:Object',
  JobTemplateSpec: 'metadata:ObjectMeta spec:DaemonSetSpec',
  MutatingWebhookConfiguration: 'metadata:ObjectMeta webhooks=name',
  Node: 'metadata:ObjectMeta spec:NodeSpec status:NodeStatus',
  NodeSpec: 'podCIDRs=',
  NodeStatus: 'addresses=type conditions=type',
  Object: 'metadata:ObjectMeta',
  ObjectMeta: 'finalizers= ownerReferences=uid',
  Pod: 'metadata:ObjectMeta spec:PodSpec status:PodStatus',
  PodSpec:
    'containers:Container=name ephemeralContainers:EphemeralContainer=name hostAliases=ip imagePullSecrets=name initContainers:Container=name ' +
    'topologySpreadConstraints=topologyKey,whenUnsatisfiable volumes:Volume=name',
  PodStatus: 'conditions=type podIPs=ip',
  PodTemplate: 'metadata:ObjectMeta template:PodTemplateSpec',
  PodTemplateSpec: 'metadata:ObjectMeta spec:PodSpec',
  Service: 'metadata:ObjectMeta spec:ServiceSpec status:Conditions',
  ServiceAccount: 'metadata:ObjectMeta secrets=name',
  ServiceSpec: 'ports=port,protocol',
  StatefulSet: 'metadata:ObjectMeta spec:StatefulSetSpec status:Conditions',
  StatefulSetSpec: 'template:PodTemplateSpec volumeClaimTemplates:Conditioned',
  Volume: 'ephemeral:EphemeralVolumeSource',
}

/** Kinds by group and version; `Kind=Type` where the entry is not named as the kind. Kinds without an entry are an Object. */
export const mergeKinds: Readonly<Record<string, string>> = {
  'admissionregistration.k8s.io/v1': 'MutatingWebhookConfiguration ValidatingWebhookConfiguration=MutatingWebhookConfiguration',
  'admissionregistration.k8s.io/v1beta1': 'MutatingWebhookConfiguration ValidatingWebhookConfiguration=MutatingWebhookConfiguration',
  'apiextensions.k8s.io/v1': 'CustomResourceDefinition',
  'apiextensions.k8s.io/v1beta1': 'CustomResourceDefinition',
  'apiregistration.k8s.io/v1': 'APIService=Conditioned',
  'apiregistration.k8s.io/v1beta1': 'APIService=Conditioned',
  'apps/v1': 'ControllerRevision DaemonSet Deployment=DaemonSet ReplicaSet=DaemonSet StatefulSet',
  'authentication.k8s.io/v1': 'TokenRequest TokenReview',
  'authentication.k8s.io/v1beta1': 'TokenReview',
  'authorization.k8s.io/v1': 'LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview',
  'authorization.k8s.io/v1beta1': 'LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview',
  'autoscaling/v1': 'HorizontalPodAutoscaler Scale',
  'autoscaling/v2beta1': 'HorizontalPodAutoscaler',
  'autoscaling/v2beta2': 'HorizontalPodAutoscaler',
  'batch/v1': 'CronJob Job=DaemonSet',
  'batch/v1beta1': 'CronJob',
  'certificates.k8s.io/v1': 'CertificateSigningRequest',
  'certificates.k8s.io/v1beta1': 'CertificateSigningRequest',
  'coordination.k8s.io/v1': 'Lease',
  'coordination.k8s.io/v1beta1': 'Lease',
  'discovery.k8s.io/v1': 'EndpointSlice',
  'discovery.k8s.io/v1beta1': 'EndpointSlice',
  'events.k8s.io/v1': 'Event',
  'events.k8s.io/v1beta1': 'Event',
  'extensions/v1beta1': 'Ingress',
  'flowcontrol.apiserver.k8s.io/v1beta1': 'FlowSchema PriorityLevelConfiguration',
  'networking.k8s.io/v1': 'Ingress IngressClass NetworkPolicy',
  'networking.k8s.io/v1beta1': 'Ingress IngressClass',
  'node.k8s.io/v1': 'RuntimeClass',
  'node.k8s.io/v1beta1': 'RuntimeClass',
  'policy/v1': 'PodDisruptionBudget=Conditioned',
  'policy/v1beta1': 'Eviction PodDisruptionBudget=Conditioned PodSecurityPolicy',
  'rbac.authorization.k8s.io/v1': 'ClusterRole ClusterRoleBinding Role RoleBinding',
  'rbac.authorization.k8s.io/v1beta1': 'ClusterRole ClusterRoleBinding Role RoleBinding',
  'scheduling.k8s.io/v1': 'PriorityClass',
  'scheduling.k8s.io/v1beta1': 'PriorityClass',
  'storage.k8s.io/v1': 'CSIDriver CSINode StorageClass VolumeAttachment',
  'storage.k8s.io/v1beta1': 'CSIDriver CSINode CSIStorageCapacity StorageClass VolumeAttachment',
  'v1':
    'Binding ComponentStatus ConfigMap Endpoints Event LimitRange Namespace=Conditioned Node PersistentVolume ' +
    'PersistentVolumeClaim=Conditioned Pod PodTemplate ReplicationController=DaemonSet ResourceQuota Secret Service ServiceAccount',
}
