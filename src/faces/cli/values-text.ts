import { computedValues as valuesOf, type Chart } from '../../charts/chart/index.ts'
import { toValues, type ReleaseRecord } from '../../cluster/release/index.ts'
import { marshal } from '../../language/yaml/index.ts'

/** All values a release was rendered with: the user's over the chart's. A stored chart has no subcharts; a loaded one is given as `chart`. */
export function computedValues(record: ReleaseRecord, chart?: Chart) {
  return valuesOf(record.chart, toValues(record.chart?.values), toValues(record.config), chart)
}

/** Both kinds of values as `helm get all` and --debug print them. */
export function valuesText(record: ReleaseRecord, chart?: Chart): string {
  return `USER-SUPPLIED VALUES:\n${record.config === undefined ? 'null\n' : marshal(toValues(record.config))}\nCOMPUTED VALUES:\n${marshal(computedValues(record, chart))}\n`
}
