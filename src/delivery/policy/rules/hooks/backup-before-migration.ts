import { changeHooks, hookPods, isBackup, isMigration } from '../../objects/hooks.ts'
import { noManifests } from '../../objects/pods.ts'
import type { Rule } from '../../rule.ts'

/** Objects that take a snapshot when they are made. */
const snapshots = new Set(['VolumeSnapshot', 'Backup', 'ScheduledBackup'])

export default {
  id: 'hooks/backup-before-migration',
  title: 'A backup runs before a migration.',
  phase: 'plan',
  severity: { baseline: 'off', production: 'block' },
  reason: 'A rollback brings the old code back, not the old data. Without a copy from right before the migration there is no way back at all.',
  fix: 'Add a hook of a lower weight on the same event that takes a backup or a VolumeSnapshot to where it survives the pod, or take it in the migrating Job itself before it migrates.',
  check({ manifests }) {
    if (manifests === undefined) return noManifests
    const pods = hookPods(manifests)
    return pods.filter((hook) => hook.events.some((e) => /-(?:upgrade|rollback)$/.test(e)) && isMigration(hook) && !isBackup(hook)).flatMap((hook) => {
      const before = (events: readonly string[], weight: number): boolean => (events.some((e) => hook.events.includes(e)) && weight < hook.weight) || (events.includes('pre-upgrade') && hook.events.every((e) => e.startsWith('post-')))
      const covered = pods.some((other) => isBackup(other) && before(other.events, other.weight)) || changeHooks(manifests).some(({ object, hook: h }) => snapshots.has(object.kind) && before(h!.events, h!.weight))
      return covered ? [] : [{ object: hook.ref, message: 'it migrates data, and no backup runs before it' }]
    })
  },
} satisfies Rule
