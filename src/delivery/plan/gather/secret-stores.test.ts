import { expect, it } from 'vitest'
import { manifests } from '../../../../test/policy/facts.ts'
import type { Cluster, ObjectRef } from '../../../cluster/kube/index.ts'
import { PintleError } from '../../../errors/index.ts'
import { secretStores } from './secret-stores.ts'

const verdict = (status: string, reason: string) => ({ status: { conditions: [{ type: 'Ready', status, reason }] } })
/** A cluster that serves one version, and has these stores, as `Kind namespace name`. */
const cluster = (stores: Record<string, object>, served = 'external-secrets.io/v1') => {
  const asked: string[] = []
  return {
    asked,
    mapping: async (apiVersion: string) => (apiVersion === served ? {} : undefined),
    get: async ({ kind, namespace = '', name }: ObjectRef) => {
      asked.push(`${kind} ${namespace} ${name}`)
      const found = stores[`${kind} ${namespace} ${name}`]
      return found && { apiVersion: served, kind, metadata: { name, namespace }, ...found }
    },
  }
}
const external = (name: string, store: string, kind = 'SecretStore'): string => `apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: { name: ${name} }\nspec: { secretStoreRef: { kind: ${kind}, name: ${store} } }\n`
const found = async (yaml: string, on: object) => (await secretStores(manifests(yaml).manifests!.objects.map((o) => o.object), 'shop', on as Cluster, {}))?.map((s) => `${s.object.name}: ${s.store} ${s.fault}`)

it('finds stores that neither the release nor the cluster has, each asked for once', async () => {
  const on = cluster({ 'SecretStore shop there': verdict('True', 'Valid'), 'SecretStore shop broken': verdict('False', 'InvalidProviderConfig'), 'ClusterSecretStore  new': {} })
  const own = 'apiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: { name: own }\nspec: {}\n'
  expect(await found([external('a', 'there'), external('b', 'nowhere'), external('b2', 'nowhere'), external('c', 'broken'), external('d', 'own'), own, external('e', 'new', 'ClusterSecretStore'), external('f', 'own', 'ClusterSecretStore')].join('---\n'), on)).toEqual([
    'b: SecretStore/nowhere is neither in the release nor in namespace shop', 'b2: SecretStore/nowhere is neither in the release nor in namespace shop', 'c: SecretStore/broken is not ready: InvalidProviderConfig',
    'e: ClusterSecretStore/new is not ready: NotReconciled', 'f: ClusterSecretStore/own is neither in the release nor in the cluster',
  ])
  expect(on.asked.filter((a) => a === 'SecretStore shop nowhere')).toHaveLength(1)
})

it('asks a server of the older version, and one of none for nothing', async () => {
  expect(await found(external('a', 'x'), cluster({}, 'external-secrets.io/v1beta1'))).toHaveLength(1)
  const none = cluster({}, 'no')
  expect([await found(external('a', 'x'), none), none.asked]).toEqual([[], []])
  expect(await found('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n', none)).toEqual([])
})

it('says nothing where it may not look', async () => {
  const blind = { ...cluster({}), get: async () => { throw new PintleError('kube.forbidden', 'no') } }
  expect(await found(external('a', 'x'), blind)).toBeUndefined()
  const broken = { ...cluster({}), get: async () => { throw new PintleError('kube.unreachable', 'no') } }
  await expect(found(external('a', 'x'), broken)).rejects.toMatchObject({ code: 'kube.unreachable' })
})
