import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { checkDependencies, loadChart, readValues, type Chart } from '../../src/charts/chart/index.ts'
import { Engine, renderChart, type Rendered } from '../../src/charts/render/index.ts'

/** Folders with a Chart.yaml, and archives; not the vendored dependencies of a chart found already. */
export function findCharts(root: string): string[] {
  if (root.endsWith('.tgz')) return [root]
  const entries = list(root)
  const isChart = entries.includes('Chart.yaml')
  const out = isChart ? [root] : []
  for (const name of entries.sort()) {
    if (name === '.git' || name === 'node_modules' || (isChart && (name === 'templates' || name === 'ci' || name === 'charts'))) continue
    const path = join(root, name)
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) out.push(...findCharts(path))
    else if (name.endsWith('.tgz')) out.push(path)
  }
  return out
}

/** The values files of a chart's ci/ folder. */
export function ciValues(chart: string): string[] {
  return list(join(chart, 'ci')).filter((name) => /values.*\.ya?ml$/.test(name)).sort().map((name) => join(chart, 'ci', name))
}

function list(dir: string): string[] {
  try {
    return readdirSync(dir)
  } catch {
    return []
  }
}

/** A chart rendered by Pintle, in process. */
export interface RenderedCase { readonly path: string; readonly chart: Chart; readonly rendered: Rendered }

/** Renders charts with default values and each of their ci/ values; what fails to render is left to the corpus. */
export async function* renderedCharts(roots: readonly string[], only = '', options: { readonly trace?: boolean } = {}): AsyncGenerator<RenderedCase | { readonly path: string; readonly failed: string }> {
  for (const path of roots.flatMap(findCharts).filter((p) => p.includes(only))) {
    for (const valueFiles of [[], ...ciValues(path).map((f) => [f])]) {
      try {
        const chart = await loadChart(path, {})
        checkDependencies(chart)
        const rendered = renderChart(chart, { release: { name: 'release-name', namespace: 'default' }, values: await readValues({ valueFiles }), engine: new Engine(), trace: options.trace ?? false })
        yield { path, chart, rendered }
      } catch (error) {
        yield { path, failed: (error as Error).message }
      }
    }
  }
}

/** Every document that charts render, hooks included. */
export async function renderedDocuments(roots: readonly string[], only = ''): Promise<{ documents: string[]; charts: number; cases: number; failures: number }> {
  const documents: string[] = []
  const charts = new Set<string>()
  let cases = 0
  let failures = 0
  for await (const result of renderedCharts(roots, only)) {
    cases++
    charts.add(result.path)
    if ('failed' in result) {
      failures++
      continue
    }
    documents.push(...result.rendered.manifests.map((m) => m.content), ...result.rendered.hooks.map((h) => h.manifest))
  }
  return { documents, charts: charts.size, cases, failures }
}
