import { at, type KustomizeCase } from './case.ts'

const chart: Readonly<Record<string, string>> = {
  'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.3\nappVersion: "9"\n',
  'charts/web/values.yaml': '# values of the chart\nreplicas: 1 # one\nimage:\n  name: nginx\n  tag: "1.0"\nlist:\n- a\n- b\nmap: {x: 1, y: two}\nempty: {}\nnothing: null\nflag: true\n',
  'charts/web/crds/thing.yaml': 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.com}\nspec: {group: example.com}\n',
  'charts/web/templates/deployment.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}-web\n  namespace: {{ .Release.Namespace }}\n  labels: {chart: "{{ .Chart.Name }}-{{ .Chart.Version }}"}\nspec:\n  replicas: {{ .Values.replicas }}\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: "{{ .Values.image.name }}:{{ .Values.image.tag }}"}]}\n',
  'charts/web/templates/values.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: values}\ndata:\n  values: |\n{{ toYaml .Values | indent 4 }}\n  kube: {{ .Capabilities.KubeVersion.Version }}\n  has: {{ .Capabilities.APIVersions.Has "example.com/v1" | quote }}\n',
  'charts/web/templates/hook.yaml': 'apiVersion: batch/v1\nkind: Job\nmetadata: {name: hook, annotations: {helm.sh/hook: pre-install}}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: h, image: h}]}}}\n',
  'charts/web/templates/tests/test.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: test, annotations: {helm.sh/hook: test}}\nspec: {containers: [{name: t, image: t}]}\n',
  'values-prod.yaml': 'replicas: 5\nlist: [c]\n', 'more.yaml': 'image: {tag: "2.0"}\nmap: {z: 3}\n',
}
const helm = (name: string, kustomization: string, files: Readonly<Record<string, string>> = {}): KustomizeCase =>
  at(`helm: ${name}`, `${kustomization}\n`, { ...chart, ...files }, { flags: ['--enable-helm'] })

/** Charts in chartHome that become resources, with real Helm behind the real kustomize. */
export const helmCases: readonly KustomizeCase[] = [
  helm('release name', 'helmCharts: [{name: web, releaseName: shop}]'),
  helm('namespace', 'helmCharts: [{name: web, releaseName: shop, namespace: prod}]'),
  helm('namespace of the kustomization', 'namespace: prod\nhelmCharts: [{name: web, releaseName: shop}]'),
  helm('other namespace', 'namespace: prod\nhelmCharts: [{name: web, releaseName: shop, namespace: dev}]'),
  helm('name template', 'helmCharts: [{name: web, nameTemplate: "n-{{ \\"x\\" | upper | lower }}"}]'),
  helm('values file', 'helmCharts: [{name: web, releaseName: shop, valuesFile: values-prod.yaml}]'),
  helm('more values files', 'helmCharts: [{name: web, releaseName: shop, valuesFile: values-prod.yaml, additionalValuesFiles: [more.yaml]}]'),
  ...['override', 'merge', 'replace', ''].map((how) => helm(`inline values, ${how || 'default'}`, `helmCharts:\n- name: web\n  releaseName: shop\n  ${how === '' ? '' : `valuesMerge: ${how}\n  `}valuesInline: {replicas: 3, list: [z], map: {x: null, w: "4"}, image: {tag: "7"}, extra: {deep: [1, {a: b}]}, flag: false, nothing: {a: 1}, big: 1000000, float: 1.5}`)),
  helm('inline over a file', 'helmCharts: [{name: web, releaseName: shop, valuesFile: values-prod.yaml, valuesInline: {replicas: 8}}]'),
  helm('crds', 'helmCharts: [{name: web, releaseName: shop, includeCRDs: true}]'),
  helm('no hooks', 'helmCharts: [{name: web, releaseName: shop, skipHooks: true}]'),
  helm('no tests', 'helmCharts: [{name: web, releaseName: shop, skipTests: true}]'),
  helm('versions', 'helmCharts: [{name: web, releaseName: shop, kubeVersion: "1.30", apiVersions: [example.com/v1]}]'),
  helm('chart home', 'helmGlobals: {chartHome: lib}\nhelmCharts: [{name: web, releaseName: shop}]', Object.fromEntries(Object.entries(chart).map(([path, text]) => [path.replace(/^charts/, 'lib'), text]))),
  helm('old fields', 'helmChartInflationGenerator: [{chartName: web, releaseName: shop, values: values-prod.yaml, chartHome: charts}]'),
  helm('with everything else', 'helmCharts: [{name: web, releaseName: shop}]\nnamePrefix: p-\nnamespace: prod\nlabels: [{pairs: {a: b}, includeSelectors: true}]\nimages: [{name: nginx, newTag: "5"}]\nbuildMetadata: [originAnnotations]\npatches:\n- target: {kind: Deployment}\n  patch: |-\n    - {op: replace, path: /spec/replicas, value: 9}'),
  { name: 'helm: in a base', build: 'overlay', flags: ['--enable-helm'], files: {
    ...Object.fromEntries(Object.entries(chart).map(([path, text]) => [`base/${path}`, text])), 'base/kustomization.yaml': 'helmCharts: [{name: web, releaseName: shop}]\n',
    'overlay/kustomization.yaml': 'resources: [../base]\nnamespace: prod\nnameSuffix: -x\n',
  } },
  helm('as a generator', 'generators: [g.yaml]', { 'g.yaml': 'apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: any}\nname: web\nreleaseName: gen\nvaluesInline: {replicas: 4}\n' }),
  helm('chart is missing', 'helmCharts: [{name: nope}]'), helm('no name', 'helmCharts: [{releaseName: x}]'), helm('bad release name', 'helmCharts: [{name: web, releaseName: -x}]'), helm('bad chart name', 'helmCharts: [{name: -web}]'),
  helm('bad merge', 'helmCharts: [{name: web, valuesMerge: mix}]'), helm('values file is missing', 'helmCharts: [{name: web, releaseName: x, valuesFile: nope.yaml}]'), helm('additional file is missing', 'helmCharts: [{name: web, releaseName: x, additionalValuesFiles: [nope.yaml]}]'),
  helm('chart home outside', 'helmGlobals: {chartHome: ../lib}\nhelmCharts: [{name: web, releaseName: shop}]', Object.fromEntries(Object.entries(chart).map(([path, text]) => [path.replace(/^charts/, '../lib'), text]))),
]
