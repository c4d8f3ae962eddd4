/** Charts the command-line parity tests use, as files below one folder. */

const notes = '\n\nThanks for {{ .Release.Name }} {{ .Release.Revision }}.\n\n'

/** Everything `template` has a flag for: hooks, tests, CRDs, a subchart, NOTES, several documents in a file. */
const full = {
  'full/Chart.yaml': 'apiVersion: v2\nname: full\nversion: 1.2.3\nappVersion: "9"\ndescription: All of it\nhome: https://example.com\nicon: https://example.com/icon.png\nkeywords: [a, b]\n' +
    'sources: [https://example.com/src]\nmaintainers: [{name: m, email: m@example.com, url: https://m.example.com}, {name: n}]\nannotations: {b: "2", a: "1"}\ntype: application\nkubeVersion: ">=1.20.0-0"\n' +
    'dependencies:\n- {name: sub, version: 0.1.0, condition: sub.enabled, tags: [x], repository: "file://../sub"}\n',
  'full/values.yaml': 'a: 1\ntext: hello\nlist: [1, 2]\nmap: {x: 1, y: two}\nsub: {enabled: true, s: inner}\n',
  'full/templates/NOTES.txt': notes,
  'full/templates/_h.tpl': '{{- define "full.name" }}{{ .Release.Name }}-full{{ end }}',
  'full/templates/cm.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ include "full.name" . }}\n  namespace: {{ .Release.Namespace }}\n' +
    'data:\n  values: |\n{{ toYaml .Values | indent 4 }}\n  install: "{{ .Release.IsInstall }} {{ .Release.IsUpgrade }} {{ .Release.Revision }} {{ .Release.Service }}"\n' +
    '  kube: "{{ .Capabilities.KubeVersion }} {{ .Capabilities.KubeVersion.Minor }} {{ .Capabilities.APIVersions.Has "cert-manager.io/v1" }}"\n' +
    '  lookup: {{ lookup "v1" "Namespace" "" "default" | toJson | quote }}\n',
  'full/templates/many.yaml':
    '# first\napiVersion: v1\nkind: Secret\nmetadata:\n  name: s\nstringData:\n  p: {{ .Values.text | quote }}\n---\n\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: many\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: many\n',
  'full/templates/deep/er/svc.yaml': 'apiVersion: v1\nkind: Service\nmetadata:\n  name: svc\nspec:\n  ports:\n  - port: 80\n',
  'full/templates/empty.yaml': '{{ if false }}a: b{{ end }}\n',
  'full/templates/hook.yaml': 'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: hook\n  annotations:\n    helm.sh/hook: pre-install,pre-upgrade\n    helm.sh/hook-weight: "3"\nspec: {}\n',
  'full/templates/tests/t.yaml': 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: t\n  annotations:\n    helm.sh/hook: test\nspec: {}\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: t2\n  annotations:\n    helm.sh/hook: test\nspec: {}\n',
  'full/crds/crd.yaml': 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: things.example.com\n',
  'full/charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 0.1.0\n',
  'full/charts/sub/values.yaml': 's: default\n',
  'full/charts/sub/crds/c.yaml': '# sub crd\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: subs.example.com\n',
  'full/charts/sub/templates/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: sub\ndata:\n  s: {{ .Values.s }}\n',
}

