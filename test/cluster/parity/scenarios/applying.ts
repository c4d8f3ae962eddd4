import { configMap, crd, deployment, job } from '../../release-fixtures.ts'
import type { Scenario } from '../scenario.ts'

/** A chart of a web application, in the style charts are written in. */
const web = {
  'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'values.yaml': 'image: example.com/app:1\nreplicas: 2\nport: 8080\nextraPort: false\nsidecar: true\nenv: {LEVEL: info, MODE: a}\nservice: {type: ClusterIP, port: 80}\nautoscaling: false\nannotations: {}\n',
  'templates/_helpers.tpl': '{{- define "web.labels" -}}\napp.kubernetes.io/name: web\napp.kubernetes.io/instance: {{ .Release.Name }}\n{{- end }}\n',
  'templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  labels: {{- include "web.labels" . | nindent 4 }}
  {{- with .Values.annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- if not .Values.autoscaling }}
  replicas: {{ .Values.replicas }}
  {{- end }}
  selector: {matchLabels: {app.kubernetes.io/instance: {{ .Release.Name }}}}
  template:
    metadata:
      labels: {{- include "web.labels" . | nindent 8 }}
    spec:
      containers:
        - name: main
          image: {{ .Values.image }}
          ports:
            - {name: http, containerPort: {{ .Values.port }}}
            {{- if .Values.extraPort }}
            - {name: http-udp, containerPort: {{ .Values.port }}, protocol: UDP}
            {{- end }}
          env:
            {{- range $k, $v := .Values.env }}
            - {name: {{ $k }}, value: {{ $v | quote }}}
            {{- end }}
          volumeMounts: [{name: config, mountPath: /etc/web}]
          resources: {requests: {cpu: 100m, memory: 0.5Gi}, limits: {cpu: "1"}}
        {{- if .Values.sidecar }}
        - {name: proxy, image: example.com/proxy:1}
        {{- end }}
      volumes:
        - {name: config, configMap: {name: {{ .Release.Name }}}}
        - {name: tmp, emptyDir: {}}
`,
  'templates/service.yaml': `apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}
  labels: {{- include "web.labels" . | nindent 4 }}
spec:
  type: {{ .Values.service.type }}
  selector: {app.kubernetes.io/instance: {{ .Release.Name }}}
  ports:
    - {name: http, port: {{ .Values.service.port }}, targetPort: http}
    {{- if .Values.extraPort }}
    - {name: http-udp, port: {{ .Values.service.port }}, targetPort: http-udp, protocol: UDP}
    {{- end }}
