import { quote } from '../../language/go/index.ts'
import { qualifiedNameProblems } from './names.ts'

/**
 * A label selector as queries and kustomizations have it: `a=b,c!=d,e in (f,g),h,!i`.
 * @returns whether labels, given by their key, are selected; undefined when all are
 * @throws Error with the text of apimachinery's labels.Parse
 */
export function parseLabelSelector(text: string): ((label: (key: string) => string | undefined) => boolean) | undefined {
  const requirements = parseLabels(text)
  if (requirements.length === 0) return undefined
  return (label) => requirements.every((r) => matches(r, label(r.key)))
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
  const fail = (why: string): never => { throw new Error(`unable to parse requirement: ${why}`) }
  while (at < tokens.length) {
    if (tokens[at] !== '!' && !isWord(tokens[at])) throw new Error(`found ${show(tokens[at])}, expected: !, identifier, or 'end of string'`)
    out.push(requirement())
    if (at >= tokens.length) break
    if (tokens[at] !== ',') throw new Error(`found ${show(tokens[at])}, expected: ',' or 'end of string'`)
    at++
    if (tokens[at] !== '!' && !isWord(tokens[at])) throw new Error(`found ${show(tokens[at])}, expected: identifier after ','`)
  }
  return out

  function requirement(): Requirement {
    const negated = tokens[at] === '!'
    if (negated) at++
    const key = tokens[at++]
    if (!isWord(key)) return fail(`found ${show(key)}, expected: identifier`)
    const problems = qualifiedNameProblems(key)
    if (problems.length > 0) fail(`<nil>: Invalid value: ${quote(key)}: ${problems[0]}`)
    const operator = tokens[at]
    if (negated || operator === undefined || operator === ',') return { key, operator: negated ? '!' : 'exists', values: [] }
    at++
    if (operator === 'in' || operator === 'notin') return { key, operator, values: values() }
    if (!['=', '==', '!=', '<', '>'].includes(operator)) return fail(`found ${show(operator)}, expected: in, notin, =, ==, !=, gt, lt`)
    if (tokens[at] !== undefined && tokens[at] !== ',' && !isWord(tokens[at])) fail(`found ${show(tokens[at])}, expected: identifier`)
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
