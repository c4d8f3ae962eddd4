import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadChart } from '../../charts/chart/index.ts'
import { commands } from './commands.ts'
import { InProcessHelm } from './in-process-helm.ts'

describe('Helm in process', () => {
  let folder: string
  let chart: string
  const helm = new InProcessHelm(commands)
  const bytes = (text: string) => new TextEncoder().encode(text)

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'in-process-'))
    chart = join(folder, 'shop')
    mkdirSync(join(chart, 'templates'), { recursive: true })
    writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: shop\nversion: 1.0.0\n')
    writeFileSync(join(chart, 'values.yaml'), 'a: 1\n')
    writeFileSync(join(chart, 'templates/cm.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}, namespace: {{ .Release.Namespace }}}\ndata: {a: {{ .Values.a | quote }}}\n')
  })
  afterAll(async () => {
    await helm.close()
    rmSync(folder, { recursive: true })
  })

  test('values files of memory, side by side, each run with its own', async () => {
    const runs = await Promise.all([1, 2, 3].map((n) => helm.run(['template', `r${n}`, chart, '-n', `n${n}`, '--values', 'memory:values'], { files: new Map([['memory:values', bytes(`a: ${n}0`)]]) })))
    for (const [i, { code, stdout, stderr }] of runs.entries()) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toBe(`---\n# Source: shop/templates/cm.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: r${i + 1}, namespace: n${i + 1}}\ndata: {a: "${i + 1}0"}\n`)
    }
  })

  test('a chart is read once', async () => {
    const loaded = await helm.shared.chart(chart, () => Promise.reject(new Error('read again')))
    expect(loaded.metadata.name).toBe('shop')
  })

  test('charts of memory', async () => {
    const given = await loadChart(chart)
    const { code, stdout } = await helm.run(['template', 'x', 'memory:chart'], { charts: new Map([['memory:chart', given]]) })
    expect(code).toBe(0)
    expect(stdout).toContain('name: x')
  })

  test('what is secret stands in no diff, unless it is asked for', async () => {
    const files = new Map([['memory:values', bytes('a: hidden-word-42\n')]])
    const secrets = new Set(['hidden-word-42'])
    const diff = (...more: string[]) => helm.run(['diff', 'upgrade', 'x', chart, '--dry-run=client', '--allow-unreleased', '--values', 'memory:values', ...more], { files, secrets })
    const { code, stdout, stderr } = await diff()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('a: "***"')
    expect((await diff('--show-secrets')).stdout).toContain('a: "hidden-word-42"')
    // Manifests are results.
    expect((await helm.run(['template', 'x', chart, '--values', 'memory:values'], { files, secrets })).stdout).toContain('hidden-word-42')
  })

  test('failures have exit code and text, and what failed', async () => {
    const streamed: string[] = []
    const failed = await helm.run(['template', 'x', join(folder, 'none')], { onStderr: (text) => streamed.push(text) })
    expect(failed).toMatchObject({ code: 1, stdout: '', stderr: `Error: path ${JSON.stringify(join(folder, 'none'))} not found\n`, error: { code: 'chart.load' } })
    expect(streamed.join('')).toBe(failed.stderr)
    expect(await helm.run(['nonsense'])).toMatchObject({ code: 1, stderr: 'Error: unknown command "nonsense" for "helm"\n' })
    expect(await helm.run(['template', '--wat'])).toMatchObject({ code: 1, stderr: 'Error: unknown flag: --wat\n' })
  })
})
