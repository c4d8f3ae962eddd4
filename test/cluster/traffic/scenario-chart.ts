import { configAnnotation, schemaAnnotation } from './surroundings.ts'

export interface ChartOptions {
  /** Default 4. */
  readonly replicas?: number
  /** What leads to the Service beside itself. */
  readonly route?: 'HTTPRoute' | 'VirtualService' | 'Ingress'
  /** A hook that brings the schema of the version before it is rolled out. */
  readonly migration?: boolean
}

/** Images by the version that a value names. */
export const imageFor = (version: number): string => `registry.example/shop:v${version}`

/**
 * A service as people write them: a Deployment that drains its pods, its Service and configuration, and what else is asked for. `version` is the one value: image and
 * configuration follow it, and a pod that finds the configuration of another version cannot serve (surroundings.ts).
 */
export function scenarioChart({ replicas = 4, route, migration = false }: ChartOptions): Record<string, string> {
  const name = '{{ .Release.Name }}'
  const yaml = (object: unknown): string => JSON.stringify(object, undefined, 2)
  const labels = { app: name }
  const version = '{{ .Values.version }}'
  const image = '{{ .Values.image }}'
  const files: Record<string, string> = {
    'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
    'values.yaml': `version: 1\nimage: ${imageFor(1)}\n`,
    'templates/deployment.yaml': yaml({
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, labels },
      spec: {
        replicas: '@REPLICAS', selector: { matchLabels: labels }, strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
        template: {
          metadata: { labels, annotations: { [configAnnotation]: version, ...(migration ? { [schemaAnnotation]: version } : {}) } },
          spec: {
            containers: [{ name: 'shop', image, ports: [{ containerPort: 8080 }], lifecycle: { preStop: { sleep: { seconds: 3 } } }, volumeMounts: [{ name: 'config', mountPath: '/config' }] }],
            volumes: [{ name: 'config', configMap: { name: `${name}-config` } }], terminationGracePeriodSeconds: 10,
          },
        },
      },
    }).replace('"@REPLICAS"', String(replicas)),
    'templates/config.yaml': yaml({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `${name}-config`, labels }, data: { version } }),
    'templates/service.yaml': yaml({ apiVersion: 'v1', kind: 'Service', metadata: { name, labels }, spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 8080 }] } }),
  }
  if (migration) {
    files['templates/migration.yaml'] = yaml({
      apiVersion: 'batch/v1', kind: 'Job',
      metadata: { name: `${name}-migrate`, annotations: { 'helm.sh/hook': 'pre-install,pre-upgrade', 'helm.sh/hook-delete-policy': 'before-hook-creation', [schemaAnnotation]: version } },
      spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'migrate', image }] } } },
    })
  }
  if (route === 'HTTPRoute') {
    files['templates/route.yaml'] = yaml({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name }, spec: { parentRefs: [{ name: 'gateway' }], hostnames: [`${name}.example`], rules: [{ backendRefs: [{ name, port: 80 }] }] } })
  }
  if (route === 'VirtualService') {
    files['templates/route.yaml'] = yaml({ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name }, spec: { hosts: [`${name}.example`], gateways: ['gateway'], http: [{ route: [{ destination: { host: name } }] }] } })
  }
  if (route === 'Ingress') {
    files['templates/route.yaml'] = yaml({
      apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name },
      spec: { ingressClassName: 'nginx', rules: [{ host: `${name}.example`, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name, port: { number: 80 } } } }] } }] },
    })
  }
  return Object.fromEntries(Object.entries(files).map(([file, text]) => [`shop/${file}`, text]))
}
