import { Manifest } from './manifest.ts'
import type { Parts } from './parts.ts'
import { marksOf } from './copies.ts'
import type { Router } from './routers/router.ts'
import type { RolloutSpec } from './types.ts'
import { findWorkload } from './workload.ts'

/** A release of a usual chart, for tests: two versions of a Deployment behind a Service, with configuration. */
export interface ShopOptions {
  readonly version: string
  readonly replicas?: number | null
  readonly config?: string
  /** Documents that follow. */
  readonly more?: string
}

export function shop({ version, replicas = 3, config = 'same', more = '' }: ShopOptions): string {
  return `---
# Source: shop/templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop
data:
  mode: "${config}" # kept as it is
---
# Source: shop/templates/service.yaml
apiVersion: v1
kind: Service
metadata:
  name: shop
  labels: {app.kubernetes.io/name: shop, app.kubernetes.io/instance: web}
spec:
  type: LoadBalancer
  selector: {app.kubernetes.io/name: shop, app.kubernetes.io/instance: web}
  ports:
    - {name: http, port: 80, targetPort: http, nodePort: 30080}
---
# Source: shop/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  labels: {app.kubernetes.io/name: shop, app.kubernetes.io/instance: web}
spec:${replicas === null ? '' : `\n  replicas: ${replicas}`}
  selector:
    matchLabels: {app.kubernetes.io/name: shop, app.kubernetes.io/instance: web}
  template:
    metadata:
      labels: {app.kubernetes.io/name: shop, app.kubernetes.io/instance: web}
    spec:
      containers:
        - name: shop
          image: "shop:${version}"
          ports: [{name: http, containerPort: 8080}]
          envFrom: [{configMapRef: {name: shop}}]
${more}`
}

export const spec: RolloutSpec = {
  strategy: 'canary', router: 'replicas', steps: [{ kind: 'weight', weight: 25 }, { kind: 'weight', weight: 100 }],
  tolerance: 5, deadline: 60_000, undecided: 'abort', lost: 'hold', lostAfter: 60_000, watch: 0,
}

export function partsOf(stable: string, target: string, router: Router, more: Partial<RolloutSpec> = {}, full = 3): Parts {
  const [before, after] = [Manifest.read(stable, 'default'), Manifest.read(target, 'default')]
  const wanted = { ...spec, router: router.kind, ...more } as RolloutSpec
  const found = findWorkload(before, after, wanted)
  if (found.kind !== 'workload') throw new Error(found.why)
  return { spec: wanted, stable: before, target: after, workload: found.workload, full, marks: marksOf(before, found.workload, { strategy: wanted.strategy, router }) }
}
