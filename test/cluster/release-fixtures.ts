import type { KubeObject } from '../../src/cluster/kube/index.ts'
import type { HookEvent, ReleaseSource, RenderedHook } from '../../src/cluster/release/index.ts'

/** A chart's record, small but whole. */
export const demoChart = {
  metadata: { name: 'demo', version: '1.2.3', appVersion: '9', apiVersion: 'v2' },
  lock: null,
  templates: [{ name: 'templates/all.yaml', data: Buffer.from('{{ .Values.a }}').toString('base64') }],
  values: { a: 1, nested: { b: [true, null] } },
  schema: null,
  schemamodtime: '0001-01-01T00:00:00Z',
  files: [],
}

/** What a render of these objects would have come to. */
export function rendered(objects: readonly unknown[], hooks: readonly RenderedHook[] = [], more: { notes?: string; config?: Record<string, unknown> } = {}): ReleaseSource {
  const manifest = objects.map((o) => `---\n# Source: demo/templates/all.yaml\n${typeof o === 'string' ? o : JSON.stringify(o)}\n`).join('')
  return { render: () => ({ chart: demoChart, config: more.config ?? {}, manifest, hooks, notes: more.notes ?? '' }) }
}

export const configMap = (name: string, data: Record<string, string> = {}, annotations?: Record<string, string>): KubeObject =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...(annotations && { annotations }) }, data })

export const deployment = (name: string, image = 'example.com/app:1', replicas = 1): KubeObject => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image }] } },
  },
})

export const job = (name: string, image = 'example.com/job:1'): KubeObject => ({
  apiVersion: 'batch/v1', kind: 'Job', metadata: { name },
  spec: { backoffLimit: 0, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image }] } } },
})

export const pod = (name: string, image = 'example.com/test:1'): KubeObject =>
  ({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { restartPolicy: 'Never', containers: [{ name: 'main', image }] } })

export function hook(object: KubeObject, events: readonly HookEvent[], more: Partial<RenderedHook> = {}): RenderedHook {
  const { name = '' } = object.metadata
  return { name, kind: object.kind, path: `demo/templates/${name}.yaml`, manifest: JSON.stringify(object), events, weight: 0, deletePolicies: [], outputLogPolicies: [], ...more }
}

export const crd = (plural: string, kind: string): KubeObject => ({
  apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: `${plural}.suite.pintle.dev` },
  spec: {
    group: 'suite.pintle.dev', scope: 'Namespaced', names: { plural, singular: kind.replace(/^[A-Z]/, (letter) => letter.toLowerCase()), kind, listKind: `${kind}List` },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } } } }],
  },
})
