import { equalJson } from '../kube/index.ts'
import type { JsonMap } from '../kube/index.ts'

/** One step into an object. `key` is how `pintle explain` takes it: a name, an index, or `name=app`. */
export type Step =
  | { key: string; name: string }
  | { key: string; index: number }
  /** An item of a list by its keys. */
  | { key: string; keys: JsonMap }
  /** An item of a set. */
  | { key: string; value: unknown }

/**
 * Reads a field as API servers, structured-merge-diff and people write it:
 * `.spec.containers[name="app"].ports[containerPort=80,protocol="TCP"]`, `spec.containers[0].image`, `data[a.b]`, `.metadata.finalizers[="x"]`.
 */
export function parseField(text: string): Step[] {
  const steps: Step[] = []
  for (const match of text.matchAll(/\[((?:"(?:[^"\\]|\\.)*"|[^\]"])*)\]|([^.[\]]+)/g)) {
    const inside = match[1]
    if (inside === undefined) steps.push({ key: match[2]!, name: match[2]! })
    else if (/^\d+$/.test(inside)) steps.push({ key: inside, index: Number(inside) })
    else if (inside.startsWith('=')) steps.push({ key: inside, value: literal(inside.slice(1)) })
    else {
      const pairs = [...inside.matchAll(/([\w-]+)=("(?:[^"\\]|\\.)*"|[^,]*)/g)]
      const whole = pairs.map((p) => p[0]).join(',') === inside
      if (pairs.length > 0 && whole) {
        const keys = Object.fromEntries(pairs.map((p) => [p[1]!, literal(p[2]!)]))
        steps.push({ key: `${pairs[0]![1]}=${String(keys[pairs[0]![1]!])}`, keys })
      } else steps.push({ key: unquoted(inside), name: unquoted(inside) })
    }
  }
  return steps
}

function literal(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const unquoted = (text: string): string => (text.startsWith('"') ? String(literal(text)) : text)

/** A field as a person reads it; what `parseField` takes. */
export function fieldText(steps: readonly Step[]): string {
  let out = ''
  for (const step of steps) {
    if ('name' in step) out += /^[\w$-]+$/.test(step.name) ? `${out === '' ? '' : '.'}${step.name}` : `[${JSON.stringify(step.name)}]`
    else if ('index' in step) out += `[${step.index}]`
    else if ('value' in step) out += `[=${JSON.stringify(step.value)}]`
    else out += `[${Object.entries(step.keys).map(([k, v]) => `${k}=${typeof v === 'string' && /^[\w./-]+$/.test(v) && Number.isNaN(Number(v)) ? v : JSON.stringify(v)}`).join(',')}]`
  }
  return out
}

/** Whether `inner` is the field `outer`, or below it. Items may be named by index or by keys; both must name them alike. */
export function covers(outer: readonly Step[], inner: readonly Step[]): boolean {
  return outer.length <= inner.length && outer.every((step, i) => sameStep(step, inner[i]!))
}

function sameStep(a: Step, b: Step): boolean {
  if ('keys' in a && 'keys' in b) return Object.keys(a.keys).every((k) => Object.hasOwn(b.keys, k) && String(a.keys[k]) === String(b.keys[k]))
  if ('value' in a && 'value' in b) return equalJson(a.value, b.value)
  return a.key === b.key
}

/** Where a step leads in a value: the key or index below it. */
function childOf(value: unknown, step: Step): string | number | undefined {
  if (Array.isArray(value)) {
    const at = 'index' in step ? step.index : value.findIndex((item) => ('keys' in step ? isMap(item) && Object.keys(step.keys).every((k) => equalJson(item[k], step.keys[k])) : 'value' in step && equalJson(item, step.value)))
    return at >= 0 && at < value.length ? at : undefined
  }
  return isMap(value) && 'name' in step && Object.hasOwn(value, step.name) ? step.name : undefined
}

export function valueAt(object: unknown, steps: readonly Step[]): unknown {
  let value: any = object
  for (const step of steps) {
    const child = childOf(value, step)
    if (child === undefined) return undefined
    value = value[child]
  }
  return value
}

/** A copy without a field; maps that become empty by it go too, list items stay. */
export function withoutField<T>(object: T, steps: readonly Step[]): T {
  const [step, ...rest] = steps
  const child = step === undefined ? undefined : childOf(object, step)
  if (child === undefined) return object
  const copy: any = Array.isArray(object) ? [...object] : { ...object }
  if (rest.length > 0) {
    copy[child] = withoutField(copy[child], rest)
    if (typeof child === 'string' && isMap(copy[child]) && Object.keys(copy[child]).length === 0) delete copy[child]
  } else if (Array.isArray(copy)) copy.splice(child as number, 1)
  else delete copy[child]
  return copy
}

/** Whether a managedFields entry's field set holds a field, or something below it. */
export function ownsField(fields: JsonMap | undefined, steps: readonly Step[]): boolean {
  let node: any = fields
  for (const step of steps) {
    if (!isMap(node)) return false
    const part = Object.keys(node).find((key) => named(key, step))
    if (part === undefined) return false
    node = node[part]
  }
  return node !== undefined
}

function named(part: string, step: Step): boolean {
  if ('name' in step) return part === `f:${step.name}`
  if ('index' in step) return part === `i:${step.index}`
  if ('value' in step) return part.startsWith('v:') && equalJson(literal(part.slice(2)), step.value)
  return part.startsWith('k:') && equalJson(literal(part.slice(2)), step.keys)
}

const isMap = (value: unknown): value is JsonMap => typeof value === 'object' && value !== null && !Array.isArray(value)
