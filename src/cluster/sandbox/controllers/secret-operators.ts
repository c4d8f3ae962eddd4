import type { JsonMap } from '../json.ts'
import { operatorDelay, operatorTables, operatorWork } from '../secret-operators.ts'
import type { Look } from '../secret-operators.ts'
import type { Controller, Engine } from './engine.ts'
import type { Hands } from './hands.ts'
import { controllerOf, keyOf } from './hands.ts'

/** ms until what failed is tried again, the first time, and at most: doubled in between. */
const firstRetry = 50
const lastRetry = 5000

/** Does what `secret-operators.ts` says, once somebody has brought the definitions. */
export function secretOperators(hands: Hands, engine: Engine): Controller {
  const name = 'secret-operators'
  const tries = new Map<string, number>()
  const due = new Map<string, number>()
  const keyIn = (table: string, object: JsonMap): string => `${table} ${keyOf(object)}`
  const look: Look = (kind, namespace, wanted) => hands.get(tableOf[kind], namespace, wanted)
  return {
    name,
    watches: [...operatorTables, '/secrets'],
    keys: ({ table, object, type }) => {
      if (table !== '/secrets') return type === 'DELETED' ? [] : [keyIn(table, object)]
      // What it made and somebody deleted is made anew.
      const owner = type === 'DELETED' ? controllerOf(object) : undefined
      const of = operatorTables.find((t) => t.endsWith(`/${String(owner?.kind ?? '').toLowerCase()}s`))
      return owner === undefined || of === undefined ? [] : [`${of} ${object.metadata.namespace}/${owner.name}`]
    },
    reconcile(key) {
      const [table, at] = key.split(' ') as [string, string]
      const object = hands.byKey(table, at)
      if (object === undefined || object.metadata.deletionTimestamp !== undefined) return
      const now = hands.api.clock.now()
      const first = `${object.metadata.uid} ${object.metadata.generation}`
      if (!due.has(first)) due.set(first, now + operatorDelay(object))
      const wait = due.get(first)! - now
      if (wait > 0) return engine.later(name, key, wait)
      const work = operatorWork(object, look, hands.now)
      if (work === undefined) return
      for (const made of work.makes) make(hands, made)
      const known = JSON.stringify(object.status?.conditions) === JSON.stringify(work.status.conditions)
      if (!known || work.failed) for (const e of work.events) hands.event(object, e.type, e.reason, e.message, name)
      hands.status(table, object, work.status, name)
      if (!work.failed) {
        tries.delete(first)
        return
      }
      const count = tries.get(first) ?? 0
      tries.set(first, count + 1)
      engine.later(name, key, Math.min(firstRetry * 2 ** count, lastRetry))
    },
  }
}

const tableOf: Record<Parameters<Look>[0], string> = {
  Secret: '/secrets', Namespace: '/namespaces', SecretStore: 'external-secrets.io/secretstores', ClusterSecretStore: 'external-secrets.io/clustersecretstores',
}

function make(hands: Hands, made: JsonMap): void {
  const table = made.kind === 'Secret' ? '/secrets' : 'external-secrets.io/externalsecrets'
  const there = hands.get(table, made.metadata.namespace as string, made.metadata.name as string)
  if (there === undefined) hands.create(table, made, 'secret-operators')
  else {
    const { metadata, status: _, ...rest } = made
    hands.update(table, there, (o) => ({ ...o, ...rest, metadata: { ...o.metadata, labels: { ...o.metadata.labels, ...metadata.labels }, ...(metadata.ownerReferences && { ownerReferences: metadata.ownerReferences }) } }), 'secret-operators')
  }
}