const small = (name: string, template: string, more: Record<string, string> = {}): Record<string, string> => ({
  [`${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`, [`${name}/templates/x.yaml`]: template, ...more,
})

const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n'

export const templateCharts: Record<string, string> = {
  ...full,
  ...small('plain', `${configMap}data: {{ .Values | toJson }}\n`),
  ...small('schema', configMap, { 'schema/values.schema.json': '{"type":"object","required":["port"],"properties":{"port":{"type":"integer"}}}' }),
  ...small('noparse', `${configMap}data: {{ .Values.a | }}\n`),
  ...small('noexec', `${configMap}data: {{ .Values.a.b.c }}\n`),
  ...small('noyaml', `${configMap}data: a: b: c\n`),
  ...small('twoyaml', `${configMap}data: a: b: c\n`, { 'twoyaml/templates/good.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: good}\n' }),
  ...small('nofail', `${configMap}{{ fail "not like this" }}\n`),
  ...small('required', `${configMap}data: {{ required "a is needed" .Values.a }}\n`),
  ...small('library', configMap, { 'library/Chart.yaml': 'apiVersion: v2\nname: library\nversion: 0.1.0\ntype: library\n' }),
  ...small('odd', configMap, { 'odd/Chart.yaml': 'apiVersion: v2\nname: odd\nversion: 0.1.0\ntype: odd\n' }),
  ...small('old', configMap, { 'old/Chart.yaml': 'apiVersion: v2\nname: old\nversion: 0.1.0\ndeprecated: true\n' }),
  ...small('kube', configMap, { 'kube/Chart.yaml': 'apiVersion: v2\nname: kube\nversion: 0.1.0\nkubeVersion: ">=99"\n' }),
  ...small('missing', configMap, { 'missing/Chart.yaml': 'apiVersion: v2\nname: missing\nversion: 0.1.0\ndependencies:\n- {name: x, version: 1.0.0, repository: "https://example.com"}\n- {name: y, version: 1.0.0, repository: "https://example.com"}\n' }),
  ...small('noversion', configMap, { 'noversion/Chart.yaml': 'apiVersion: v2\nname: noversion\n' }),
  ...small('notes', configMap, { 'notes/templates/NOTES.txt': '{{ .Values.a.b.c }}' }),
  ...small('badhook', `${configMap}  annotations:\n    helm.sh/hook: no-such-hook\n`),
  ...small('hooksonly', `${configMap}  annotations:\n    helm.sh/hook: pre-install\n`),
  ...small('nothing', '{{/* nothing */}}'),
  'notachart/x.yaml': 'a: 1\n',
  'nometa/Chart.yaml': '',
  'v1.yaml': 'a: 2\nmap: {x: null, z: 3}\n',
  'v2.yaml': 'text: from v2\nsub: {enabled: false}\n',
  'broken.yaml': 'a: [1\n',
  'list.yaml': '- a\n- b\n',
  'empty.yaml': '',
  'file.txt': 'line one\nline "two"\n',
  'port.yaml': 'port: 80\n',
}

const meta = (name: string): string => `metadata:\n  name: {{ .Release.Name }}-${name}\n`
const podSpec = (image: string): string => `containers: [{name: main, image: "${image}"}]`

/** A release of many kinds, switched by values; names of cluster-scoped objects hold the namespace. */
export const clusterCharts: Record<string, string> = {
  'app/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.0.0\nappVersion: "2.1"\ndescription: An app\nannotations: {x: y, a: "1"}\ndependencies:\n- {name: zsub, version: 0.1.0}\n- {name: asub, version: 0.1.0, condition: asub.enabled}\n',
  'app/values.yaml': 'a: 1\nbig: 1000000\nf: 1.5\nimage: example.com/app:1\nreplicas: 2\nall: false\nhooks: false\ntests: false\nasub: {enabled: false}\nhook: example.com/job:1\ntest: example.com/test:1\nbroken: ""\n',
  'app/charts/zsub/Chart.yaml': 'apiVersion: v2\nname: zsub\nversion: 0.1.0\n',
  'app/charts/zsub/templates/NOTES.txt': 'Notes of zsub',
  'app/charts/asub/Chart.yaml': 'apiVersion: v2\nname: asub\nversion: 0.1.0\n',
  'app/templates/NOTES.txt': '\nInstalled {{ .Release.Name }} at {{ .Release.Revision }}: {{ .Values.a }}\n\n',
  'app/templates/cm.yaml': `apiVersion: v1\nkind: ConfigMap\n${meta('cm')}data: {a: {{ .Values.a | quote }}, install: "{{ .Release.IsInstall }} {{ .Release.Revision }}"}\n{{ .Values.broken }}\n`,
  'app/templates/secret.yaml': `apiVersion: v1\nkind: Secret\n${meta('secret')}stringData: {p: hidden, q: hidden}\n`,
  'app/templates/all.yaml': '{{- if .Values.all }}\n' + [
    `apiVersion: apps/v1\nkind: Deployment\n${meta('web')}spec:\n  replicas: {{ .Values.replicas }}\n  selector: {matchLabels: {app: {{ .Release.Name }}}}\n  template:\n    metadata: {labels: {app: {{ .Release.Name }}}}\n    spec: {${podSpec('{{ .Values.image }}')}}\n`,
    `apiVersion: apps/v1\nkind: StatefulSet\n${meta('db')}spec:\n  serviceName: x\n  selector: {matchLabels: {app: {{ .Release.Name }}-db}}\n  template:\n    metadata: {labels: {app: {{ .Release.Name }}-db}}\n    spec: {${podSpec('example.com/db:1')}}\n`,
    `apiVersion: apps/v1\nkind: DaemonSet\n${meta('agent')}spec:\n  selector: {matchLabels: {app: {{ .Release.Name }}-agent}}\n  template:\n    metadata: {labels: {app: {{ .Release.Name }}-agent}}\n    spec: {${podSpec('example.com/agent:1')}}\n`,
    `apiVersion: batch/v1\nkind: Job\n${meta('job')}spec:\n  template:\n    spec: {restartPolicy: Never, ${podSpec('example.com/job:1')}}\n`,
    `apiVersion: batch/v1\nkind: CronJob\n${meta('cron')}spec:\n  schedule: "0 0 1 1 *"\n  jobTemplate:\n    spec:\n      template:\n        spec: {restartPolicy: Never, ${podSpec('example.com/job:1')}}\n`,
    `apiVersion: v1\nkind: Service\n${meta('web')}spec:\n  selector: {app: {{ .Release.Name }}}\n  ports: [{name: http, port: 80}, {name: https, port: 443}]\n`,
    `apiVersion: v1\nkind: Service\n${meta('headless-with-a-long-name')}spec:\n  clusterIP: None\n  selector: {app: {{ .Release.Name }}}\n  ports: [{port: 80}]\n`,
    `apiVersion: v1\nkind: ServiceAccount\n${meta('sa')}`,
    `apiVersion: v1\nkind: PersistentVolumeClaim\n${meta('data')}spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n`,
    `apiVersion: networking.k8s.io/v1\nkind: Ingress\n${meta('web')}spec:\n  rules: [{host: x.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: x, port: {number: 80}}}}]}}]\n`,
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n${meta('np')}spec: {podSelector: {}}\n`,
    `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n${meta('hpa')}spec: {maxReplicas: 3, minReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: x}}\n`,
    `apiVersion: policy/v1\nkind: PodDisruptionBudget\n${meta('pdb')}spec: {minAvailable: 1, selector: {matchLabels: {app: x}}}\n`,
    `apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\n${meta('rb')}roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}\nsubjects: []\n`,
  ].join('---\n') + '{{- end }}\n',
  'app/templates/cr.yaml': `{{- if .Values.all }}\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: {{ .Release.Namespace }}-{{ .Release.Name }}\nrules: []\n{{- end }}\n`,
  'app/templates/hook.yaml': `{{- if .Values.hooks }}\napiVersion: batch/v1\nkind: Job\nmetadata:\n  name: {{ .Release.Name }}-hook\n  annotations: {helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-delete-policy: "before-hook-creation"}\nspec:\n  backoffLimit: 0\n  template:\n    spec: {restartPolicy: Never, ${podSpec('{{ .Values.hook }}')}}\n{{- end }}\n`,
  'app/templates/test.yaml': `{{- if .Values.tests }}\n${['one', 'two'].map((n) => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}-${n}\n  annotations: {helm.sh/hook: test}\nspec: {restartPolicy: Never, ${podSpec('{{ .Values.test }}')}}\n`).join('---\n')}{{- end }}\n`,
  'next/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.1.0-rc.1+build\nappVersion: "2.2"\n',
  'next/values.yaml': 'a: 10\nnew: default\n',
  'next/templates/cm.yaml': `apiVersion: v1\nkind: ConfigMap\n${meta('cm')}data: {a: {{ .Values.a | quote }}, new: {{ .Values.new | quote }}}\n`,
  'next/templates/NOTES.txt': 'Next\n',
  'lib/Chart.yaml': 'apiVersion: v2\nname: lib\nversion: 0.1.0\ntype: library\n',
  'crds/Chart.yaml': 'apiVersion: v2\nname: crds\nversion: 0.1.0\n',
  'crds/crds/crd.yaml':
    'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: gadgetsNAMESPACE.cli.pintle.dev}\nspec:\n  group: cli.pintle.dev\n  scope: Namespaced\n  names: {plural: gadgetsNAMESPACE, singular: gadgetNAMESPACE, kind: GadgetNAMESPACE, listKind: GadgetNAMESPACEList}\n' +
    '  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}, additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.size}]}]\n',
  'crds/templates/g.yaml': `apiVersion: cli.pintle.dev/v1\nkind: GadgetNAMESPACE\n${meta('g')}spec: {size: 3}\n`,
  'lookups/Chart.yaml': 'apiVersion: v2\nname: lookups\nversion: 0.1.0\n',
  'lookups/values.yaml': 'kind: ConfigMap\napiVersion: v1\nnamespace: ""\nname: kept\n',
  // One object keeps what it was given at first; the rest asks for what is equal in every namespace.
  'lookups/templates/x.yaml': `{{- $own := lookup "v1" "ConfigMap" .Release.Namespace "kept" }}
{{- $svc := lookup "v1" "Service" "default" "kubernetes" }}
{{- $list := lookup "v1" "ConfigMap" .Release.Namespace "" }}
{{- $asked := lookup .Values.apiVersion .Values.kind (.Values.namespace | default .Release.Namespace) .Values.name }}
apiVersion: v1
kind: ConfigMap
metadata: {name: kept}
data:
  first: {{ dig "data" "first" (printf "revision-%d" .Release.Revision) $own | quote }}
  known: {{ not (empty $own) | quote }}
  asked: {{ printf "%s %v" (kindOf $asked) (hasKey $asked "metadata") | quote }}
  names: {{ range $list.items }}{{ .metadata.name }} {{ end }}end
  listKind: {{ printf "%v %v" $list.kind $list.apiVersion | quote }}
  anywhere: {{ lookup "v1" "ConfigMap" "" "kept" | toJson | quote }}
  empty: {{ lookup "v1" "ConfigMap" .Release.Namespace "nowhere" | toJson | quote }}
  noNamespace: {{ lookup "v1" "ConfigMap" "nowhere" "" | dig "items" list | len | quote }}
  scoped: {{ (lookup "v1" "Namespace" "" "kube-system").metadata.name | default "none" | quote }}
  scopedIn: {{ (lookup "v1" "Namespace" "default" "kube-system").metadata.name | default "none" | quote }}
  port: {{ range ($svc.spec).ports }}{{ printf "%T %v %v %v" .port .port (add .port 1) (eq (int .port) 443) | quote }}{{ else }}none{{ end }}
  spec: {{ range ($svc.spec).ports }}{{ omit . "targetPort" | toJson | quote }}{{ end }}
  yaml: |
    {{- ($svc.spec).sessionAffinity | toYaml | nindent 4 }}
  nested: {{ (lookup "v1" "Namespace" "" ((lookup "v1" "Service" "default" "kubernetes").metadata.namespace | default "default")).metadata.name | default "none" | quote }}
  everywhere: {{ range (lookup "v1" "Service" "" "").items }}{{ if eq .metadata.name "kubernetes" }}{{ .metadata.namespace }}/{{ .kind }}{{ end }}{{ end }}
`,
  'lookup/Chart.yaml': 'apiVersion: v2\nname: lookup\nversion: 0.1.0\n',
  'lookup/templates/x.yaml': `apiVersion: v1\nkind: ConfigMap\n${meta('l')}data: {ns: {{ (lookup "v1" "Namespace" "" "default").metadata.name | default "none" | quote }}}\n`,
  'bad/Chart.yaml': 'apiVersion: v2\nname: bad\nversion: 0.1.0\n',
  'bad/templates/x.yaml': `apiVersion: v1\nkind: ConfigMap\n${meta('x')}dta: {a: b}\n`,
  'unknown/Chart.yaml': 'apiVersion: v2\nname: unknown\nversion: 0.1.0\n',
  'unknown/templates/x.yaml': `apiVersion: nosuch.example.com/v1\nkind: Nothing\n${meta('x')}`,
  'v.yaml': 'a: from file\nbig: 1000000\nf: 2.5\n',
}
