import { RegexpCache } from '../../language/go/index.ts'
import { objectLosses, versionsOf } from '../custom/index.ts'
import { equalJson } from '../kube/index.ts'
import type { CallOptions, Cluster, JsonMap, KubeObject } from '../kube/index.ts'
import { reasonOf } from './trial.ts'

/** What live objects say about an upgrade of their definition. */
export interface ObjectsUnder {
  /** By version: who uses it, in words. */
  users: Map<string, string>
  /** What objects would lose, alike ones together. */
  lost: { version: string; field: string; message: string; count: number; example: string }[]
  /** What could not be looked at. */
  notes: string[]
}

const pageSize = 250
/** Objects of one version that are looked at, and the time for all of a definition. */
const most = 10_000
const longest = 30_000
/** Different losses of one version that are told. */
const told = 20

/**
 * Looks at the live objects of a definition, page by page, in every version that stops being served or whose schema changes.
 * Objects of a version are read in it, so that a conversion webhook's answer counts.
 */
export async function objectsUnder(cluster: Cluster, live: KubeObject, next: KubeObject, call: CallOptions): Promise<ObjectsUnder> {
  const out: ObjectsUnder = { users: new Map(), lost: [], notes: [] }
  const after = versionsOf(next)
  const patterns = new RegexpCache()
  const deadline = Date.now() + longest
  for (const [version, before] of versionsOf(live)) {
    if (before.served !== true) continue
    const then = after.get(version)
    const gone = then?.served !== true
    const [old, fresh] = [schemaOf(live, before), then === undefined ? undefined : schemaOf(next, then)]
    if (!gone && equalJson(old, fresh)) continue
    const found = new Map<string, ObjectsUnder['lost'][number]>()
    const rules = gone ? 0 : newRules(old, fresh)
    let seen = 0
    try {
      for await (const object of pagesOf(cluster, live, version, call)) {
        if (++seen > most || Date.now() > deadline) {
          out.notes.push(`only the first ${seen - 1} objects of ${version} were looked at`)
          break
        }
        const name = [object.metadata.namespace, object.metadata.name].filter((part) => part !== undefined).join('/')
        if (gone) {
          const client = clientOf(object, `${live.spec.group}/${version}`)
          if (client === undefined) continue
          out.users.set(version, `${client} wrote ${name} in it`)
          break
        }
        for (const { field, message } of objectLosses(object, old, fresh, patterns)) {
          const kept = found.get(`${field.replaceAll(/\[\d+\]/g, '[]')} ${message}`)
          if (kept !== undefined) kept.count++
          else if (found.size < told) found.set(`${field.replaceAll(/\[\d+\]/g, '[]')} ${message}`, { version, field, message, count: 1, example: name })
        }
      }
    } catch (error) {
      if (call.signal?.aborted) throw error
      out.lost.push({ version, field: 'objects', message: `could not be looked at: ${reasonOf(error)}`, count: 1, example: 'the whole cluster' })
    }
    if (seen > 0 && rules > 0) out.notes.push(`${version} has ${rules} new validation ${rules === 1 ? 'rule' : 'rules'} in CEL; whether ${seen === 1 ? 'the live object passes' : `the ${seen} live objects pass`} is for the server to say when they are next written`)
    out.lost.push(...found.values())
  }
  return out
}

const schemaOf = (definition: KubeObject, version: JsonMap): JsonMap | undefined =>
  (definition.spec.preserveUnknownFields === true ? undefined : (version.schema?.openAPIV3Schema as JsonMap | undefined))

/** How many CEL rules the second schema has that the first has not. */
function newRules(before: JsonMap | undefined, after: JsonMap | undefined): number {
  const had = rulesOf(before)
  return [...rulesOf(after)].filter((rule) => !had.has(rule)).length
}

function rulesOf(schema: unknown, path = '', out = new Set<string>()): Set<string> {
  if (typeof schema !== 'object' || schema === null) return out
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'x-kubernetes-validations') for (const rule of Array.isArray(value) ? value : []) out.add(`${path} ${JSON.stringify(rule?.rule)}`)
    else rulesOf(value, `${path}/${key}`, out)
  }
  return out
}

/** Who wrote fields of an object in a version; the server remembers it with the fields' owners. */
function clientOf(object: KubeObject, apiVersion: string): string | undefined {
  return (object.metadata.managedFields as { manager?: string; apiVersion?: string }[] | undefined)?.find((m) => m.apiVersion === apiVersion)?.manager
}

/** The objects of a definition in one version; one page in memory at a time. */
async function* pagesOf(cluster: Cluster, definition: KubeObject, version: string, call: CallOptions): AsyncGenerator<KubeObject, void, void> {
  const path = `/apis/${definition.spec.group}/${version}/${definition.spec.names.plural}`
  for (let next: string | undefined; ; ) {
    const page = await cluster.request('GET', path, { ...call, query: { limit: String(pageSize), ...(next !== undefined && { continue: next }) } })
    yield* (page.items ?? []) as KubeObject[]
    next = page.metadata?.continue || undefined
    if (next === undefined) return
  }
}
