import type { ChartFiles } from './diff-world.ts'

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
  labels:
    chart: "{{ .Chart.Name }}-{{ .Chart.Version }}"
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels:
      app: {{ .Release.Name }}
  template:
    metadata:
      labels:
        app: {{ .Release.Name }}
    spec:
      containers:
      - name: app
        image: {{ .Values.image }}
        ports:
        - containerPort: 80
        {{- range .Values.sides }}
      - name: {{ . }}
        image: side:1
        {{- end }}
`
const config = `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-config
data:
  mode: {{ .Values.mode | quote }}
  upgrade: {{ .Release.IsUpgrade | quote }}
  served: {{ .Capabilities.APIVersions.Has "apps/v1/Deployment" | quote }}
  there: {{ (lookup "v1" "ConfigMap" .Release.Namespace "outside").data | toJson | quote }}
`
const secret = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ .Release.Name }}-secret\ndata:\n  password: {{ .Values.password | b64enc }}\n  user: YWRtaW4=\n'
const service = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}-web\nspec:\n  selector:\n    app: {{ .Release.Name }}\n  ports:\n  - port: {{ .Values.port }}\n'
const hook = (event: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-${event}\n  annotations:\n    helm.sh/hook: ${event}\ndata:\n  mode: {{ .Values.mode }}\n`
const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: boats.example.com
spec:
  group: example.com
  names: {kind: Boat, plural: boats}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        x-kubernetes-preserve-unknown-fields: true
