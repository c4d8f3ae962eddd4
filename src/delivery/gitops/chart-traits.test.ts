import { expect, it } from 'vitest'
import { readValues } from '../../charts/chart/index.ts'
import { marshal, unmarshal } from '../../language/yaml/index.ts'
import { ChartFile, loadFiles, type Chart } from '../../charts/chart/index.ts'
import { chartTraits } from './index.ts'

const templates = {
  'deployment.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2}\n',
  'other.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: free}\nspec: {}\n',
  'hpa.yaml': 'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: free}\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: free}}\n',
  'hook.yaml': 'apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: web, annotations: {cert-manager.io/inject-ca-from: shop/web}}\nwebhooks: []\n',
  'plain-hook.yaml': 'apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: plain}\nwebhooks: []\n',
  'job.yaml': 'apiVersion: batch/v1\nkind: Job\nmetadata: {name: migrate, annotations: {helm.sh/hook: "pre-install,pre-upgrade"}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\n',
  'secret.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {p: {{ randAlphaNum 20 }}}\n',
  'number.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: n}\ndata: {n: "{{ .Values.n }}"}\n',
  'lookup.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: l}\ndata: {n: "{{ len (lookup "v1" "Secret" "x" "y") }}"}\n',
}
const chartOf = (names: readonly (keyof typeof templates)[]): Chart => loadFiles([
  ChartFile.fromText('Chart.yaml', 'apiVersion: v2\nname: web\nversion: 1.0.0\n'), ...names.map((name) => ChartFile.fromText(`templates/${name}`, templates[name])),
], 'v2')

it('finds what controllers treat in ways of their own', async () => {
  const traits = await chartTraits({ chart: chartOf(Object.keys(templates) as (keyof typeof templates)[]), values: new Map(), written: new Map(), release: { name: 'web', namespace: 'shop' } })
  expect(traits).toMatchObject({ tests: 1, hooks: new Map([['pre-install', ['migrate']], ['pre-upgrade', ['migrate']]]), changing: ['web/templates/secret.yaml'], lookups: 1, hasCrds: false })
  expect(traits.foreignFields.map((f) => `${f.group} ${f.kind}/${f.name} ${f.pointer}`)).toEqual(['apps Deployment/web /spec/replicas', 'admissionregistration.k8s.io ValidatingWebhookConfiguration/web /webhooks/*/clientConfig/caBundle'])
})

it('finds nothing in a chart that does nothing special', async () => {
  expect(await chartTraits({ chart: chartOf(['deployment.yaml', 'plain-hook.yaml']), values: new Map(), written: new Map(), release: { name: 'web', namespace: 'shop' } })).toEqual({ tests: 0, hooks: new Map(), foreignFields: [], changing: [], retyped: [], lookups: 0, hasCrds: false })
})

it('finds what --set means otherwise than YAML', async () => {
  for (const [set, retyped] of [['n=1000000', ['web/templates/number.yaml']], ['n=100', []], ['n=text', []]] as const) {
    const values = await readValues({ set: [set] })
    const traits = await chartTraits({ chart: chartOf(['number.yaml']), values, written: unmarshal(marshal(values)) as typeof values, release: { name: 'web', namespace: 'shop' } })
    expect(traits.retyped).toEqual(retyped)
  }
})
