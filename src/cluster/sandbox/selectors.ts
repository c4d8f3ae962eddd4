import { own } from './json.ts'
import type { JsonMap } from './json.ts'
import { parseLabelSelector } from '../kube/index.ts'
import { badRequest, goQuote } from './status.ts'

export type Matcher = (object: JsonMap) => boolean

/** A label selector as a query has it: `a=b,c!=d,e in (f,g),h,!i`. */
export function labelMatcher(text: string | undefined): Matcher | undefined {
  let selects: ReturnType<typeof parseLabelSelector>
  try {
    selects = parseLabelSelector(text ?? '')
  } catch (error) {
    throw badRequest((error as Error).message)
  }
  if (selects === undefined) return undefined
  return (object) => {
    const labels = (object.metadata?.labels ?? {}) as Record<string, string>
    return selects((key) => own(labels, key) as string | undefined)
  }
}

/** metav1.LabelSelector. An empty selector matches everything, a missing one nothing. */
export function selectorMatcher(selector: JsonMap | undefined | null): (labels: Record<string, string> | undefined) => boolean {
  if (selector === undefined || selector === null) return () => false
  const equals = Object.entries((selector.matchLabels ?? {}) as Record<string, string>)
  const expressions = (selector.matchExpressions ?? []) as { key: string; operator: string; values?: string[] }[]
  return (labels) => {
    const given = labels ?? {}
    return equals.every(([k, v]) => own(given, k) === v) && expressions.every((e) => {
      const value = own(given, e.key) as string | undefined
      switch (e.operator) {
        case 'In': return value !== undefined && (e.values ?? []).includes(value)
        case 'NotIn': return value === undefined || !(e.values ?? []).includes(value)
        case 'Exists': return value !== undefined
        default: return value === undefined
      }
    })
  }
}

/** A plain map of labels, as Services have. Empty matches nothing. */
export function mapMatcher(selector: Record<string, string> | undefined | null): (labels: Record<string, string> | undefined) => boolean {
  const equals = Object.entries(selector ?? {})
  return (labels) => equals.length > 0 && equals.every(([k, v]) => own(labels ?? {}, k) === v)
}

/** A field selector: `metadata.name=x,status.phase!=Running`. `supported` are the kind's own fields. */
export function fieldMatcher(text: string | undefined, supported: readonly string[], plain = false): Matcher | undefined {
  if (text === undefined || text === '') return undefined
  const terms = text.split(',').filter((t) => t !== '').map((term) => {
    const match = /^(.*?)(==|!=|=)(.*)$/.exec(term)
    if (match === null) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`)
    const [, path, operator, value] = match as unknown as [string, string, string, string]
    if (path !== 'metadata.name' && path !== 'metadata.namespace' && !supported.includes(path)) {
      throw badRequest(plain ? `${goQuote(path)} is not a known field selector: only "metadata.name", "metadata.namespace"` : `field label not supported: ${path}`)
    }
    return { path: path.split('.'), equal: operator !== '!=', value: value.replace(/\\([\\,=])/g, '$1') }
  })
  return (object) => terms.every((t) => {
    let at: any = object
    for (const step of t.path) at = own(at, step)
    const found = at === undefined || at === null ? (t.path.at(-1) === 'unschedulable' ? 'false' : '') : String(at)
    return (found === t.value) === t.equal
  })
}
