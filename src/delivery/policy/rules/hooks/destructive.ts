import { changeHooks, hookPods, onlyOnDelete } from '../../objects/hooks.ts'
import { noManifests, refOf } from '../../objects/pods.ts'
import type { Rule } from '../../rule.ts'

/** Commands that take data away. */
const destroys: readonly (readonly [RegExp, string])[] = [
  [/\bDROP\s+(?:TABLE|DATABASE|SCHEMA|KEYSPACE|COLLECTION)\b/i, 'DROP'],
  [/\bTRUNCATE\s+(?:TABLE\s+)?["`\w]/, 'TRUNCATE'],
  [/\bDELETE\s+FROM\s+["`\w.]+\s*(?:;|["']?\s*$)/im, 'DELETE without WHERE'],
  [/(?:^|[\s;&|"'`])dropdb\s/i, 'dropdb'],
  [/\bdropDatabase\s*\(/, 'dropDatabase()'],
  [/\bFLUSH(?:ALL|DB)\b/i, 'FLUSHALL'],
  [/\brm\s+(?:-\w+\s+)*-\w*[rR]\w*\s+(?:-\w+\s+)*(?:--\s+)?["']?\/(?!tmp\b|var\/tmp\b|run\b|dev\/shm\b)/, 'rm -r of a mounted path'],
  // A namespace that a flag names is not what is deleted.
  [/\bkubectl\b[^\n;|&]*\bdelete\b[^\n;|&]*(?:(?<!(?:-n|--namespace))\s(?:[\w,]*,)?(?:pvc|persistentvolumeclaims?|pv|persistentvolumes?|ns|namespaces?|crds?|customresourcedefinitions?)(?=[\s,/]|$)|\s--all\b)/im, 'kubectl delete of volumes, namespaces, definitions or everything'],
  [/\bhelm\b[^\n;|&]*\b(?:uninstall|delete)\b/i, 'helm uninstall'],
  [/\baws\b[^\n;|&]*\bs3\s+(?:rm\b[^\n;|&]*--recursive|rb\b)/i, 'aws s3 rm'],
  [/\bprisma\s+migrate\s+reset\b|\bdb:(?:drop|reset|migrate:reset)\b|\bflyway\b[^\n;|&]*\bclean\b|\bliquibase\b[^\n;|&]*\bdrop-?all\b|\balembic\s+downgrade\s+base\b|\bmanage\.py\s+flush\b/i, "a migration tool's reset"],
]

/** Kinds that keep data: as a hook with before-hook-creation they are deleted and made anew by each release. */
const keepsData = new Set(['PersistentVolumeClaim', 'PersistentVolume', 'Namespace', 'CustomResourceDefinition', 'StatefulSet'])

export default {
  id: 'hooks/destructive',
  title: 'Hooks of installs, upgrades and rollbacks destroy nothing.',
  phase: 'plan',
  severity: { baseline: 'block', production: 'block' },
  reason: 'A hook runs unattended, and what it drops no rollback brings back.',
  fix: 'Drop what is not needed any more by hand, releases later, after a backup. A claim, namespace or definition that must outlive the release is an object with `helm.sh/resource-policy: keep`, not a hook.',
  check({ manifests }) {
    if (manifests === undefined) return noManifests
    const commands = hookPods(manifests).filter(({ events }) => !onlyOnDelete(events)).flatMap(({ ref, script }) => destroys.filter(([pattern]) => pattern.test(script)).map(([, what]) => ({ object: ref, message: `it runs a destructive command: ${what}` })))
    const objects = changeHooks(manifests)
      .filter(({ object, hook }) => keepsData.has(object.kind) && hook!.events.some((e) => /upgrade|rollback/.test(e)) && (hook!.deletePolicies.length === 0 || hook!.deletePolicies.includes('before-hook-creation')))
      .map(({ object }) => ({ object: refOf(object), message: 'it keeps data and is a hook: every release deletes it and makes it anew' }))
    return [...commands, ...objects]
  },
} satisfies Rule
