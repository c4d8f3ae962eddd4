import type { Value } from '../../language/go/index.ts'
import { fromPlain, type Json } from '../../language/yaml/index.ts'
import type { Chart, Table } from '../chart/index.ts'
import { renderChart, type Rendered, type RenderOptions } from './render.ts'

export interface RenderInput extends Omit<RenderOptions, 'values'> {
  /** User values: plain data as JSON has it, or the language's own values. */
  readonly values?: Record<string, unknown> | Table
  readonly signal?: AbortSignal
}

/**
 * Renders a chart in process, as `helm template` does. The chart can be rendered again; give the same `engine` to compile its templates only once.
 * @example const { manifest } = await render(chart, { release: { name: 'shop', namespace: 'default' }, values: { replicaCount: 3 } })
 */
export async function render(chart: Chart, input: RenderInput): Promise<Rendered> {
  const { values, signal, ...options } = input
  signal?.throwIfAborted()
  const table = values === undefined ? new Map<string, Value>() : values instanceof Map ? values : (fromPlain(values as Json) as Table)
  return renderChart(chart, { ...options, values: table })
}
