import { PintleError } from '../../errors/index.ts'

/** One condition of a label selector. */
export interface Requirement { key: string; operator: 'in' | 'notin' | 'exists' | '!' ; values: readonly string[] }

/**
 * Parses Kubernetes' selector syntax: `a=b,c!=d,e in (f,g),h notin (i),j,!k`.
 * Upstream: k8s.io/apimachinery pkg/labels/selector.go.
 */
export function parseLabelSelector(text: string): Requirement[] {
  const requirements: Requirement[] = []
  let rest = text.trim()
  while (rest !== '') {
    const [requirement, after] = takeRequirement(rest, text)
    requirements.push(requirement)
    rest = after.trimStart()
    if (rest === '') break
    if (!rest.startsWith(',')) throw bad(text, rest)
    rest = rest.slice(1).trimStart()
    if (rest === '') throw bad(text, '')
  }
  return requirements
}

const word = /^[A-Za-z0-9](?:[A-Za-z0-9_./-]*[A-Za-z0-9])?/
const valueWord = /^[A-Za-z0-9_.-]*/

function takeRequirement(rest: string, whole: string): [Requirement, string] {
  if (rest.startsWith('!')) {
    const key = word.exec(rest.slice(1).trimStart())?.[0]
    if (key === undefined) throw bad(whole, rest)
    return [{ key, operator: '!', values: [] }, rest.slice(1).trimStart().slice(key.length)]
  }
  const key = word.exec(rest)?.[0]
  if (key === undefined) throw bad(whole, rest)
  const after = rest.slice(key.length).trimStart()
  const equality = /^(==|=|!=)\s*/.exec(after)
  if (equality !== null) {
    const value = valueWord.exec(after.slice(equality[0].length))![0]
    return [{ key, operator: equality[1] === '!=' ? 'notin' : 'in', values: [value] }, after.slice(equality[0].length + value.length)]
  }
  const set = /^(in|notin)\s*\(([^()]*)\)/.exec(after)
  if (set !== null) {
    const values = set[2]!.split(',').map((v) => v.trim())
    if (values.some((v) => valueWord.exec(v)![0] !== v)) throw bad(whole, after)
    return [{ key, operator: set[1] as 'in' | 'notin', values }, after.slice(set[0].length)]
  }
  return [{ key, operator: 'exists', values: [] }, after]
}

function bad(whole: string, at: string): PintleError {
  return new PintleError('release.options', `unable to parse requirement: ${at === '' ? 'found \'\', expected: identifier after \',\'' : `found '${at}', in selector '${whole}'`}`)
}

/** Whether labels meet all conditions. `notin` also holds where the label is missing. */
export function matchesLabels(requirements: readonly Requirement[], labels: Readonly<Record<string, string>>): boolean {
  return requirements.every(({ key, operator, values }) => {
    const has = Object.hasOwn(labels, key)
    switch (operator) {
      case 'exists': return has
      case '!': return !has
      case 'in': return has && values.includes(labels[key]!)
      case 'notin': return !has || !values.includes(labels[key]!)
    }
  })
}
