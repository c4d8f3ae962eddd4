import type { ChartFiles } from './diff-world.ts'

const chart = (version: string) => `apiVersion: v2\nname: shop\nversion: ${version}\n`
const secret = (name: string, lines: string, more = '') => `apiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ .Release.Name }}-${name}\n${more}${lines}`
const config = (name: string, lines: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-${name}\ndata:\n${lines}`

/** A password that is kept by looking it up, and a pod template that hashes it, as many public charts have it. */
const keeper: ChartFiles = {
  'Chart.yaml': chart('1.0.0'), 'values.yaml': 'mode: calm\n',
  'templates/_auth.tpl': `{{- define "auth" -}}
{{- $there := lookup "v1" "Secret" .Release.Namespace (printf "%s-auth" .Release.Name) -}}
{{- if $there }}{{ index $there.data "password" }}{{ else }}{{ randAlphaNum 16 | b64enc }}{{ end -}}
{{- end -}}\n`,
  'templates/auth.yaml': secret('auth', 'data:\n  password: {{ include "auth" . }}\n'),
  'templates/mode.yaml': config('mode', '  mode: {{ .Values.mode }}\n'),
}

/** Values that are another thing in each render. */
const chance: ChartFiles = {
  'Chart.yaml': chart('1.0.0'), 'values.yaml': 'mode: calm\n',
  'templates/token.yaml': secret('token', 'stringData:\n  token: {{ randAlphaNum 20 }}\n  kind: {{ .Values.mode }}-token\n'),
  'templates/mode.yaml': config('mode', '  mode: {{ .Values.mode }}\n  at: {{ now | unixEpoch | quote }}\n  serial: {{ randNumeric 12 | quote }}\n'),
  'templates/once.yaml': `{{- if not (lookup "v1" "ConfigMap" .Release.Namespace (printf "%s-once" .Release.Name)) }}\n${config('once', '  a: b\n')}{{- end }}\n`,
}
/** Does not render where lookups answer with nothing. */
const needy: ChartFiles = {
  'Chart.yaml': chart('1.0.0'), 'values.yaml': 'mode: calm\n',
  'templates/mode.yaml': config('mode', '  mode: {{ .Values.mode }}\n  uid: {{ required "no such namespace" (lookup "v1" "Namespace" "" "default").metadata.uid }}\n  serial: {{ randNumeric 12 | quote }}\n'),
}

const definition = (name: string, schema: string) => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: ${name.toLowerCase()}s.live.example.com
spec:
  group: live.example.com
  names: {kind: ${name}, plural: ${name.toLowerCase()}s}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
${schema}`
const ship = (more = '') => definition('Ship', `        type: object
        properties:
          spec:
            type: object
            properties:
              sails: {type: integer}
${more}              crew:
                type: array
                items:
                  type: object
                  properties:
                    name: {type: string}
                    role: {type: string, default: sailor}
                    age: {type: integer}
`)
const hook = (event: string, name: string, more = '') => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-${name}\n  annotations:\n    helm.sh/hook: ${event}\n${more}data:\n  mode: {{ .Values.mode }}\n`
const fleet = (version: string, crds: ChartFiles, hooks: ChartFiles): ChartFiles => ({
  'Chart.yaml': chart(version), 'values.yaml': 'mode: calm\nage: 30\ncpu: 1000m\nreplicas: 1\n', ...crds, ...hooks,
  'templates/ship.yaml': 'apiVersion: live.example.com/v1\nkind: Ship\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  sails: 1\n  crew:\n  - name: ann\n    age: 20\n  - name: bob\n    age: {{ .Values.age }}\n',
  'templates/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: app
        image: nginx:1
        env:
        - name: MODE
          value: {{ .Values.mode }}
        resources:
          limits: {cpu: {{ .Values.cpu }}, memory: 1024Mi}
`,
})

const value = (key: string) => `{{ .Values.planted.${key} }}`
/** Secrets in every shape a manifest may have them in. */
const vault: ChartFiles = {
  'Chart.yaml': chart('1.0.0'), 'values.yaml': 'planted: {}\n',
  'templates/all.yaml': [
    secret('data', `data:\n  a: {{ .Values.planted.data | b64enc }}\n  same: ${Buffer.from('planted-constant-1').toString('base64')}\n`),
    secret('plain', `stringData:\n  a: ${value('plain')}\n  long: |\n    first line\n    ${value('long')}\n`),
    secret('noted', `stringData:\n  a: ${value('noted')}\n`, `  annotations:\n    checksum/config: {{ .Values.planted.data | sha256sum }}\n    example.com/copy: "the password is ${value('noted')}!"\n    example.com/coded: {{ .Values.planted.noted | b64enc }}\n`),
    secret('immutable', `immutable: false\ntype: Opaque\ndata:\n  "key.with.dots": {{ .Values.planted.dots | b64enc }}\n`),
    secret('{{ .Values.planted.name }}', `data:\n  a: {{ .Values.planted.moved | b64enc }}\n`),
    `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata:\n    name: {{ .Release.Name }}-listed\n  stringData:\n    a: ${value('listed')}\n`,
    secret('hooked', `stringData:\n  a: ${value('hooked')}\n`, '  annotations:\n    helm.sh/hook: pre-upgrade,pre-install\n'),
  ].join('---\n'),
}

export const liveCharts: Readonly<Record<string, ChartFiles>> = {
  keeper, chance, needy, vault,
  fleet1: fleet('1.0.0', { 'crds/ship.yaml': ship() }, { 'templates/hooks.yaml': [hook('pre-upgrade', 'before'), hook('post-upgrade', 'gone'), hook('test', 'try')].join('---\n') }),
  fleet2: fleet('2.0.0', { 'crds/ship.yaml': ship('              flag: {type: string}\n'), 'crds/port.yaml': definition('Port', '        type: object\n') }, {
    'templates/hooks.yaml': [hook('pre-upgrade', 'before', '    helm.sh/hook-weight: "5"\n'), hook('post-upgrade,post-install', 'fresh', '    helm.sh/hook-delete-policy: hook-succeeded\n'), hook('test', 'try')].join('---\n'),
  }),
}
