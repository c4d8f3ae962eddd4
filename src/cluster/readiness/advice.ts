import { explainedAs } from './secret-references.ts'
import { notReconciled, notSynced, secretAbsent, storeAbsent } from './secret-sources.ts'
import type { Trouble } from './types.ts'

/** What to try about a trouble, in one sentence; undefined where its own message says it. */
export function advice(trouble: Trouble): string | undefined {
  const { reason, message, container, kind, name, namespace } = trouble
  if (explainedAs(kind) < 2) return ofSecretSource(trouble)
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
    case 'FailedMount': case 'FailedAttachVolume': return /secrets[- ]store|SecretProviderClass/i.test(message) ? 'Check the SecretProviderClass the pod mounts, and what its service account may read.' : 'Check that the volume, Secret or ConfigMap it mounts exists.'
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

/** Of what an operator turns into a Secret, and of the stores it reads. */
function ofSecretSource({ reason, message, kind, name, namespace }: Trouble): string {
  const describe = `kubectl describe ${kind.toLowerCase()}${namespace === '' ? '' : ` -n ${namespace}`} ${name}`
  switch (reason) {
    case storeAbsent: return `Create ${kind} ${name}, or correct the name and kind in secretStoreRef.`
    case notReconciled: case notSynced: case secretAbsent:
      return kind === 'SealedSecret' ? 'Check that the controller of Sealed Secrets runs in this cluster.'
        : `Check that External Secrets runs in this cluster, and that it is meant to look at ${kind === 'SecretStore' || kind === 'ClusterSecretStore' ? 'this store' : 'the store'} (spec.controller): ${describe}`
    case 'SecretMissing': case 'ResourceMissing': return 'With creationPolicy Merge it only adds to a Secret that is there: create that, or use creationPolicy Owner.'
    case 'SecretDeleted': case 'ResourceDeleted': return 'The provider has nothing under its keys, and with deletionPolicy Delete the Secret goes: write the values to the provider.'
  }
  if (kind === 'SecretStore' || kind === 'ClusterSecretStore') return `Check the provider and the credentials it names, and what these may do: ${describe}`
  if (kind === 'SealedSecret') return 'Seal it for this cluster, namespace and name: a SealedSecret of another one cannot be opened here.'
  if (/owned by another|ownership/.test(message)) return 'Something else owns a Secret of that name: give this one another target.name.'
  if (/immutable/.test(message)) return 'The Secret is immutable: delete it, so that it is made anew, or give it another target.name.'
  return `Check that the keys are in the store, and that its credentials may read them: ${describe}`
}