`
const values = 'replicas: 1\nimage: nginx:1\nmode: calm\npassword: hunter2\nport: 80\nsides: []\nsails: 1\n'
const boat = 'apiVersion: example.com/v1\nkind: Boat\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  sails: {{ .Values.sails }}\n'

/** The charts of the world that is compared. */
export const charts: Readonly<Record<string, ChartFiles>> = {
  v1: { 'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n', 'values.yaml': values, 'templates/deployment.yaml': deployment, 'templates/config.yaml': config, 'templates/secret.yaml': secret, 'templates/hook.yaml': hook('pre-upgrade'), 'templates/test.yaml': hook('test'), 'crds/boats.yaml': definition },
  v2: {
    'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 2.0.0\n', 'values.yaml': values.replace('nginx:1', 'nginx:2').replace('[]', '[log]'), 'templates/deployment.yaml': deployment, 'templates/config.yaml': config, 'templates/secret.yaml': secret, 'templates/service.yaml': service,
    'templates/hook.yaml': hook('pre-upgrade'), 'templates/boat.yaml': boat, 'crds/boats.yaml': definition,
  },
  v3: { 'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 3.0.0\n', 'values.yaml': values.replace('nginx:1', 'nginx:3').replace('calm', 'storm'), 'templates/deployment.yaml': deployment, 'templates/config.yaml': config, 'templates/service.yaml': service, 'templates/boat.yaml': boat, 'templates/other.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: outside\ndata:\n  said: by the chart\n' },
  lone: { 'Chart.yaml': 'apiVersion: v2\nname: lone\nversion: 1.0.0\n', 'templates/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n' },
  broken: { 'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 9.0.0\n', 'templates/config.yaml': '{{ fail "no" }}' },
}

export interface ClusterCase { readonly line: string; readonly env?: Readonly<Record<string, string>> }

const plain = (...lines: string[]): ClusterCase[] => lines.map((line) => ({ line }))

/** Command lines after `diff`; charts are `CHARTS/v1`. */
export const stillCases: readonly ClusterCase[] = [
  ...plain(
    'revision shop 1', 'revision shop 1 2', 'revision shop 2 1', 'revision shop 1 3 --detailed-exitcode', 'revision shop 3 --detailed-exitcode', 'revision shop 1 --detailed-exitcode', 'revision shop 9', 'revision nope 1', 'revision shop x', 'revision shop', 'revision shop 1 2 3',
    'revision shop 1 2 --output simple', 'revision shop 1 2 --output json', 'revision shop 1 2 --output structured', 'revision shop 1 3 -C 2', 'revision shop 1 3 --show-secrets', 'revision shop 1 2 --normalize-manifests --color', 'revision shop 1 2 -q',
    'rollback shop 1', 'rollback shop 2 --detailed-exitcode', 'rollback shop 3 --detailed-exitcode', 'rollback shop', 'rollback shop 7', 'rollback shop 1 --output simple',
    'release a/shop b/other', 'release shop b/other --detailed-exitcode', 'release shop lone', 'release shop', 'release shop nope', 'release shop shop --detailed-exitcode', 'release shop b/other --output simple',
    'upgrade shop CHARTS/v3', 'upgrade shop CHARTS/v2', 'upgrade shop CHARTS/v1', 'upgrade shop CHARTS/v1 --detailed-exitcode -C 1', 'upgrade shop CHARTS/v3 --set replicas=4', 'upgrade shop CHARTS/v3 --reset-values', 'upgrade shop CHARTS/v3 --reuse-values --set mode=new',
    'upgrade shop CHARTS/v3 --reset-then-reuse-values --set mode=new', 'upgrade shop CHARTS/v3 -f CHARTS/more.yaml', 'upgrade shop CHARTS/v3 --no-hooks', 'upgrade shop CHARTS/v1 --include-tests', 'upgrade shop CHARTS/v1 --include-crds --output simple',
    'upgrade shop CHARTS/v3 --disable-validation', 'upgrade shop CHARTS/v3 --dry-run', 'upgrade shop CHARTS/v3 --dry-run=client --set mode=x', 'upgrade shop CHARTS/v3 --dry-run=server', 'upgrade shop CHARTS/v3 --dry-run=true --output simple', 'upgrade shop CHARTS/v3 --dry-run=false', 'upgrade shop CHARTS/v3 --dry-run=never',
    'upgrade shop CHARTS/v3 --server-side=auto', 'upgrade shop CHARTS/v3 --server-side=maybe', 'upgrade nope CHARTS/v1', 'upgrade nope CHARTS/v2 --install', 'upgrade nope CHARTS/v2 --allow-unreleased --detailed-exitcode --output simple', 'upgrade nope CHARTS/v3 --install',
    'upgrade shop CHARTS/broken', 'upgrade shop CHARTS/gone', 'upgrade shop', 'shop CHARTS/v3 --output simple', 'upgrade shop CHARTS/v3 --wait', 'upgrade shop CHARTS/v3 --suppress Deployment --suppress-output-line-regex mode', 'upgrade shop CHARTS/v2 -D 0.9',
  ),
  { line: 'upgrade shop CHARTS/v3 --wait --timeout 5m --atomic --output simple', env: { HELM_DIFF_IGNORE_UNKNOWN_FLAGS: 'true' } },
  { line: 'upgrade shop CHARTS/v3', env: { HELM_DIFF_OUTPUT_CONTEXT: '1' } },
  { line: 'upgrade shop CHARTS/v3', env: { HELM_DIFF_NORMALIZE_MANIFESTS: 'true' } },
  { line: 'upgrade shop CHARTS/v3', env: { HELM_DIFF_USE_UPGRADE_DRY_RUN: 'true' } },
  { line: 'upgrade nope CHARTS/v2 --install --output simple', env: { HELM_DIFF_USE_UPGRADE_DRY_RUN: 'true' } },
]

/** Once live objects were changed by hand. */
export const driftedCases: readonly ClusterCase[] = [
  ...plain('upgrade shop CHARTS/v2', 'upgrade shop CHARTS/v2 --three-way-merge', 'upgrade shop CHARTS/v3 --three-way-merge', 'upgrade shop CHARTS/v3 --three-way-merge --set replicas=5 -C 2', 'upgrade shop CHARTS/v1 --three-way-merge --output simple', 'upgrade shop CHARTS/v3 --three-way-merge --normalize-manifests', 'upgrade shop CHARTS/v3 --three-way-merge --no-hooks --output structured',
    'upgrade shop CHARTS/v3 --take-ownership', 'upgrade shop CHARTS/v3 --take-ownership --output simple --color', 'upgrade shop CHARTS/v3 --take-ownership --output json', 'upgrade nope CHARTS/v2 --install --three-way-merge --output simple', 'upgrade shop CHARTS/v2 --set sails=4 --three-way-merge'),
  { line: 'upgrade shop CHARTS/v3 --output simple', env: { HELM_DIFF_THREE_WAY_MERGE: 'true' } },
]
