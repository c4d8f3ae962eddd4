import type { Trouble } from './types.ts'

/** What to try about a trouble, in one sentence; undefined where its own message says it. */
export function advice({ reason, message, container, kind, name, namespace }: Trouble): string | undefined {
  switch (reason) {
    case 'InvalidImageName': return 'Correct the image: a reference reads registry/name:tag, in lower case and without spaces.'
    case 'ErrImageNeverPull': return 'The image must be on the node already (imagePullPolicy: Never): load it there, or change the policy.'
    case 'ErrImagePull': case 'ImagePullBackOff': case 'RegistryUnavailable': case 'ImageInspectError':
      return 'Check the name and tag of the image, and that the nodes may pull it (imagePullSecrets, the registry).'
    case 'CreateContainerConfigError': return 'Create the Secret or ConfigMap the container refers to, or correct its name and key.'
    case 'CrashLoopBackOff': return `Its log says why it ends: kubectl logs --previous -n ${namespace} ${name} -c ${container}`
    case 'OOMKilled': return 'Raise the memory limit of the container, or find out what takes the memory.'
    case 'Unschedulable': return unschedulable(message)
    case 'NotReady': return 'Check what the probe asks, and the log of the container; --timeout gives it longer.'
    case 'FailedMount': case 'FailedAttachVolume': return 'Check that the volume, Secret or ConfigMap it mounts exists.'
    case 'FailedCreate': return creation(message)
    case oldPod: return `Delete it, so that its successor can come: kubectl delete pod -n ${namespace} ${name}`
    case 'WaitForFirstConsumer': return 'Its storage class binds the claim when a pod uses it; a claim that no pod uses is not to be waited for.'
    default: return kind === 'PersistentVolumeClaim' ? 'Check the storage class of the claim: kubectl get storageclass' : undefined
  }
}

/** Our own word for a pod that keeps a StatefulSet from making its successor. */
export const oldPod = 'OldPodNotReady'

function unschedulable(message: string): string {
  if (message.includes('PersistentVolumeClaim') || message.includes('persistentvolumeclaim')) return 'Check the claims of the pod: kubectl get pvc'
  if (message.includes('unschedulable')) return 'Nodes are cordoned: end the drain, or add nodes.'
  if (message.includes('Insufficient') || message.includes('Too many pods')) return 'Lower what the pod requests, or add room: nodes, or a smaller surge (maxSurge 0).'
  return 'Compare nodeSelector, affinity and tolerations of the pod with the labels and taints of the nodes.'
}

function creation(message: string): string {
  if (message.includes('exceeded quota')) return 'Lower what the pods request, or have the quota raised: kubectl describe quota'
  if (message.includes('serviceaccount')) return 'Create the service account, or correct its name.'
  return 'An admission rule of the cluster refuses the pods: correct what it names.'
}
