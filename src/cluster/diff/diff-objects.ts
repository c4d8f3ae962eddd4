import type { KubeObject } from '../kube/index.ts'
import { classify, riskOrder, type ChangeClass } from './classify.ts'
import { dropServerFields } from './normalise.ts'
import { redactObject, type Redactor } from './redact.ts'

/** One object before and after; a missing side is an addition or a removal. Both sides come unredacted. */
export interface ObjectPair {
  readonly before?: KubeObject
  readonly after?: KubeObject
  /** Template the object comes from: `chart/templates/x.yaml`. */
  readonly source?: string
  /** Removed from the release but left in the cluster (`helm.sh/resource-policy: keep`). */
  readonly kept?: boolean
}

export interface FieldChange {
  /** `spec.template.spec.containers[name=app].image` */
  readonly path: string
  readonly before?: unknown
  readonly after?: unknown
  readonly class: ChangeClass
}

export interface ObjectChange {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string
  readonly name: string
  readonly source?: string
  readonly action: 'add' | 'change' | 'remove' | 'keep' | 'none'
  /** For changes: every changed field, most dangerous first. Empty for additions and removals. */
  readonly fields: readonly FieldChange[]
  /** Distinct classes, most dangerous first. */
  readonly classes: readonly ChangeClass[]
  /** Both sides without server fields, secrets redacted. */
  readonly before?: KubeObject
  readonly after?: KubeObject
}

export interface ChangeSet {
  readonly objects: readonly ObjectChange[]
  readonly added: number
  readonly changed: number
  readonly removed: number
  readonly unchanged: number
}

/** `namespace/Kind.group/name`: one object whatever its version. */
export function refKey(object: { apiVersion: string; kind: string; metadata: { namespace?: string; name?: string } }): string {
  const slash = object.apiVersion.indexOf('/')
  const group = slash < 0 ? '' : `.${object.apiVersion.slice(0, slash)}`
  return `${object.metadata.namespace ?? ''}/${object.kind}${group}/${object.metadata.name ?? ''}`
}

/** Compares pairs of objects. Removals and risky changes come first, unchanged objects last. */
export function diffObjects(pairs: readonly ObjectPair[], redact: Redactor): ChangeSet {
  const objects = pairs.map((pair) => compare(pair, redact))
  const rank = (o: ObjectChange) => (o.action === 'none' || o.action === 'keep' ? 99 : o.action === 'add' ? 50 : Math.min(...o.classes.map((c) => riskOrder.indexOf(c))))
  const order = objects.map((o, i) => [o, i] as const).sort((a, b) => rank(a[0]) - rank(b[0]) || a[1] - b[1])
  const count = (action: ObjectChange['action']) => objects.filter((o) => o.action === action).length
  return {
    objects: order.map(([o]) => o),
    added: count('add'),
    changed: count('change'),
    removed: count('remove'),
    unchanged: count('none') + count('keep'),
  }
}

function compare(pair: ObjectPair, redact: Redactor): ObjectChange {
  const clean = (o: KubeObject | undefined, other: KubeObject | undefined) => (o === undefined ? undefined : redactObject(dropServerFields(o), redact, other))
  const before = clean(pair.before, pair.after)
  const after = clean(pair.after, pair.before)
  const named = (after ?? before)!
  const base = {
    apiVersion: named.apiVersion,
    kind: named.kind,
    name: named.metadata.name ?? '',
    ...(named.metadata.namespace === undefined ? {} : { namespace: named.metadata.namespace }),
    ...(pair.source === undefined ? {} : { source: pair.source }),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  }
  if (before === undefined) return { ...base, action: 'add', fields: [], classes: [] }
  if (after === undefined) return { ...base, action: pair.kept ? 'keep' : 'remove', fields: [], classes: pair.kept ? [] : ['deletion'] }
  const fields: FieldChange[] = []
  walk(before, after, '', (path, a, b) => {
    fields.push({ path, ...(a === undefined ? {} : { before: a }), ...(b === undefined ? {} : { after: b }), class: classify(named.kind, path) })
  })
  fields.sort((a, b) => riskOrder.indexOf(a.class) - riskOrder.indexOf(b.class))
  return { ...base, action: fields.length === 0 ? 'none' : 'change', fields, classes: [...new Set(fields.map((f) => f.class))] }
}

type Report = (path: string, before: unknown, after: unknown) => void

function walk(before: unknown, after: unknown, path: string, report: Report): void {
  if (before === after) return
  if (isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const step = /^[A-Za-z_][\w-]*$/.test(key) ? (path === '' ? key : `${path}.${key}`) : `${path}[${JSON.stringify(key)}]`
      walk(own(before, key), own(after, key), step, report)
    }
    return
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const key = listKey(before, after)
    if (key !== undefined) {
      const index = (list: unknown[]) => new Map(list.map((item) => [String((item as Record<string, unknown>)[key]), item]))
      const a = index(before)
      const b = index(after)
      for (const id of new Set([...a.keys(), ...b.keys()])) walk(a.get(id), b.get(id), `${path}[${key}=${id}]`, report)
      return
    }
    for (let i = 0; i < Math.max(before.length, after.length); i++) walk(before[i], after[i], `${path}[${i}]`, report)
    return
  }
  // A whole subtree that came or went is reported leaf by leaf only where its parts have classes of their own.
  report(path, before, after)
}

/** Keys that name the items of Kubernetes' lists; the first that every item has, uniquely. */
const listKeys = ['name', 'containerPort', 'mountPath', 'secretKey', 'key', 'port', 'type', 'ip', 'host', 'path'] as const

/** The field that tells the items of two lists apart; undefined when none does. */
export function listKey(before: readonly unknown[], after: readonly unknown[]): string | undefined {
  const unique = (list: readonly unknown[], key: string) =>
    list.every((item) => isObject(item) && ['string', 'number'].includes(typeof own(item, key))) &&
    new Set(list.map((item) => String((item as Record<string, unknown>)[key]))).size === list.length
  if (before.length + after.length === 0) return undefined
  return listKeys.find((key) => unique(before, key) && unique(after, key))
}

const own = (object: Record<string, unknown>, key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined)

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
