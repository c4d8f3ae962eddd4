/** Charts that the cases are made of: small, with Secrets, hooks, tests and notes among them. */
const chart = (name: string, templates: Record<string, string>, values = '', more = ''): Record<string, string> => ({
  [`charts/${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 1.2.3\nappVersion: "4.5"\n${more}`, [`charts/${name}/values.yaml`]: values,
  ...Object.fromEntries(Object.entries(templates).map(([file, text]) => [`charts/${name}/templates/${file}`, text])),
})

const configMap = `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
  labels: {app: {{ .Chart.Name }}}
data:
  mode: {{ .Values.mode | quote }}
  size: {{ .Values.size | quote }}
`

export const charts: Readonly<Record<string, string>> = {
  ...chart('app', { 'cm.yaml': configMap, 'NOTES.txt': '{{ .Release.Name }} runs as {{ .Values.mode }}.\n' }, 'mode: plain\nsize: 1\n'),
  ...chart('web', {
    'deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}-web}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}}
    spec: {containers: [{name: app, image: "nginx:{{ .Values.tag }}"}]}
`,
    'service.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: {{ .Release.Name }}-web}\nspec: {selector: {app: {{ .Release.Name }}}, ports: [{port: 80}]}\n',
    'secret.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: {{ .Release.Name }}-secret}\nstringData: {password: {{ .Values.password | quote }}}\n',
  }, 'replicas: 1\ntag: "1.0"\npassword: old\n'),
  ...chart('broken', { 'cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ required "a name is needed" .Values.name }}}\n' }),
  ...chart('refused', { 'cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}_not_a_name}\n' }),
  ...chart('tested', { 'cm.yaml': configMap, 'test.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-test\n  annotations: {helm.sh/hook: test}\n' }, 'mode: plain\nsize: 1\n'),
  ...chart('fixed', { 'cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nimmutable: true\nmetadata: {name: {{ .Release.Name }}}\ndata: {mode: {{ .Values.mode | quote }}}\n' }, 'mode: plain\n'),
}
