import { hookPods, isBackup, type HookPod } from '../../objects/hooks.ts'
import { noManifests } from '../../objects/pods.ts'
import type { Rule } from '../../rule.ts'

/** Programs that carry a file, or the backup itself, out of the pod. */
const carries = /\baws\b[^\n]*\bs3(?:api)?\b|\bgsutil\b|\bgcloud\s+storage\b|\baz\s+storage\b|\bazcopy\b|\bmc\s+(?:cp|mirror|pipe)\b|\brclone\b|\bs3cmd\b|\bs5cmd\b|\brestic\b|\bkopia\b|\bborg\b|\bwal-g\b|\bpgbackrest\b|\bbarman\b|\bvelero\b|\bscp\b|\brsync\b|\bcurl\b[^\n]*(?:\s-T\b|--upload-file)|\bduplicity\b/i

/** Volumes whose data outlives the pod. */
const lasting = ['persistentVolumeClaim', 'nfs', 'csi', 'cephfs', 'glusterfs', 'iscsi', 'azureFile', 'azureDisk', 'awsElasticBlockStore', 'gcePersistentDisk', 'fc', 'rbd', 'portworxVolume', 'vsphereVolume'] as const

export default {
  id: 'hooks/durable-backup',
  title: 'Backups are kept where they survive the pod.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: "A dump on the pod's own disk is deleted with the pod, often by the hook's delete policy a moment after it succeeded.",
  fix: 'Write to a PersistentVolumeClaim that is no hook itself, or upload to object storage in the same command.',
  check({ manifests }) {
    if (manifests === undefined) return noManifests
    return hookPods(manifests).filter((hook) => isBackup(hook) && !carries.test(hook.script) && !hasLastingVolume(hook)).map(({ ref }) => ({ object: ref, message: "its backup stays on the pod's own disk" }))
  },
} satisfies Rule

function hasLastingVolume({ spec }: HookPod): boolean {
  return Array.isArray(spec.volumes) && spec.volumes.some((v: any) => lasting.some((kind) => v?.[kind] !== undefined && v[kind] !== null))
}
