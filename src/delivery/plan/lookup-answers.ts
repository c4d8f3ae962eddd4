import type { Value } from '../../language/go/index.ts'
import { plainJson } from '../../cluster/release/index.ts'
import { canonicalJson } from '../attestation/index.ts'

/** What the server writes about an object whenever anybody touches it; no chart's output may hang on it. */
const noise = new Set(['resourceVersion', 'managedFields', 'lastHeartbeatTime'])

/** An answer to `lookup`, as text that is the same as long as the answer says the same. Holds secrets. */
export function answerText(value: Value): string {
  return canonicalJson(JSON.parse(plainJson(value), function (key, item: unknown) { return noise.has(key) ? undefined : item }))
}

/** `lookup v1 Secret shop/web`, `dns db.example`: a recorded call in words. */
export function callText(key: string): string {
  const [what, ...args] = JSON.parse(key) as string[]
  if (what !== 'lookup') return [what, ...args].join(' ')
  const [apiVersion = '', kind = '', namespace = '', name = ''] = args
  return `lookup ${apiVersion} ${kind} ${namespace}/${name}`
}

/** The arguments of a recorded lookup; undefined for what is not asked again: a name's address may change at any time. */
export function lookupArguments(text: string): [apiVersion: string, kind: string, namespace: string, name: string] | undefined {
  const match = /^lookup (\S*) (\S*) ([^/\s]*)\/(\S*)$/.exec(text)
  return match === null ? undefined : [match[1]!, match[2]!, match[3]!, match[4]!]
}
