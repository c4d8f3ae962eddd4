import { expect, it } from 'vitest'
import { folder } from '../../../../test/cli/run-cli.ts'
import type { KubeObject } from '../../../cluster/kube/index.ts'
import { gitopsFolders } from './gitops-folders.ts'
import { foldOwners, marksOf } from './gitops-marks.ts'
import { ownedBy } from './gitops-resources.ts'
import { kustomizeLayers, serverlessSigns } from './serverless.ts'

function signs(files: Record<string, string>): string[] {
  const dir = folder(files)
  try {
    return serverlessSigns(dir.path).map((s) => `${s.file}: ${s.platform}`)
  } finally {
    dir.remove()
  }
}

it.each([
  ['serverless.yml', 'service: shop\nprovider: { name: aws }\n', 'Serverless Framework'],
  ['serverless.ts', 'export default {}', 'Serverless Framework'],
  ['template.yaml', "AWSTemplateFormatVersion: '2010-09-09'\nTransform: AWS::Serverless-2016-10-31\nResources: {}\n", 'AWS SAM'],
  ['template.json', '{"Transform":["AWS::LanguageExtensions","AWS::Serverless-2016-10-31"]}', 'AWS SAM'],
  ['samconfig.toml', 'version = 0.1\n', 'AWS SAM'],
  ['task-definition.json', '{"family":"shop","requiresCompatibilities":["FARGATE"],"containerDefinitions":[]}', 'Amazon ECS on Fargate'],
  ['ecs/taskdef.json', '{"requiresCompatibilities":["FARGATE"],"containerDefinitions":[{}]}', 'Amazon ECS on Fargate'],
  ['service.yaml', 'apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: { name: shop, annotations: { run.googleapis.com/ingress: all } }\n', 'Google Cloud Run'],
  ['containerapp.yaml', 'properties: { managedEnvironmentId: /subscriptions/x }\n', 'Azure Container Apps'],
  ['containerapp.json', '{"type":"Microsoft.App/containerApps"}', 'Azure Container Apps'],
  ['app.yaml', 'runtime: nodejs22\n', 'Google App Engine'],
  ['wrangler.toml', 'name = "x"\n', 'Cloudflare Workers'],
])('takes %s for a platform', (file, text, platform) => {
  expect(signs({ [file]: text })).toEqual([`${file}: ${platform}`])
})

it.each([
  ['template.yaml', "AWSTemplateFormatVersion: '2010-09-09'\nResources: {}\n"],
  ['template.yaml', 'kind: {{ .Values.x }}\n'],
  ['task-definition.json', '{"requiresCompatibilities":["EC2","FARGATE"],"containerDefinitions":[]}'],
  ['task-definition.json', '{"requiresCompatibilities":["FARGATE"'],
  ['service.yaml', 'apiVersion: v1\nkind: Service\nmetadata: { name: shop, annotations: { cloud.google.com/neg: "{}" } }\n'],
  ['service.yaml', 'apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: { name: shop }\n'],
  ['app.yaml', 'apiVersion: apps/v1\nkind: Deployment\nruntime: x\n'],
  ['serverless.yml', '- a list\n'],
  ['template.yaml', `Transform: AWS::Serverless-2016-10-31 # ${'x'.repeat(1 << 20)}\n`],
])('takes %s for none: %.60s', (file, text) => {
  expect(signs({ [file]: text })).toEqual([])
})

it('finds kustomize layers', () => {
  const dir = folder({ 'kustomization.yaml': '', 'overlays/prod/kustomization.yml': '', 'base/x.yaml': '' })
  expect(kustomizeLayers(dir.path)).toEqual(['kustomization.yaml', 'overlays/prod'])
  dir.remove()
  expect(kustomizeLayers('/nonexistent')).toEqual([])
})

const live = (metadata: object, kind = 'Deployment', apiVersion = 'apps/v1'): KubeObject => ({ apiVersion, kind, metadata: { name: 'web', namespace: 'shop', ...metadata } })
const by = (object: KubeObject, applications: string[] = []) => marksOf(object, new Set(applications)).map((o) => `${o.tool} ${o.by}`)

