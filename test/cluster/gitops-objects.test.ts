/** What `gitops argocd` and `gitops flux` write, judged by the API server with the controllers' own custom resource definitions: every field must be theirs. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { moduleFolder } from '../../scripts/tools/index.ts'
import type { KubeObject } from '../../src/cluster/kube/index.ts'
import { argocdApplication, fluxObjects } from '../../src/delivery/gitops/index.ts'
import { services } from '../../src/delivery/gitops/service-source.fixtures.ts'
import { parseDocument } from '../../src/language/yaml/index.ts'
import { startControlPlane, type ControlPlane } from './control-plane.ts'

let plane: ControlPlane | undefined

beforeAll(async () => {
  const [argo, helm, source] = await Promise.all([moduleFolder('github.com/argoproj/argo-cd/v3'), moduleFolder('github.com/fluxcd/helm-controller'), moduleFolder('github.com/fluxcd/source-controller')])
  if (argo === undefined || helm === undefined || source === undefined) return
  plane = await startControlPlane({ apiOnly: true })
  if (plane === undefined) return
  const files = [join(argo, 'manifests/crds/application-crd.yaml'), ...[helm, source].flatMap((m) => readdirSync(join(m, 'config/crd/bases')).map((f) => join(m, 'config/crd/bases', f)))]
  for (const file of files) await plane.cluster.create(parseDocument(readFileSync(file, 'utf8')) as unknown as KubeObject)
  for (const namespace of ['argocd', 'shop']) await plane.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  for (let tries = 0; tries < 100; tries++) {
    const { items } = await plane.cluster.list('apiextensions.k8s.io/v1', 'CustomResourceDefinition')
    const ready = items.filter((c) => (c.status as { conditions?: { type: string; status: string }[] } | undefined)?.conditions?.some((x) => x.type === 'Established' && x.status === 'True'))
    if (ready.length === files.length) break
    await sleep(200)
  }
}, 600_000)
afterAll(async () => { await plane?.stop() })

/** @throws what the API server says of an object, unknown fields included */
async function judge(objects: readonly KubeObject[]): Promise<void> {
  for (const object of objects) await plane!.cluster.apply(object, { dryRun: true, fieldValidation: 'Strict', fieldManager: 'test' })
}

describe.each(Object.entries(services))('%s', (_, service) => {
  test('an Application, values as files and inline', async (context) => {
    if (plane === undefined) return context.skip('no control plane or definitions here')
    for (const valuesAs of ['files', 'inline'] as const) {
      for (const automated of [true, false]) {
        await judge(argocdApplication(service, { namespace: 'argocd', project: 'default', valuesAs, automated, destination: automated ? { name: 'prod' } : { server: 'https://kubernetes.default.svc' } }).objects)
      }
    }
  })
  test('Flux objects, values inline and in a ConfigMap', async (context) => {
    if (plane === undefined) return context.skip('no control plane or definitions here')
    const valuesFrom = [{ kind: 'Secret', name: 'db', valuesKey: 'values.yaml' }] as const
    await judge(fluxObjects(service, { interval: '10m', valuesAs: 'inline', valuesFrom, sourceSecret: 'git', serviceAccount: 'deployer', suspend: true }).objects)
    await judge(fluxObjects({ ...service, set: [] }, { interval: '1h', valuesAs: 'config-map', valuesFrom, namespace: 'shop', name: 'other' }).objects)
  })
})

test('the judge refuses a field that is not theirs, and a value they do not allow', async (context) => {
  if (plane === undefined) return context.skip('no control plane or definitions here')
  const service = services['a chart of a repository']!
  const [application] = argocdApplication(service, { namespace: 'argocd', project: 'default', valuesAs: 'files', automated: true, destination: { name: 'prod' } }).objects as [KubeObject]
  await expect(judge([{ ...application, spec: { ...(application.spec as object), targetRevison: 'x' } }])).rejects.toThrow(/targetRevison/)
  const release = fluxObjects(service, { interval: '10m', valuesAs: 'inline', valuesFrom: [] }).objects.at(-1)!
  await expect(judge([{ ...release, spec: { ...(release.spec as object), interval: 'soon' } }])).rejects.toThrow(/interval/)
})
