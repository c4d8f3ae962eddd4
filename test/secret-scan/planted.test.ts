/** Every shape of credential in every place a chart has for it: how many are found, and that no finding shows one. */
import { describe, expect, it } from 'vitest'
import { ChartFile, loadFiles } from '../../src/charts/chart/index.ts'
import { renderChart } from '../../src/charts/render/index.ts'
import { scanRendered, scanText, scanYaml, type SecretFinding } from '../../src/delivery/secret-scan/index.ts'
import { Random } from '../conformance/random.ts'
import { formedShapes, namedShapes, shapes, type SecretShape } from './secret-shapes.ts'

const indent = (text: string, by: number) => text.replace(/^(?=.)/gm, ' '.repeat(by))

/** A chart that puts what `values.yaml` has under `it` wherever text can stand. */
function chartOf(name: string, text: string) {
  const line = text.trimEnd()
  const template = (path: string, content: string) => ChartFile.fromBytes(`templates/${path}`, Buffer.from(content))
  return loadFiles([
    ChartFile.fromBytes('Chart.yaml', Buffer.from('apiVersion: v2\nname: shop\nversion: 1.0.0\n')),
    ChartFile.fromBytes('values.yaml', Buffer.from(valuesOf(name, text))),
    template('configmap.yaml', `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: plain\ndata:\n  ${name}: {{ get .Values.it "${name}" | toJson }}\n`),
    template('files.yaml', [
      'apiVersion: v1', 'kind: ConfigMap', 'metadata:', '  name: files', 'data:',
      '  app.properties: |', indent(`server.port=8080\n${line.includes('\n') ? '' : `${name}=`}{{ get .Values.it "${name}" | trim | nindent 4 | trim }}\nmode=prod`, 4),
      '  app.json: |', `    {"port": 8080, "${name}": {{ get .Values.it "${name}" | toJson }}}`,
      '  app.yaml: |', indent(`server:\n  port: 8080\n  ${name}: {{ get .Values.it "${name}" | toJson }}`, 4),
      '  run.sh: |', indent(`#!/bin/sh\nset -e\nexport ${name}='{{ get .Values.it "${name}" | trim | nindent 4 | trim }}'\nexec app`, 4), '',
    ].join('\n')),
    template('deployment.yaml', [
      'apiVersion: apps/v1', 'kind: Deployment', 'metadata:', '  name: web', '  annotations:', `    corp/${name}: {{ get .Values.it "${name}" | toJson }}`, 'spec:', '  template:', '    spec:', '      containers:', '        - name: web', '          image: web:1',
      `          args: ["serve", {{ printf "--${name}=%s" (get .Values.it "${name}") | toJson }}]`, '          env:', `            - name: ${name}`, `              value: {{ get .Values.it "${name}" | toJson }}`, '',
    ].join('\n')),
    template('secret.yaml', `apiVersion: v1\nkind: Secret\nmetadata:\n  name: web\ndata:\n  ${name}: {{ get .Values.it "${name}" | b64enc }}\n`),
    template('custom.yaml', `apiVersion: corp.dev/v1\nkind: Widget\nmetadata:\n  name: web\nspec:\n  config:\n    ${name}: {{ get .Values.it "${name}" | toJson }}\n`),
  ], 'v2')
}

const valuesOf = (name: string, text: string) => `replicas: 2\nit:\n  ${name}: ${JSON.stringify(text)}\n`

const rendered = (found: readonly SecretFinding[], path: RegExp) => found.some((f) => path.test(f.path) && f.confidence !== 'possible')
const places: readonly [string, RegExp][] = [
  ['ConfigMap', /^ConfigMap\/plain /], ['properties file', /^ConfigMap\/files data\["app\.properties/], ['JSON file', /^ConfigMap\/files data\["app\.json/], ['YAML file', /^ConfigMap\/files data\["app\.yaml/], ['shell script', /^ConfigMap\/files data\["run\.sh/],
  ['annotation', /annotations/], ['args', /\.args\[1\]$/], ['env', /\.env\[0\]\.value$/], ['Secret', /^Secret\/web /], ['custom resource', /^Widget\/web /],
]

/** Where a shape is not found. */
function missed(shape: SecretShape, seed: number): string[] {
  const { text, secrets } = shape.make(new Random(seed))
  const name = shape.name ?? 'setting'
  const values = scanYaml('values.yaml', valuesOf(name, text))
  const env = scanText('.env', text.includes('\n') ? text : `PORT=8080\n${name}=${text}\n`)
  const chart = chartOf(name, text)
  const found = scanRendered(renderChart(chart, { release: { name: 'shop', namespace: 'default' }, trace: true })).findings
  const shown = JSON.stringify([values.findings, env.findings, found])
  for (const secret of [text.trim(), ...secrets]) {
    expect(shown, `${shape.id} is shown`).not.toContain(secret)
    expect(shown, `${shape.id} is shown in base64`).not.toContain(Buffer.from(secret).toString('base64').slice(0, -4))
  }
  return [
    ...(values.findings.some((f) => f.confidence !== 'possible') ? [] : ['values']),
    ...(env.findings.some((f) => f.confidence !== 'possible') ? [] : ['.env']),
    ...places.filter(([, path]) => !rendered(found, path)).map(([place]) => place),
  ]
}

describe('planted secrets', () => {
  it('has shapes enough', () => {
    expect(new Set(formedShapes.map((s) => s.id)).size).toBeGreaterThanOrEqual(60)
  })

  it('are found in every place', { timeout: 300_000 }, () => {
    let planted = 0
    const list: string[] = []
    for (const shape of shapes) {
      for (const seed of [1, 2, 3]) {
        planted += places.length + 2
        list.push(...missed(shape, seed).map((place) => `${shape.id} in ${place} (seed ${seed})`))
      }
    }
    const found = planted - list.length
    console.log(`planted secrets: ${found} of ${planted} found (${((100 * found) / planted).toFixed(2)} %), ${formedShapes.length} forms, ${namedShapes.length} names, ${shapes.length - formedShapes.length - namedShapes.length} wrapped, ${places.length + 2} places`)
    expect(list).toEqual([])
  })
})
