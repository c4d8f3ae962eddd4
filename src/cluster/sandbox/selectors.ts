import { own } from './json.ts'
import type { JsonMap } from './json.ts'
import { qualifiedNameProblems } from './kinds/names.ts'
import { badRequest, goQuote } from './status.ts'

export type Matcher = (object: JsonMap) => boolean

/** A label selector as a query has it: `a=b,c!=d,e in (f,g),h,!i`. */
export function labelMatcher(text: string | undefined): Matcher | undefined {
  const requirements = parseLabels(text ?? '')
  if (requirements.length === 0) return undefined
  return (object) => {
    const labels = (object.metadata?.labels ?? {}) as Record<string, string>
    return requirements.every((r) => matches(r, own(labels, r.key) as string | undefined))
  }
}

interface Requirement { key: string; operator: string; values: string[] }

function matches(r: Requirement, value: string | undefined): boolean {
  switch (r.operator) {
    case 'exists': return value !== undefined
    case '!': return value === undefined
    case 'in': case '=': return value !== undefined && r.values.includes(value)
    case 'notin': case '!=': return value === undefined || !r.values.includes(value)
    case 'gt': return value !== undefined && Number(value) > Number(r.values[0])
    default: return value !== undefined && Number(value) < Number(r.values[0])
  }
}

const token = /\s*(?:(==|!=|=|!|\(|\)|,|<|>)|([^\s=!(),<>]+))/y

/** labels.Parse, with its texts. */
function parseLabels(text: string): Requirement[] {
  if (text.trim() === '') return []
  const tokens: string[] = []
  token.lastIndex = 0
  while (token.lastIndex < text.length) {
    const match = token.exec(text)
    if (match === null) break
    tokens.push(match[1] ?? match[2]!)
  }
  const out: Requirement[] = []
  let at = 0
  const isWord = (t: string | undefined): t is string => t !== undefined && !/^(==|!=|[=!(),<>])$/.test(t)
  const show = (t: string | undefined): string => `'${t ?? ''}'`
  const fail = (why: string): never => { throw badRequest(`unable to parse requirement: ${why}`) }
  while (at < tokens.length) {
    if (tokens[at] !== '!' && !isWord(tokens[at])) throw badRequest(`found ${show(tokens[at])}, expected: !, identifier, or 'end of string'`)
    out.push(requirement())
    if (at >= tokens.length) break
    if (tokens[at] !== ',') throw badRequest(`found ${show(tokens[at])}, expected: ',' or 'end of string'`)
    at++
    if (tokens[at] !== '!' && !isWord(tokens[at])) throw badRequest(`found ${show(tokens[at])}, expected: identifier after ','`)
  }
  return out

  function requirement(): Requirement {
    const negated = tokens[at] === '!'
    if (negated) at++
    const key = tokens[at++]
    if (!isWord(key)) return fail(`found ${show(key)}, expected: identifier`)
    const problems = qualifiedNameProblems(key)
    if (problems.length > 0) fail(`<nil>: Invalid value: ${goQuote(key)}: ${problems[0]}`)
    const operator = tokens[at]
    if (negated || operator === undefined || operator === ',') return { key, operator: negated ? '!' : 'exists', values: [] }
    at++
    if (operator === 'in' || operator === 'notin') return { key, operator, values: values() }
    if (!['=', '==', '!=', '<', '>'].includes(operator)) return fail(`found ${show(operator)}, expected: in, notin, =, ==, !=, gt, lt`)
    const value = isWord(tokens[at]) ? tokens[at++]! : ''
    if ((operator === '<' || operator === '>') && !/^-?\d+$/.test(value)) fail(`values: Invalid value: ["${value}"]: for 'Gt', 'Lt' operators, the value must be an integer`)
    return { key, operator: operator === '==' ? '=' : operator === '<' ? 'lt' : operator === '>' ? 'gt' : operator, values: [value] }
  }

  function values(): string[] {
    if (tokens[at] !== '(') fail(`found ${show(tokens[at])} expected: '('`)
    at++
    const list: string[] = []
    let expectValue = true
    for (;;) {
      const t = tokens[at]
      if (isWord(t)) { list.push(t); at++; expectValue = false } else if (t === ',') { if (expectValue) list.push(''); at++; expectValue = true } else if (t === ')') { if (expectValue) list.push(''); at++; return list } else fail(`found ${show(t)}, expected: ',' or ')'`)
    }
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