`,
  'templates/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  env: {{ .Values.env | toJson | quote }}\n',
  'templates/secret.yaml': 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ .Release.Name }}\nstringData: {level: {{ .Values.env.LEVEL | quote }}}\n',
  'templates/rbac.yaml': 'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: {{ .Release.Name }}\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: {{ .Release.Name }}\nrules: [{apiGroups: [""], resources: [pods], verbs: [get]}]\n',
  'templates/hpa.yaml': '{{- if .Values.autoscaling }}\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: {{ .Release.Name }}}\n  maxReplicas: 5\n  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]\n{{- end }}\n',
  'templates/NOTES.txt': '{{ .Chart.Name }} {{ .Release.Name }} listens on {{ .Values.service.port }}\n',
}
const charts = { web }

/** What people do to live objects between releases. */
const edits = `
  ~ scale Deployment/rel 5
  ~ label Deployment/rel team=ops
  ~ annotate Deployment/rel note=checked
  ~ image Deployment/rel main=example.com/app:hotfix
  ~ edit Deployment/rel {"spec":{"template":{"spec":{"containers":[{"name":"main","env":[{"name":"DEBUG","value":"1"},{"name":"LEVEL","value":"debug"}]},{"name":"injected","image":"example.com/mesh:1"}]}}}}
  ~ edit ConfigMap/rel {"data":{"env":"edited","more":"added"}}
  ~ edit Service/rel {"spec":{"ports":[{"port":9090,"name":"metrics","protocol":"TCP"}]}}
  ~ edit Secret/rel {"data":{"level":"ZWRpdGVk","other":"eA=="}}`

const claim = (size: string): unknown => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: size } } } })
const service = (port: number, type = 'ClusterIP'): unknown => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'svc' }, spec: { type, selector: { app: 'x' }, ports: [{ name: 'http', port }] } })
const gadget = (spec: unknown): unknown => ({ apiVersion: 'suite.pintle.dev/v1', kind: 'GadgetNAMESPACE', metadata: { name: 'g' }, spec })
const gadgets = { crds: [crd('gadgetsNAMESPACE', 'GadgetNAMESPACE')] }
const ports = (...list: unknown[]): unknown => ({ ...deployment('app'), spec: { ...deployment('app').spec, template: { metadata: { labels: { app: 'app' } }, spec: { containers: [{ name: 'main', image: 'example.com/app:1', ports: list }] } } } })

/** How manifests become objects: server-side, client-side, by replacing, and over what others changed. */
export const applying: readonly Scenario[] = [
  { name: 'a web application', charts, steps: 'install rel web --wait --timeout 30s\nupgrade rel web\nupgrade rel web --set image=example.com/app:2,env.NEW=x --wait --timeout 30s\nupgrade rel web --set sidecar=false,extraPort=true\nupgrade rel web --set autoscaling=true\nupgrade rel web --set env.MODE=null\nrollback rel 1 --wait --timeout 30s\n= history rel\nuninstall rel --wait --timeout 30s' },
  { name: 'a web application, client-side', charts, steps: 'install rel web --server-side=false\nupgrade rel web\nupgrade rel web --set image=example.com/app:2,env.NEW=x\nupgrade rel web --set sidecar=false,extraPort=true\nupgrade rel web --set autoscaling=true\nupgrade rel web --set env.MODE=null\nrollback rel 1\n= history rel\nuninstall rel' },
  { name: 'live edits, then an upgrade', charts, steps: `install rel web${edits}\nupgrade rel web\nupgrade rel web --set replicas=3\nupgrade rel web --set image=example.com/app:2 --force-conflicts\nupgrade rel web\nrollback rel 1` },
  { name: 'live edits, then an upgrade that takes the fields', charts, steps: `install rel web${edits}\nupgrade rel web --force-conflicts\nupgrade rel web --set env.LEVEL=warn\nrollback rel 1 --force-conflicts` },
  { name: 'live edits, then a client-side upgrade', charts, steps: `install rel web --server-side=false${edits}\nupgrade rel web\nupgrade rel web --set replicas=3,env.LEVEL=warn\nupgrade rel web --set sidecar=false\nrollback rel 1` },
  { name: 'live edits, then to the server', charts, steps: `install rel web --server-side=false${edits}\nupgrade rel web --server-side=true\nupgrade rel web --server-side=true --force-conflicts\nupgrade rel web --set env.LEVEL=warn` },
  { name: 'live edits, then replacing', charts, steps: `install rel web --server-side=false${edits}\n~ pause\nupgrade rel web --force-replace\nupgrade rel web --force --set image=example.com/app:3\nrollback rel 1 --force-replace` },
  { name: 'live edits, then a rollback', charts, steps: `install rel web\nupgrade rel web --set image=example.com/app:2${edits}\nrollback rel 1\nrollback rel 1 --force-conflicts` },
  {
    name: 'client-side, to the server and back', charts,
    steps: 'install rel web --server-side=false\nupgrade rel web --set image=example.com/app:2\nupgrade rel web --server-side=true --set image=example.com/app:3\nupgrade rel web --set env.LEVEL=warn\nrollback rel 1\nrollback rel 3\nupgrade rel web --server-side=false --set image=example.com/app:4\nupgrade rel web --server-side=auto\n= history rel\n= get metadata rel',
  },
  {
    name: 'a conflict with another applier', charts: { one: [deployment('app')], two: [deployment('app', 'example.com/app:2')], three: [deployment('app', 'example.com/app:2', 3)] },
    steps: `install web one
      ~ apply autoscaler {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"app"},"spec":{"replicas":3}}
      upgrade web two\nupgrade web three\nupgrade web two --force-conflicts\nupgrade web two`,
  },
  { name: 'a conflict after a drift that agrees', charts, steps: 'install rel web\n~ scale Deployment/rel 2\n~ image Deployment/rel main=example.com/app:1\nupgrade rel web\n~ scale Deployment/rel 4\nupgrade rel web\nupgrade rel web --set replicas=4' },
  {
    name: 'ports and lists with keys, client-side',
    charts: {
      one: [ports({ containerPort: 80 }, { containerPort: 81, name: 'b' })], two: [ports({ containerPort: 81, name: 'c' }, { containerPort: 82 })], udp: [ports({ containerPort: 80 }, { containerPort: 80, protocol: 'UDP' })],
    },
    steps: 'install web one --server-side=false\nupgrade web two\nupgrade web udp\nupgrade web one\n~ edit Deployment/app {"spec":{"template":{"spec":{"containers":[{"name":"main","ports":[{"containerPort":99}]}]}}}}\nupgrade web two\nrollback web 3',
  },
  { name: 'replacing what cannot be changed', charts: { one: [service(80), claim('1Gi'), job('once')], two: [service(81), claim('2Gi'), job('once', 'example.com/job:2')] }, steps: `
      install web one --server-side=false
      ~ pause
      upgrade web one --force-replace
      ≉ sandbox, refused values: stderr
      ≉ sandbox, refused values: Secret/sh.helm.release.v1.web.v2 record info description
      ~ pause
      upgrade web two --force-replace
      ≉ sandbox, refused values: stderr
      ≉ sandbox, refused values: Secret/sh.helm.release.v1.web.v3 record info description
      upgrade web one
      rollback web 1 --force-replace
      ≉ sandbox, refused values: stderr
      ≉ sandbox, refused values: Secret/sh.helm.release.v1.web.v5 record info description` },
  { name: 'what cannot be changed, on the server', charts: { one: [service(80), claim('1Gi'), job('once')], two: [service(81), claim('2Gi'), job('once', 'example.com/job:2')] }, steps: `
      install web one
      upgrade web one
      upgrade web two
      ≉ sandbox, refused values: stderr
      ≉ sandbox, refused values: Secret/sh.helm.release.v1.web.v3 record info description
      rollback web 1
      uninstall web` },
  { name: 'types of a Service', charts: { one: [service(80)], node: [service(80, 'NodePort')], balancer: [service(80, 'LoadBalancer')] }, steps: 'install web one --wait --timeout 20s\nupgrade web node\nupgrade web balancer --wait --timeout 20s\nupgrade web one\nrollback web 2' },
  { name: 'custom resources', charts: { one: { ...gadgets, objects: [gadget({ size: 1, tags: ['a'] })] }, two: { ...gadgets, objects: [gadget({ size: 2, tags: ['b'], more: { x: 1 } })] } }, steps: 'install rel one\n~ merge GadgetNAMESPACE/g suite.pintle.dev/v1 {"spec":{"size":9,"extra":true}}\nupgrade rel two\nupgrade rel two --force-conflicts\nrollback rel 1\nuninstall rel' },
  { name: 'custom resources, client-side', charts: { one: { ...gadgets, objects: [gadget({ size: 1, tags: ['a'] })] }, two: { ...gadgets, objects: [gadget({ size: 1, tags: ['b'], more: { x: 1 } })] } }, steps: 'install rel one --server-side=false\n~ merge GadgetNAMESPACE/g suite.pintle.dev/v1 {"spec":{"size":9,"extra":true}}\nupgrade rel two\nupgrade rel one\nrollback rel 2\nuninstall rel' },
  { name: 'definitions and --skip-crds', charts: { one: { ...gadgets, objects: [gadget({ size: 1 })] }, none: { ...gadgets, objects: [configMap('one')] } }, steps: 'install rel one --skip-crds\ninstall rel none --skip-crds\nupgrade rel one\nupgrade --install other none\nupgrade rel one --take-ownership\ninstall third one --dry-run=server\nuninstall rel' },
  { name: 'nothing to validate with', charts: { c: [{ ...configMap('one', { a: '1' }), dtaa: 1 }], good: [configMap('one', { a: '1' })] }, steps: 'install web c --disable-openapi-validation\ninstall other c --server-side=false\ninstall more c --server-side=false --disable-openapi-validation\nupgrade more good --disable-openapi-validation\nupgrade more c' },
  { name: 'waiting in every way', charts, steps: 'install rel web --wait=hookOnly\nupgrade rel web --wait=watcher --timeout 20s --set image=example.com/app:2\nupgrade rel web --wait=legacy --timeout 20s --set image=example.com/app:3\nupgrade rel web --wait=true --timeout 20s\nupgrade rel web --wait=false\nupgrade rel web --wait=nope\nrollback rel --wait=watcher --timeout 20s\nrollback rel --wait=legacy --wait-for-jobs --timeout 20s\nuninstall rel --wait=watcher --timeout 20s' },
]
