import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const environments = ['dev', 'stage', 'prod']

/** Releases of a chart of five objects, whose values are their own; the first takes a value from a file. */
export function writeProject(home: string, size: number): void {
  const chart = join(home, 'charts/app')
  mkdirSync(join(chart, 'templates'), { recursive: true })
  writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: app\nversion: 1.0.0\n')
  writeFileSync(join(chart, 'values.yaml'), 'mode: plain\nreplicas: 1\n')
  writeFileSync(join(chart, 'templates/all.yaml'), `apiVersion: v1
kind: ServiceAccount
metadata: {name: {{ .Release.Name }}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}}
data: {mode: {{ .Values.mode | quote }}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}, labels: {app: {{ .Release.Name }}}}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}}
    spec: {serviceAccountName: {{ .Release.Name }}, containers: [{name: app, image: "nginx:1", resources: {limits: {cpu: 100m, memory: 64Mi}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: {{ .Release.Name }}}
spec: {selector: {app: {{ .Release.Name }}}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Secret
metadata: {name: {{ .Release.Name }}}
stringData: {password: "of-{{ .Release.Name }}"}
`)
  writeFileSync(join(home, 'one.txt'), 'turn-0')
  const values = environments.map((name) => `  ${name}: {values: [{ns: n${size}-${name}}]}\n`).join('')
  const releases = Array.from({ length: size }, (_, i) => `- {name: r${i}, namespace: "{{ .Values.ns }}", chart: ./charts/app, values: [{mode: ${i === 0 ? '{{ readFile "one.txt" }}' : `m${i}`}}]}\n`).join('')
  writeFileSync(join(home, 'helmfile.yaml.gotmpl'), `environments:\n${values}---\nreleases:\n${releases}`)
}
