import { PintleError } from '../../errors/index.ts'
import { readHead } from '../../language/yaml/index.ts'
import { trimLeft } from './space.ts'

/** One rendered object that is not a hook: Helm's releaseutil.Manifest. */
export interface Manifest {
  /** Path of the template it came from, with the chart's name: `chart/templates/x.yaml`. */
  readonly path: string
  readonly content: string
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
}

export type HookEvent =
  | 'pre-install' | 'post-install' | 'pre-delete' | 'post-delete' | 'pre-upgrade' | 'post-upgrade' | 'pre-rollback' | 'post-rollback' | 'test'

/** One rendered hook: Helm's release.Hook before it ran. */
export interface RenderedHook {
  readonly name: string
  readonly kind: string
  readonly path: string
  readonly manifest: string
  readonly events: readonly HookEvent[]
  readonly weight: number
  readonly deletePolicies: readonly string[]
  readonly outputLogPolicies: readonly string[]
}

const events = new Map<string, HookEvent>([
  ...(['pre-install', 'post-install', 'pre-delete', 'post-delete', 'pre-upgrade', 'post-upgrade', 'pre-rollback', 'post-rollback', 'test'] as const).map(
    (e) => [e, e] as const,
  ),
  ['test-success', 'test'],
])

/**
 * Splits a rendered file into its documents, as Helm does: at every line that starts with `---`, dropping blank documents.
 * Upstream: pkg/release/v1/util/manifest.go. The text after `---` on its line stays with the document.
 */
export function splitManifests(text: string): string[] {
  const out: string[] = []
  const push = (doc: string) => {
    const trimmed = trimLeft(doc)
    if (trimmed !== '') out.push(trimmed)
  }
  const whole = trimLeft(text)
  let start = 0
  let at = whole.startsWith('---') ? 0 : lineStart(whole, 0)
  while (at >= 0) {
    push(whole.slice(start, at))
    start = at + 3
    while (whole.charCodeAt(start) === 32 || whole.charCodeAt(start) === 9) start++
    at = lineStart(whole, start)
  }
  push(whole.slice(start))
  return out
}

/** Index of the next `---` at the start of a later line, or -1. */
function lineStart(text: string, from: number): number {
  const at = text.indexOf('\n---', from)
  return at < 0 ? -1 : at + 1
}

/** Parses the heads of all rendered files, parts hooks from manifests and brings both into Helm's install order. */
export function sortManifests(files: ReadonlyMap<string, string>): { hooks: RenderedHook[]; manifests: Manifest[] } {
  const hooks: RenderedHook[] = []
  const manifests: Manifest[] = []
  for (const path of [...files.keys()].sort()) {
    if (baseName(path).startsWith('_')) continue
    for (const content of splitManifests(files.get(path)!)) {
      let head
      try {
        head = readHead(content)
      } catch (error) {
        throw new PintleError('yaml.parse', `YAML parse error on ${path}: ${(error as Error).message}`, {
          cause: error,
          place: rendered(path, content, error as Error),
          hint: 'The frame shows the rendered document; run with --debug to print all of it.',
        })
      }
      const annotations = head.annotations
      const hookTypes = annotations?.get('helm.sh/hook')
      if (annotations === undefined || hookTypes === undefined) {
        manifests.push({ path, content, apiVersion: head.apiVersion, kind: head.kind, name: head.name })
        continue
      }
      const hook = readHook(path, content, head.kind, head.name, hookTypes, annotations)
      if (hook) hooks.push(hook)
    }
  }
  return { hooks: stableByKind(hooks), manifests: stableByKind(manifests) }
}

/** An unknown event name drops the whole manifest, silently, as in Helm. */
function readHook(path: string, manifest: string, kind: string, name: string, types: string, annotations: ReadonlyMap<string, string>): RenderedHook | undefined {
  const found: HookEvent[] = []
  for (const word of types.split(',')) {
    const event = events.get(word.trim().toLowerCase())
    if (event === undefined) return undefined
    found.push(event)
  }
  const list = (annotation: string) => annotations.get(annotation)?.split(',').map((s) => s.trim().toLowerCase()) ?? []
  const weight = annotations.get('helm.sh/hook-weight') ?? ''
  return {
    name, kind, path, manifest,
    events: found,
    weight: /^[+-]?\d{1,18}$/.test(weight) ? Number(weight) : 0,
    deletePolicies: list('helm.sh/hook-delete-policy'),
    outputLogPolicies: list('helm.sh/hook-output-log-policy'),
  }
}

function rendered(path: string, content: string, error: Error) {
  const line = /\bline (\d+)/.exec(error.message)?.[1]
  return { file: `${path} (rendered)`, ...(line === undefined ? {} : { line: Number(line), source: content }) }
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Helm's InstallOrder (pkg/release/v1/util/kind_sorter.go); kinds not named come last, by name. */
const installOrder = new Map(
  `PriorityClass Namespace NetworkPolicy ResourceQuota LimitRange PodSecurityPolicy PodDisruptionBudget ServiceAccount Secret SecretList
  ConfigMap StorageClass PersistentVolume PersistentVolumeClaim CustomResourceDefinition ClusterRole ClusterRoleList ClusterRoleBinding
  ClusterRoleBindingList Role RoleList RoleBinding RoleBindingList Service DaemonSet Pod ReplicationController ReplicaSet Deployment
  HorizontalPodAutoscaler StatefulSet Job CronJob IngressClass Ingress APIService MutatingWebhookConfiguration ValidatingWebhookConfiguration`
    .split(/\s+/)
    .map((kind, i) => [kind, i] as const),
)

/** Sorts as Helm installs; those of one kind stay in their order. The list itself is sorted. */
export function stableByKind<T extends { readonly kind: string }>(items: T[]): T[] {
  return items.sort((a, b) => {
    const x = installOrder.get(a.kind)
    const y = installOrder.get(b.kind)
    if (x !== undefined && y !== undefined) return x - y
    if (x !== undefined) return -1
    if (y !== undefined) return 1
    return a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0
  })
}
