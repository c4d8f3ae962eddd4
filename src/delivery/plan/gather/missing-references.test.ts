import { expect, it } from 'vitest'
import { manifests } from '../../../../test/policy/facts.ts'
import type { Cluster } from '../../../cluster/kube/index.ts'
import { PintleError } from '../../../errors/index.ts'
import { missingReferences } from './missing-references.ts'

/** A cluster that has these, as `namespace/Kind/name`. */
const cluster = (...there: string[]) => ({
  list: async (_: string, kind: string, { namespace, metadataOnly }: { namespace: string; metadataOnly: boolean }) => {
    if (!metadataOnly) throw new Error('asked for the data, too')
    return { items: there.filter((t) => t.startsWith(`${namespace}/${kind}/`)).map((t) => ({ metadata: { name: t.split('/')[2] } })), resourceVersion: '1' }
  },
}) as unknown as Cluster

const pod = `apiVersion: v1
kind: Pod
metadata: { name: p }
spec:
  initContainers: [{ name: i, envFrom: [{ secretRef: { name: from } }, { configMapRef: { name: settings, optional: true } }] }]
  containers: [{ name: c, env: [{ name: A, valueFrom: { secretKeyRef: { name: key, key: a } } }, { name: B, value: x }] }]
  volumes: [{ name: v, secret: { secretName: mounted } }, { name: w, configMap: { name: files } }, { name: x, projected: { sources: [{ secret: { name: projected } }, { serviceAccountToken: { path: t } }] } }, { name: e, emptyDir: {} }]
`
const found = async (yaml: string, ...there: string[]) => (await missingReferences(manifests(yaml).manifests!, 'shop', cluster(...there), {}))?.map((m) => `${m.object.kind}/${m.object.name} ${m.kind}/${m.name}`)

it('finds what pods refer to in any way, and takes optional ones for none', async () => {
  expect(await found(pod)).toEqual(['Pod/p Secret/from', 'Pod/p Secret/key', 'Pod/p Secret/mounted', 'Pod/p ConfigMap/files', 'Pod/p Secret/projected'])
  expect(await found(pod, 'shop/Secret/from', 'shop/Secret/key', 'shop/Secret/mounted', 'shop/ConfigMap/files', 'other/Secret/projected')).toEqual(['Pod/p Secret/projected'])
})

it('takes what the manifest makes for there', async () => {
  const made = ['apiVersion: v1\nkind: Secret\nmetadata: { name: from }\n', 'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: { name: x }\nspec: { target: { name: key } }\n',
    'apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: { name: mounted }\n', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: files, annotations: { helm.sh/hook: pre-install } }\n',
    'apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: { name: c }\nspec: { secretName: projected }\n']
  expect(await found([pod, ...made].join('---\n'))).toEqual([])
})

it('takes what a hook names in its command for made by it', async () => {
  const hook = 'apiVersion: batch/v1\nkind: Job\nmetadata: { name: certs, annotations: { helm.sh/hook: pre-install } }\nspec: { template: { spec: { containers: [{ name: c, args: [create, --secret-name=mounted] }] } } }\n'
  expect(await found(`${pod}---\n${hook}`)).not.toContain('Pod/p Secret/mounted')
})

it('says nothing where it may not look', async () => {
  const blind = { list: async () => { throw new PintleError('kube.forbidden', 'no') } } as unknown as Cluster
  expect(await missingReferences(manifests(pod).manifests!, 'shop', blind, {})).toBeUndefined()
  const broken = { list: async () => { throw new PintleError('kube.unreachable', 'no') } } as unknown as Cluster
  await expect(missingReferences(manifests(pod).manifests!, 'shop', broken, {})).rejects.toMatchObject({ code: 'kube.unreachable' })
})
