import { ChartFile, loadFiles } from '../../src/charts/chart/index.ts'
import { Engine, renderChart } from '../../src/charts/render/index.ts'
import type { Value } from '../../src/language/go/index.ts'
import { anyMap, unmarshalInto } from '../../src/language/yaml/index.ts'
import type { FuzzCase } from './generate.ts'

/** Renders a generated chart with Pintle, in process, in the form scripts/tools/go/helm4/render answers. */
export function renderCase(c: FuzzCase): { output?: string; error?: string } {
  try {
    const chart = loadFiles(Object.entries(c.files).map(([name, text]) => ChartFile.fromText(name, text)), 'v2')
    const { manifest, hooks } = renderChart(chart, { release: { name: 'release-name', namespace: 'default' }, values: (unmarshalInto(c.values, anyMap) as Map<string, Value> | null) ?? new Map(), engine: new Engine() })
    return { output: asJsonText(manifest + hooks.map((h) => `---\n# Source: ${h.path}\n${h.manifest}\n`).join('')) }
  } catch (error) {
    return { error: asJsonText((error as Error).message) }
  }
}

/** Bytes that are no UTF-8 come back from Go's JSON as U+FFFD. */
function asJsonText(text: string): string {
  return text.replaceAll(/[\udc80-\udcff]/g, (c, i: number) => (i > 0 && /[\ud800-\udbff]/.test(text[i - 1]!) ? c : '\ufffd'))
}
