/** Charts whose minimal roles are tried on a real API server. */
export interface RightsChart {
  readonly name: string
  /** The chart `c`, as files. */
  readonly files?: Readonly<Record<string, string>>
  /** Files that its next version has otherwise. */
  readonly after?: Readonly<Record<string, string>>
  /** Or a folder of this repository. */
  readonly path?: string
  /** Values of its next version. */
  readonly laterValues?: readonly string[]
  /** Namespaces beside the release's. */
  readonly namespaces?: readonly string[]
  /** It takes so long that a Lease is kept and renewed, and its pods are looked at. */
  readonly slow?: boolean
}

const chart = { 'c/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n' }
const pods = (word = 'app', delay = 0): string => `
    metadata: { labels: { app: {{ .Release.Name }} }${delay > 0 ? `, annotations: { sandbox.pintle.dev/delay-seconds: "${delay}" }` : ''} }
    spec: { containers: [{ name: main, image: "example.com/${word}:{{ .Chart.Version }}" }] }`

export const rightsCharts: readonly RightsChart[] = [
  {
    name: 'ConfigMaps, one of which goes',
    files: { ...chart, 'c/templates/all.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { v: one }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: b }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: d }\n' },
    after: { 'c/templates/all.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { v: two }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: b }\n' },
  },
  {
    name: 'a slow Deployment with Service, Secret and test',
    slow: true,
    files: {
      ...chart,
      'c/templates/web.yaml': `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: {{ .Release.Name }} }\nspec:\n  replicas: 1\n  selector: { matchLabels: { app: {{ .Release.Name }} } }\n  template:${pods('app', 17)}\n`,
      'c/templates/rest.yaml': 'apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { selector: { app: {{ .Release.Name }} }, ports: [{ port: 80 }] }\n---\napiVersion: v1\nkind: Secret\nmetadata: { name: key }\nstringData: { a: b }\n',
      'c/templates/test.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: { name: "{{ .Release.Name }}-test", annotations: { helm.sh/hook: test } }\nspec: { restartPolicy: Never, containers: [{ name: main, image: "example.com/test:1" }] }\n',
    },
    after: { 'c/templates/rest.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web }\n' },
  },
  {
    name: 'hooks: a Job with its account and role',
    files: {
      ...chart,
      'c/templates/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, annotations: { r: "{{ .Release.Revision }}" } }\n',
      'c/templates/hooks.yaml': ['pre-install,pre-upgrade'].map((events) => `apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: migrate, annotations: { helm.sh/hook: "${events}", helm.sh/hook-weight: "-5" } }\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: { name: migrate, annotations: { helm.sh/hook: "${events}", helm.sh/hook-weight: "-5" } }\nrules: [{ apiGroups: [""], resources: [configmaps], verbs: [get], resourceNames: [a] }]\n---\napiVersion: batch/v1\nkind: Job\nmetadata: { name: migrate, annotations: { helm.sh/hook: "${events}", helm.sh/hook-delete-policy: "before-hook-creation,hook-succeeded" } }\nspec: { backoffLimit: 0, template: { spec: { restartPolicy: Never, serviceAccountName: migrate, containers: [{ name: main, image: "example.com/job:1" }] } } }\n`).join('---\n'),
    },
    after: { 'c/templates/extra.yaml': 'apiVersion: batch/v1\nkind: CronJob\nmetadata: { name: nightly }\nspec: { schedule: "0 3 * * *", jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: main, image: "example.com/job:1" }] } } } } }\n' },
  },
  {
    name: 'roles that grant: cluster-wide, in the namespace, of others',
    files: {
      ...chart,
      'c/templates/rbac.yaml': `apiVersion: v1
kind: ServiceAccount
metadata: { name: watcher }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: "{{ .Release.Namespace }}-watcher" }
rules: [{ apiGroups: [""], resources: [nodes], verbs: [get, list] }, { nonResourceURLs: [/metrics], verbs: [get] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: "{{ .Release.Namespace }}-all" }
aggregationRule: { clusterRoleSelectors: [{ matchLabels: { pintle.dev/none: "true" } }] }
rules: []
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: "{{ .Release.Namespace }}-watcher" }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "{{ .Release.Namespace }}-watcher" }
subjects: [{ kind: ServiceAccount, name: watcher, namespace: "{{ .Release.Namespace }}" }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: watcher }
rules: [{ apiGroups: [""], resources: [pods], verbs: [get, watch] }, { apiGroups: [""], resources: [secrets], verbs: [get], resourceNames: [tls] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: watcher }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: watcher }
subjects: [{ kind: ServiceAccount, name: watcher, namespace: "{{ .Release.Namespace }}" }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: viewer }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
subjects: [{ kind: ServiceAccount, name: watcher, namespace: "{{ .Release.Namespace }}" }]
`,
    },
    after: { 'c/templates/more.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: more }\n', 'c/templates/rbac.yaml': 'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: watcher }\n' },
  },
  {
    name: 'definitions, their resources, and another namespace',
    namespaces: ['roles-elsewhere'],
    files: {
      ...chart,
      'c/crds/w.yaml': 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: widgets.rights.pintle.dev }\nspec: { group: rights.pintle.dev, scope: Namespaced, names: { plural: widgets, singular: widget, kind: Widget, listKind: WidgetList }, versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, properties: { spec: { type: object, x-kubernetes-preserve-unknown-fields: true } } } } }] }\n',
      'c/templates/w.yaml': 'apiVersion: rights.pintle.dev/v1\nkind: Widget\nmetadata: { name: one }\nspec: { size: 1 }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: far, namespace: roles-elsewhere }\n---\napiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: { name: "{{ .Release.Namespace }}-high" }\nvalue: 10\n',
    },
    after: { 'c/templates/w.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: only }\n' },
  },
  { name: 'the example', path: 'examples/checkout-api', laterValues: ['session-cache.enabled=false'] },
]
