import type { KubeObject } from '../kube/index.ts'
import { listKey } from './diff-objects.ts'
import { pathKeys, stepInto } from './field-path.ts'

/** An object with some changes taken back, and where they were. */
export interface Calmed {
  readonly after: KubeObject
  readonly left: readonly string[]
}

/**
 * Takes back what changes at some fields, where both sides have them: they say another thing each time they are asked.
 * @param paths as in FieldChange.path; those of a Secret's values begin with `data.`
 */
export function withoutChangesAt(before: KubeObject, after: KubeObject, paths: Iterable<string>): Calmed {
  const out = structuredClone(after)
  const left: string[] = []
  for (const path of paths) {
    const keys = pathKeys(path)
    const last = keys.pop()
    if (last === undefined) continue
    const holderOf = (object: unknown): unknown => keys.reduce(stepInto, object)
    const old = stepInto(holderOf(before), last)
    if (old === undefined) continue
    // What is merged here has a Secret's new values apart.
    if (out.kind === 'Secret' && keys.length === 1 && keys[0] === 'data' && stepInto(out.stringData, last) !== undefined) {
      delete (out.stringData as Record<string, unknown>)[last]
      ;((out.data ??= {}) as Record<string, unknown>)[last] = old
      left.push(path)
      continue
    }
    const holder = holderOf(out)
    const now = stepInto(holder, last)
    if (now === undefined || JSON.stringify(now) === JSON.stringify(old)) continue
    if (Array.isArray(holder)) holder[holder.indexOf(now)] = old
    else (holder as Record<string, unknown>)[last] = old
    left.push(path)
  }
  return { after: out, left }
}

/**
 * Takes back what only looks like a change because it was worked out without the server: fields that neither manifest ever named, which the server filled in,
 * and quantities that mean the same.
 * @param base the manifest of the revision before, @param target the new one
 */
export function withoutDefaulted(before: KubeObject, after: KubeObject, base: KubeObject | undefined, target: KubeObject): Calmed {
  const left: string[] = []
  const merged = restore(before, after, base, target, '', left)
  return { after: merged as KubeObject, left }
}

function restore(before: unknown, after: unknown, base: unknown, target: unknown, path: string, left: string[]): unknown {
  if (isMap(before) && isMap(after)) {
    const out: Record<string, unknown> = { ...after }
    for (const [key, old] of Object.entries(before)) {
      const here = path === '' ? key : `${path}.${key}`
      if (Object.hasOwn(after, key)) out[key] = restore(old, after[key], stepInto(base, key), stepInto(target, key), here, left)
      else if (stepInto(base, key) === undefined && stepInto(target, key) === undefined) {
        out[key] = old
        left.push(here)
      }
    }
    return out
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const field = listKey(before, after)
    return after.map((item, i) => {
      const step = field === undefined ? String(i) : `${field}=${String((item as Record<string, unknown>)[field])}`
      const old = stepInto(before, step)
      return old === undefined ? item : restore(old, item, stepInto(base, step), stepInto(target, step), `${path}[${step}]`, left)
    })
  }
  if (before === after || !sameQuantity(before, after)) return after
  left.push(path)
  return before
}

const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

const suffixes: Readonly<Record<string, number>> = { m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50 }

/** `1000m` and `1`, `1024Mi` and `1Gi`. */
function sameQuantity(a: unknown, b: unknown): boolean {
  const [x, y] = [quantity(a), quantity(b)]
  return x !== undefined && y !== undefined && Math.abs(x - y) <= Math.abs(x) * 1e-12
}

function quantity(value: unknown): number | undefined {
  const found = typeof value === 'string' || typeof value === 'number' ? /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(String(value)) : null
  const factor = found === null ? undefined : suffixes[found[2]!]
  return factor === undefined ? undefined : Number(found![1]) * factor
}
