import { chartFromRecord, type StoredChart } from './chart-record.ts'
import type { Chart } from './chart.ts'
import { coalesceValues } from './coalesce.ts'
import { processDependencies } from './dependencies.ts'
import type { Table } from './merge-maps.ts'

/**
 * All values a stored revision was rendered with: the user's over the chart's. A stored chart has no subcharts; a loaded one is given as `chart`.
 * @param defaults the stored chart's values
 */
export function computedValues(stored: Partial<StoredChart> | undefined, defaults: Table, config: Table, chart?: Chart): Table {
  if (chart === undefined) return coalesceValues(chartFromRecord(stored, defaults), config)
  const processed = chart.copy()
  processDependencies(processed, config)
  return coalesceValues(processed, config)
}
