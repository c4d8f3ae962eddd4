/** What Kubernetes' validation refuses, kind by kind: the rules manifests run into, with the server's texts. */
export { configMap, persistentVolume, persistentVolumeClaim, secret, service } from './core.ts'
export { apiService, autoscaler, customResourceDefinition, disruptionBudget, ingress, lease, roleBinding, storageClass } from './others.ts'
export { pod } from './pod-spec.ts'
export { cronJob, daemonSet, deployment, job, podTemplate, replicaSet, replicationController, statefulSet } from './workloads.ts'
