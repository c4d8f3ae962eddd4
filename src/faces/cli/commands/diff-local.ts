import { copyTable, type Table } from '../../../charts/chart/index.ts'
import type { Command } from '../command.ts'
import { userValues } from '../chart-args.ts'
import { contextNamespace } from '../context-namespace.ts'
import { diffFlags, showsSecrets } from '../diff-flags.ts'
import { diffExitCode, diffFailure, indexSides, reportDiff, type Side } from '../diff-report.ts'
import { chartForDiff, diffRenderFlags, renderOffline } from '../diff-render.ts'
import { usage } from '../flags.ts'

/** `pintle diff local`: two charts, rendered with the same values. */
export const diffLocal: Command = {
  use: 'diff local [flags] CHART1 CHART2',
  long: 'Renders two charts with the same values and shows the differences. No cluster is asked.',
  examples: `pintle diff local ./chart-v1 ./chart-v2
pintle diff local ./chart-v1 ./chart-v2 -f values.yaml --set replicas=3`,
  flags: [...diffFlags, ...diffRenderFlags, { name: 'release', type: 'string', default: 'release', usage: 'release name to render with' }],
  globals: false,
  printsValues: showsSecrets,
  completes: ['chart', 'chart'],
  async run(context) {
    const { args, flags, settings } = context
    if (args.length !== 2) throw usage('This command needs 2 arguments: chart1 path, chart2 path')
    const namespace = await contextNamespace(settings)
    const sides: Side[] = []
    let values: Table | undefined
    for (const reference of args) {
      try {
        // Read once, as standard input can be read only once; what is wrong with them is told as the first chart's fault.
        values ??= await userValues(context)
        const manifest = await renderOffline(context, { name: flags.string('release'), chart: chartForDiff(context, reference), isUpgrade: false, values: copyTable(values) })
        sides.push({ manifest, namespace })
      } catch (error) {
        throw diffFailure(context, error, `failed to render chart ${JSON.stringify(reference)}: `)
      }
    }
    return diffExitCode(context, await reportDiff(context, indexSides(context, sides as [Side, Side])))
  },
}