it('knows the marks of Argo CD', () => {
  expect(by(live({ annotations: { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/web' } }))).toEqual(['argocd Application shop'])
  expect(by(live({ annotations: { 'argocd.argoproj.io/tracking-id': 'team_shop:apps/Deployment:shop/web' } }))).toEqual(['argocd Application team/shop'])
  expect(by(live({ namespace: undefined, annotations: { 'argocd.argoproj.io/tracking-id': 'shop:rbac.authorization.k8s.io/ClusterRole:shop/web' } }, 'ClusterRole', 'rbac.authorization.k8s.io/v1'))).toEqual(['argocd Application shop'])
  // Copied by a controller from the object it was on.
  expect(by(live({ annotations: { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/other' } }))).toEqual([])
  expect(by(live({ annotations: { 'argocd.argoproj.io/tracking-id': 'shop:apps/StatefulSet:shop/web' } }))).toEqual([])
  expect(by(live({ annotations: { 'argocd.argoproj.io/tracking-id': ':::' } }))).toEqual([])
  expect(by(live({ labels: { 'argocd.argoproj.io/instance': 'shop' } }))).toEqual(['argocd Application shop'])
  expect(by(live({ labels: { 'app.kubernetes.io/instance': 'shop' } }))).toEqual([])
  expect(by(live({ labels: { 'app.kubernetes.io/instance': 'shop' } }), ['shop'])).toEqual(['argocd Application shop'])
  expect(by(live({ managedFields: [{ manager: 'helm' }, { manager: 'argocd-controller' }] }))).toEqual(['argocd argocd-controller'])
})

it('knows the marks of Flux', () => {
  expect(by(live({ labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' } }))).toEqual(['flux Kustomization flux-system/apps'])
  expect(by(live({ labels: { 'helm.toolkit.fluxcd.io/name': 'web', 'helm.toolkit.fluxcd.io/namespace': 'shop' } }))).toEqual(['flux HelmRelease shop/web'])
  expect(by(live({ managedFields: [{ manager: 'helm-controller' }] }))).toEqual(['flux helm-controller'])
  expect(by(live({ managedFields: [{ manager: 'helm-controller', subresource: 'status' }, { manager: 'helm' }, { manager: 'kubectl' }, { manager: 'kube-controller-manager' }] }))).toEqual([])
})

it('names an owner once', () => {
  const owners = ['a', 'b'].flatMap((name) => marksOf(live({ name, labels: { 'helm.toolkit.fluxcd.io/name': 'web', 'helm.toolkit.fluxcd.io/namespace': 'shop' } })))
  expect(foldOwners(owners)).toMatchObject([{ by: 'HelmRelease shop/web', evidence: 'label helm.toolkit.fluxcd.io/name (and 1 more)' }])
})

const identity = { release: 'shop', namespace: 'prod', chart: 'checkout', objects: [{ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'prod', name: 'web' }] }
const owned = (kind: string, spec: object, more: object = {}) => ownedBy({ apiVersion: 'x/v1', kind, metadata: { name: 'anything', namespace: 'argocd' }, spec, ...more }, identity, 'https://api.example:6443')
const here = { server: 'https://kubernetes.default.svc', namespace: 'prod' }

it.each([
  ['an Application that lists an object', owned('Application', { destination: here, source: {} }, { status: { resources: [{ group: 'apps', kind: 'Deployment', namespace: 'prod', name: 'web' }] } }), 'its status lists Deployment/web'],
  ['one named after the release', ownedBy({ apiVersion: 'x/v1', kind: 'Application', metadata: { name: 'shop' }, spec: { destination: here, source: { chart: 'x' } } }, identity, ''), 'it releases shop into prod'],
  ['one with the release name', owned('Application', { destination: { name: 'in-cluster', namespace: 'prod' }, sources: [{ ref: 'values' }, { chart: 'x', helm: { releaseName: 'shop' } }] }), 'it releases shop into prod'],
  ['one of the chart', owned('Application', { destination: { ...here, server: 'https://api.example:6443/' }, source: { path: 'charts/checkout' } }), 'it releases chart checkout into prod'],
  ['one of the chart under another name', owned('Application', { destination: here, source: { chart: 'checkout', helm: { releaseName: 'other' } } }), undefined],
  ['one of another namespace', owned('Application', { destination: { ...here, namespace: 'staging' }, source: { chart: 'checkout' } }), undefined],
  ['one of another cluster', owned('Application', { destination: { server: 'https://elsewhere', namespace: 'prod' }, source: { chart: 'checkout' } }, { status: { resources: [{ group: 'apps', kind: 'Deployment', namespace: 'prod', name: 'web' }] } }), undefined],
  ['one of another chart', owned('Application', { destination: here, source: { chart: 'redis' } }), undefined],
  ['a HelmRelease', ownedBy({ apiVersion: 'x/v2', kind: 'HelmRelease', metadata: { name: 'shop', namespace: 'prod' }, spec: {} }, identity, ''), 'it releases shop into prod'],
  ['a suspended one by its target', owned('HelmRelease', { targetNamespace: 'prod', releaseName: 'shop', suspend: true }), 'it releases shop into prod (suspended)'],
  ['a HelmRelease whose name Flux puts together', ownedBy({ apiVersion: 'x/v2', kind: 'HelmRelease', metadata: { name: 'shop', namespace: 'flux-system' }, spec: { targetNamespace: 'prod' } }, { ...identity, release: 'prod-shop' }, ''), 'it releases prod-shop into prod'],
  ['a HelmRelease of another cluster', owned('HelmRelease', { targetNamespace: 'prod', releaseName: 'shop', kubeConfig: { secretRef: {} } }), undefined],
  ['another HelmRelease', owned('HelmRelease', { targetNamespace: 'prod' }), undefined],
  ['a Kustomization', owned('Kustomization', {}, { status: { inventory: { entries: [{ id: 'prod_web_apps_Deployment', v: 'v1' }] } } }), 'its inventory holds Deployment/web'],
  ['another Kustomization', owned('Kustomization', {}, { status: { inventory: { entries: [{ id: 'prod_web__Service', v: 'v1' }, null, 3] } } }), undefined],
  ['nonsense', owned('Application', { destination: { server: 3 }, sources: 'none' }, { status: { resources: { a: 1 } } }), undefined],
])('judges %s', (_, evidence, expected) => {
  expect(evidence).toBe(expected)
})

it('looks through the GitOps folders of a repository', () => {
  const dir = folder({
    'clusters/prod/apps.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\n---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: { name: shop, namespace: prod }\nspec: {}\n',
    'argocd/shop.yaml': 'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: shop }\nspec: { destination: { server: https://kubernetes.default.svc, namespace: prod }, source: { chart: x } }\n',
    'argocd/broken.yaml': 'kind: Application\n  bad: [\n', 'argocd/template.yaml': 'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: {{ .x }}\n', 'argocd/readme.md': 'kind: Application', 'other/shop.yaml': 'kind: HelmRelease\n',
  })
  const found = gitopsFolders(dir.path, identity)
  expect(found.folders).toEqual(['argocd', 'clusters'])
  expect(found.owners.map((o) => `${o.by}: ${o.evidence}`)).toEqual(['Application shop: argocd/shop.yaml: it releases shop into prod', 'HelmRelease shop: clusters/prod/apps.yaml: it releases shop into prod'])
  expect(gitopsFolders(dir.path, { ...identity, release: 'web', chart: '' }).owners).toEqual([])
  dir.remove()
  expect(gitopsFolders('/nonexistent', identity)).toEqual({ folders: [], owners: [] })
})

const junk = [undefined, null, 0, 'text', [], {}, [null], { a: null }, [[]], { name: 3 }]

it('takes anything a server may send', () => {
  for (const one of junk) {
    for (const key of ['labels', 'annotations', 'managedFields', 'namespace']) expect(by(live({ [key]: one }))).toEqual([])
    for (const kind of ['Application', 'HelmRelease', 'Kustomization']) {
      expect(ownedBy({ apiVersion: 'x/v1', kind, metadata: { name: 'x' }, spec: one, status: one }, identity, '')).toBeUndefined()
      for (const key of ['destination', 'source', 'sources', 'targetNamespace', 'releaseName']) expect(ownedBy({ apiVersion: 'x/v1', kind, metadata: { name: 'x' }, spec: { destination: here, [key]: one }, status: { resources: one, inventory: one } }, identity, '')).toBeUndefined()
    }
  }
})
