import { isAbsolute, join } from 'node:path'
import { PintleError } from '../../../errors/index.ts'
import { createChart, formatLogRecord } from '../../../charts/chart/index.ts'
import { quote } from '../../../language/go/index.ts'
import type { Command } from '../command.ts'
import { helmLog } from '../helm-log.ts'

/** `pintle create`: makes a new chart. Upstream: pkg/cmd/create.go. */
export const create: Command = {
  use: 'create NAME [flags]',
  long: `Makes a folder with the files of a new chart: Chart.yaml, values.yaml, .helmignore, templates/ and charts/.

NAME may be a path. Files that are there already are overwritten if the new chart has them, and left alone if not.`,
  examples: `pintle create shop
pintle create shop --starter our-own`,
  flags: [
    { name: 'starter', short: 'p', type: 'string', usage: "name of a starter chart in Helm's data folder, or its absolute path" },
    { name: 'chart-api-version', type: 'string', default: 'v2', hidden: true, usage: 'apiVersion of the chart: v2, or v3 which is experimental' },
  ],
  args: [1, 1],
  completes: ['file'],
  async run({ args, flags, out, settings, signal }) {
    const name = args[0]!
    out.line(`Creating ${name}`)
    const apiVersion = flags.string('chart-api-version') || 'v2'
    if (apiVersion !== 'v2' && apiVersion !== 'v3') throw new PintleError('chart.create', `unsupported chart API version: ${apiVersion} (supported: v2, v3)`)
    // Upstream: pkg/gates.
    if (apiVersion === 'v3' && !process.env.HELM_EXPERIMENTAL_CHART_V3) {
      throw new PintleError('chart.create', 'this feature has been marked as experimental and is not enabled by default. Please set HELM_EXPERIMENTAL_CHART_V3=1 in your environment to use this feature')
    }
    const starter = flags.string('starter')
    await createChart(name, {
      signal, apiVersion, ...helmLog(out),
      ...(starter === '' ? {} : { starter: isAbsolute(starter) ? starter : join(settings.homes.data, 'starters', starter) }),
      overwriting: (path) => {
        if (apiVersion === 'v2') out.line(`WARNING: File ${quote(path)} already exists. Overwriting.`)
        else out.note(formatLogRecord({ level: 'warn', message: 'Overwriting existing file', attributes: [['file', path]] }))
      },
    })
    return 0
  },
}
