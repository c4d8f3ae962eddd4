import type { JsonMap } from '../json.ts'
import type { Controller } from './engine.ts'
import type { Hands } from './hands.ts'
import { keyOf } from './hands.ts'

/** Gives claims of the storage class a volume, and frees volumes of claims that have gone. */
export function volumes(hands: Hands): Controller {
  const claims = '/persistentvolumeclaims'
  return {
    name: 'persistentvolume-controller',
    watches: [claims, '/persistentvolumes'],
    keys: ({ table, object, type }) => {
      if (table === claims) return type === 'DELETED' ? [`volume ${object.spec.volumeName ?? ''}`] : [keyOf(object)]
      return type === 'DELETED' ? [] : hands.list(claims).filter((c) => c.status?.phase !== 'Bound').map(keyOf)
    },
    reconcile(key) {
      if (key.startsWith('volume ')) {
        release(hands, key.slice(7))
        return
      }
      const claim = hands.byKey(claims, key)
      if (claim === undefined || claim.metadata.deletionTimestamp !== undefined || claim.status?.phase === 'Bound') return
      const standard = hands.list('storage.k8s.io/storageclasses').find((c) => c.metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true')
      let spec = claim.spec as JsonMap
      if (spec.storageClassName === undefined && standard !== undefined) {
        hands.update(claims, claim, (c) => ({ ...c, spec: { ...c.spec, storageClassName: standard.metadata.name } }))
        return
      }
      const name = (spec.storageClassName as string | undefined) ?? ''
      const wanted = (spec.resources?.requests?.storage as string | undefined) ?? '1Gi'
      const fitting = (v: JsonMap): boolean => ((v.spec.claimRef?.uid === claim.metadata.uid || (v.spec.claimRef === undefined && (spec.volumeName === undefined || spec.volumeName === v.metadata.name)))
        && ((v.spec.storageClassName as string | undefined) ?? '') === name && (spec.volumeName === undefined || spec.volumeName === v.metadata.name))
      let volume = hands.list('/persistentvolumes').find(fitting)
      if (volume === undefined) {
        const storageClass = hands.get('storage.k8s.io/storageclasses', '', name)
        if (storageClass === undefined) {
          hands.event(claim, name === '' ? 'Normal' : 'Warning', name === '' ? 'FailedBinding' : 'ProvisioningFailed',
            name === '' ? 'no persistent volumes available for this claim and no storage class is set' : `storageclass.storage.k8s.io "${name}" not found`, 'persistentvolume-controller')
          return
        }
        const provisioner = storageClass.provisioner as string
        hands.update(claims, claim, (c) => ({ ...c, metadata: { ...c.metadata, annotations: { ...c.metadata.annotations, 'volume.beta.kubernetes.io/storage-provisioner': provisioner, 'volume.kubernetes.io/storage-provisioner': provisioner } } }))
        const pvName = `pvc-${claim.metadata.uid}`
        volume = hands.create('/persistentvolumes', {
          apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: pvName, annotations: { 'pv.kubernetes.io/provisioned-by': storageClass.provisioner } },
          spec: {
            capacity: { storage: wanted }, accessModes: spec.accessModes, storageClassName: name, persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete', volumeMode: spec.volumeMode ?? 'Filesystem',
            hostPath: { path: `/none/${claim.metadata.uid}` }, claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: claim.metadata.namespace, name: claim.metadata.name, uid: claim.metadata.uid },
          },
        })
        hands.event(claim, 'Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${pvName}`, storageClass.provisioner as string)
      } else if (volume.spec.claimRef?.uid !== claim.metadata.uid) {
        volume = hands.update('/persistentvolumes', volume, (v) => ({ ...v, spec: { ...v.spec, claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: claim.metadata.namespace, name: claim.metadata.name, uid: claim.metadata.uid } } }))!
      }
      hands.status('/persistentvolumes', volume, { phase: 'Bound' })
      const bound = hands.update(claims, claim, (c) => ({
        ...c, metadata: { ...c.metadata, annotations: { ...c.metadata.annotations, 'pv.kubernetes.io/bind-completed': 'yes', 'pv.kubernetes.io/bound-by-controller': 'yes' } }, spec: { ...c.spec, volumeName: volume.metadata.name },
      }))
      spec = (bound ?? claim).spec as JsonMap
      hands.status(claims, bound ?? claim, { phase: 'Bound', accessModes: volume.spec.accessModes, capacity: volume.spec.capacity })
    },
  }
}

function release(hands: Hands, name: string): void {
  const volume = name === '' ? undefined : hands.get('/persistentvolumes', '', name)
  if (volume === undefined) return
  if (volume.spec.persistentVolumeReclaimPolicy === 'Delete') hands.delete('/persistentvolumes', volume)
  else hands.status('/persistentvolumes', volume, { phase: 'Released' })
}
