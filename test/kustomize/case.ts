/** One kustomization to be built: its files, the folder in them that is built, and the flags of `kustomize build`. */
export interface KustomizeCase {
  readonly name: string
  readonly files: Readonly<Record<string, string>>
  /** Default: `.` */
  readonly build?: string
  readonly flags?: readonly string[]
}

/** A case whose kustomization is at the root. */
export const at = (name: string, kustomization: string, files: Readonly<Record<string, string>> = {}, more: Partial<KustomizeCase> = {}): KustomizeCase =>
  ({ name, files: { 'kustomization.yaml': kustomization, ...files }, ...more })

export const deployment = (name: string, pod = '', extra = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
${extra}spec:
  replicas: 2
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
${pod}      containers:
      - name: ${name}
        image: nginx:1.0
        args: ["--a", "--b"]
        env:
        - name: A
          value: "1"
        ports:
        - containerPort: 80
`

export const service = (name: string): string => `apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  selector:
    app: ${name}
  ports:
  - name: http
    port: 80
    targetPort: 8080
`

export const configMap = (name: string, data = 'a: b', extra = ''): string => `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
${extra}data:
  ${data}
`

/** All kinds of workloads and of those that go with them. */
export const zoo = `${deployment('web')}---
${service('web')}---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: web
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      serviceAccountName: robot
      priorityClassName: high
      initContainers: [{name: init, image: "busybox:1@sha256:abc123"}]
      containers: [{name: db, image: "registry.example.com:5000/db:2"}]
      volumes: [{name: v, persistentVolumeClaim: {claimName: claim}}, {name: i, image: {reference: nginx:1.0}}]
  volumeClaimTemplates: [{metadata: {name: data}, spec: {storageClassName: fast}}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: tick}
spec:
  schedule: "* * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: tick, image: "busybox:1", envFrom: [{configMapRef: {name: settings}}]}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {key: value}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: robot}
imagePullSecrets: [{name: pull}]
---
apiVersion: v1
kind: Secret
metadata: {name: pull}
type: Opaque
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: claim}
spec: {storageClassName: fast}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: x
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: high}
value: 1
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [secrets, configmaps], resourceNames: [pull, settings], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: robot}, {kind: ServiceAccount, name: default, namespace: other}, {kind: User, name: default}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
rules: []
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: reader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
subjects: [{kind: ServiceAccount, name: robot, namespace: default}]
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec: {group: example.com, names: {kind: Thing, plural: things}, scope: Namespaced, conversion: {strategy: Webhook, webhook: {clientConfig: {service: {name: web, namespace: old}}}}}
---
apiVersion: example.com/v1
kind: Thing
metadata: {name: one}
spec: {containers: [{name: x, image: nginx}], ref: {name: settings}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: hook}
webhooks: [{name: a.example.com, clientConfig: {service: {name: web, namespace: default}}}]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, maxReplicas: 3}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, annotations: {nginx.ingress.kubernetes.io/auth-secret: pull}}
spec: {tls: [{secretName: pull, hosts: [a.example.com]}], rules: [{host: a.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny}
spec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {app: db}}}]}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {selector: {matchLabels: {app: web}}, maxUnavailable: 1}
`
