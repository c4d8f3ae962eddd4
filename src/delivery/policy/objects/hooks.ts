import type { KubeObject } from '../../../cluster/kube/index.ts'
import type { ManifestFacts, RenderedObject } from '../facts.ts'
import { containersOf, podOf, type Pod } from './pods.ts'

export interface HookPod extends Pod {
  readonly events: readonly string[]
  readonly weight: number
  /** Commands, arguments and mounted scripts, as text. */
  readonly script: string
}

/** Hooks that run when something changes: not those that are only tests. */
export function changeHooks(manifests: ManifestFacts): RenderedObject[] {
  return manifests.hooks.filter(({ hook }) => hook !== undefined && hook.events.some((e) => !e.startsWith('test')))
}

/** Those of them that run pods. */
export function hookPods(manifests: ManifestFacts): HookPod[] {
  return changeHooks(manifests).flatMap((rendered): HookPod[] => {
    const pod = podOf(rendered)
    return pod === undefined ? [] : [{ ...pod, events: rendered.hook!.events, weight: rendered.hook!.weight, script: scriptOf(pod, manifests) }]
  })
}

/** Runs only when the release is removed. */
export const onlyOnDelete = (events: readonly string[]): boolean => events.every((e) => e.endsWith('-delete') || e.startsWith('test'))

function scriptOf(pod: Pod, manifests: ManifestFacts): string {
  const commands = containersOf(pod).flatMap(({ spec }) => [...list(spec.command), ...list(spec.args)])
  const names: ReadonlySet<unknown> = new Set(list(pod.spec.volumes).flatMap((v: any) => [v?.configMap?.name, ...list(v?.projected?.sources).map((s: any) => s?.configMap?.name)]))
  const maps = [...manifests.hooks, ...manifests.objects].filter(({ object }) => object.kind === 'ConfigMap' && object.metadata.name !== undefined && names.has(object.metadata.name))
  return [commands.join(' '), ...maps.flatMap(({ object }) => Object.values((object as KubeObject).data ?? {}))].filter((text) => typeof text === 'string').join('\n')
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

/** Changes the shape of stored data. */
export function isMigration({ script, object }: HookPod): boolean {
  return /\bmigrat(?:e|es|ion|ions)\b|\bdb[:-]?migrate|\bflyway\b|\bliquibase\b|\balembic\s+upgrade|\bgoose\b.*\bup\b|\bprisma\s+(?:migrate|db\s+push)|\bdbmate\b|\bsequelize\b.*\bdb:migrate|\bmanage\.py\s+migrate|\bALTER\s+TABLE\b/i.test(`${object.metadata.name ?? ''} ${script}`)
}

/** Keeps a copy of data. */
export function isBackup({ script, object }: HookPod): boolean {
  return /\bback-?up\b|\bpre-?upgrade-?dump\b/i.test(object.metadata.name ?? '') || backupCommand.test(script)
}

/** Programs that copy a database out. */
const backupCommand = /\b(?:pg_dump(?:all)?|pg_basebackup|mysqldump|mariadb-dump|mariabackup|xtrabackup|mongodump|redis-cli\b[^\n]*--rdb|etcdctl\s+snapshot\s+save|velero\s+backup|restic\b[^\n]*\bbackup|wal-g\s+backup-push|pgbackrest\b[^\n]*\bbackup|barman\s+backup|influx\s+backup|cockroach\b[^\n]*\bdump|kopia\s+snapshot)\b/i
