import type { Rendered } from '../../charts/render/index.ts'
import type { Chart, Table } from '../../charts/chart/index.ts'

/**
 * Says whether a secret stands in the values, templates or files a chart was rendered from, as it is or in base64. What does not was generated: by random
 * functions, for a certificate, by derivation.
 */
export function literalSource({ chart }: Rendered, values: Table | undefined): (secret: string) => boolean {
  let source: string | undefined
  return (secret) => {
    source ??= [...strings(values, 0), ...texts(chart)].join('\n')
    // A key in a values file keeps its lines, in a template its indentation: its first lines tell.
    const part = secret.trim().split('\n').find((line) => line.length >= 8 && !line.startsWith('-----')) ?? secret.trim()
    return source.includes(part) || source.includes(Buffer.from(secret).toString('base64').slice(0, 200))
  }
}

const deepest = 64

function* strings(value: unknown, depth: number): Generator<string> {
  if (typeof value === 'string') yield value
  else if (value instanceof Map) {
    if (depth < deepest) for (const item of value.values()) yield* strings(item, depth + 1)
  } else if (Array.isArray(value)) {
    if (depth < deepest) for (const item of value) yield* strings(item, depth + 1)
  } else if (value !== null && typeof value === 'object' && 'value' in value) yield String(value.value)
  else if (typeof value === 'number') yield String(value)
}

/** Not the values that templates saw: they may have put generated ones there. */
function* texts(chart: Chart): Generator<string> {
  yield* strings(chart.values, 0)
  for (const file of [...chart.templates, ...chart.files]) yield file.text
  for (const dependency of chart.dependencies) yield* texts(dependency)
}
