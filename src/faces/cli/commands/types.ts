import { loadChart } from '../../../charts/chart/index.ts'
import { locateChart } from '../chart-args.ts'
import type { Command } from '../command.ts'
import { chartFlags } from '../flag-sets.ts'
import { writeResult } from '../write-result.ts'

/** `pintle types`: TypeScript types of a chart's values. */
export const types: Command = {
  use: 'types CHART [flags]',
  long: `Prints TypeScript types of a chart's values: from values.schema.json, or without one from values.yaml with its comments.
Values of subcharts stand under their names.

A values file in TypeScript that uses them is checked by the compiler and given with -f like any other. It runs in a process
of its own that reads its folder and nothing else:

  import type { ValuesFile } from './shop.types.ts'
  export default ({ environment }: { environment?: string }) => ({
    replicas: environment === 'prod' ? 3 : 1,
  }) satisfies ValuesFile`,
  examples: `pintle types ./charts/shop -o shop.types.ts
pintle template ./charts/shop -f values.ts`,
  flags: [
    { name: 'output', short: 'o', type: 'string', placeholder: 'file', usage: 'write to this file instead of printing' },
    ...chartFlags,
  ],
  args: [1, 1],
  completes: ['chart'],
  async run(context) {
    const { args, signal } = context
    const { valuesTypes } = await import('../../../charts/types/index.ts')
    writeResult(context, valuesTypes(await loadChart(await locateChart(args[0]!, context), { signal })))
    return 0
  },
}
