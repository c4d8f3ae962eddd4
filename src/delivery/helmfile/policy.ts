import { stateError } from './state-error.ts'

const topKey = /^[a-zA-Z]+:/
const separator = /^--- *$/
const rank = new Map([['bases', 0], ['environments', 0], ['releases', 1]])

/**
 * What helmfile 1.x refuses about the order of top-level keys, told by the lines of the text alone. Upstream: pkg/policy/checker.go.
 * @returns the error, and whether it is about environments and releases in one part, which helmfile 0.x took
 */
export function policyFault(file: string, text: string): { readonly error: Error; readonly oldStyle: boolean } | undefined {
  const keys = topKeys(text)
  const plain = keys.filter((key) => !separator.test(key))
  if (plain.length === 0) return { error: stateError(`no top-level config keys are found in ${file}`), oldStyle: false }
  const ordered = plain.filter((key) => rank.has(key))
  const single = plain.length === keys.length
  for (let i = 1; i < ordered.length; i++) {
    const [before, key] = [ordered[i - 1]!, ordered[i]!]
    if (rank.get(before)! > rank.get(key)!) return { error: stateError(`top-level config key ${key} must be defined before ${before} in ${file}`), oldStyle: single }
  }
  const seen: string[] = []
  for (const key of keys) {
    if (key !== 'environments' && key !== 'releases' && key !== '---') continue
    if (key === '---' || !seen.includes(key)) seen.push(key)
  }
  for (let i = 0; i + 1 < seen.length; i++) {
    if (seen[i] !== '---' && seen[i + 1] !== '---') {
      return { error: stateError('environments and releases cannot be defined within the same YAML part. Use --- to extract the environments into a dedicated part'), oldStyle: true }
    }
  }
  return undefined
}

function topKeys(text: string): string[] {
  const keys: string[] = []
  for (const line of text.split('\n')) {
    const trimmed = line.trimEnd()
    if (separator.test(trimmed)) keys.push(trimmed)
    if (topKey.test(trimmed)) keys.push(trimmed.slice(0, trimmed.indexOf(':')))
  }
  return keys
}
