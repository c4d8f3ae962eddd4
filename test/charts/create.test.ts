/** `create` beside the real Helm: the same words, and the same files byte for byte. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { SideBySide } from './side-by-side.ts'

const helm = await ensureTool('helm')

const starter = {
  'Chart.yaml': 'apiVersion: v2\nname: whatever\nversion: 9.9.9\nappVersion: "3"\n',
  'values.yaml': '# for <CHARTNAME>\nname: <CHARTNAME>\n', 'values.schema.json': '{"title":"<CHARTNAME>"}', 'README.md': '<CHARTNAME>\n', '.helmignore': 'ignored\n', ignored: 'x',
  'templates/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: <CHARTNAME> }\n', 'crds/c.yaml': 'kind: <CHARTNAME>\n',
  'charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 0.1.0\n', 'charts/sub/templates/x.yaml': '{{/* <CHARTNAME> */}}\n', 'requirements.yaml': 'dependencies: []\n',
}

describe.skipIf(helm === undefined)('create', () => {
  let side: SideBySide
  beforeAll(() => {
    side = new SideBySide(helm!, {
      'a-file': 'x', 'there/Chart.yaml': 'mine\n', 'there/templates/own.yaml': 'mine\n', 'broken/Chart.yaml': 'name: [\n',
      ...Object.fromEntries(Object.entries(starter).map(([name, text]) => [`starter/${name}`, text])),
      ...Object.fromEntries(Object.entries(starter).map(([name, text]) => [`data/starters/ours/${name}`, text])),
    })
    mkdirSync(join(side.path, 'in/folder'), { recursive: true })
    writeFileSync(join(side.path, 'in/folder/x'), '')
  })
  afterAll(() => side?.remove())

  it.each([
    'create shop', 'create in/folder/shop', 'create there', 'create a-file', 'create a-file/shop', 'create no/such/folder/shop', "create 'my shop'", 'create sh$op', "create ''", 'create .', 'create ..',
    'create in/folder/', `create ${'x'.repeat(251)}`, `create ${'x'.repeat(200)}`, 'create one two', 'create', 'create shop --starter ours', 'create shop -p ours', 'create shop -p missing', 'create shop -p ../../starter',
    'create shop --chart-api-version v3', 'create shop --chart-api-version v1', 'create there -p ours', 'create a-file -p ours', 'create in/new/shop -p ours', 'create shop -p ../../broken', 'create shop --wrong',
  ])('%s', async (line) => {
    const { helm, pintle } = await side.both(line, { env: { HELM_DATA_HOME: 'data' } })
    expect(pintle).toEqual(helm)
  })

  it('twice, with warnings', async () => {
    const { helm, pintle } = await side.both(['create shop', 'create shop'])
    expect(helm.out).toMatch(/WARNING: File ".*" already exists\. Overwriting\./)
    expect(pintle).toEqual(helm)
  })

  it('a chart of the experimental apiVersion v3, once and twice', async () => {
    const env = { HELM_EXPERIMENTAL_CHART_V3: '1', HELM_DATA_HOME: 'data' }
    for (const lines of [['create shop --chart-api-version v3'], ['create shop --chart-api-version v3', 'create shop --chart-api-version v3'], ['create shop --chart-api-version v3 -p ours']]) {
      const { helm, pintle } = await side.both(lines, { env })
      expect(helm.code).toBe(0)
      expect(pintle).toEqual(helm)
    }
  })

  it('what it made renders, lints and packs as what Helm made', async () => {
    for (const line of ['lint shop', 'template shop shop', 'template shop shop --set ingress.enabled=true,autoscaling.enabled=true,httpRoute.enabled=true', 'package shop']) {
      const { helm, pintle } = await side.both(['create shop', line], { env: { SOURCE_DATE_EPOCH: '1700000000' } })
      expect(helm.code).toBe(0)
      expect(pintle).toEqual(helm)
    }
  })
})
