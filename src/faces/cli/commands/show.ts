import { loadChart, metadataRecord, type Chart, type ChartFile } from '../../../charts/chart/index.ts'
import { marshalPlain } from '../../../language/yaml/index.ts'
import { locateChart } from '../chart-args.ts'
import type { Command, CommandContext } from '../command.ts'
import type { FlagSpec } from '../flags.ts'
import { chartFlags } from '../flag-sets.ts'
import { helmLog } from '../helm-log.ts'

type Part = 'all' | 'chart' | 'crds' | 'readme' | 'values'

const about: Readonly<Record<Part, string>> = {
  all: 'its Chart.yaml, values.yaml, README and CRDs',
  chart: 'its Chart.yaml',
  crds: 'its CRDs, and those of its subcharts',
  readme: 'its README',
  values: 'its values.yaml',
}

/** `pintle show PART`: prints parts of a chart. Upstream: pkg/cmd/show.go, pkg/action/show.go. */
export const show = (part: Part): Command => ({
  use: `show ${part} [CHART] [flags]`,
  long: `Prints of a chart ${about[part]}. CHART is a folder, an archive, a name in a repository, or a URL.`,
  examples: `pintle show ${part} ./charts/shop`,
  flags: [
    ...chartFlags,
    ...(part === 'values' ? [{ name: 'jsonpath', type: 'string', usage: 'print what this JSONPath expression finds', completes: [] } satisfies FlagSpec] : []),
  ],
  args: [1, 1],
  completes: ['chart'],
  async run(context) {
    const { out } = context
    const chart = await shownChart(context)
    const text: string[] = []
    if (part === 'chart' || part === 'all') text.push(`${marshalPlain(metadataRecord(chart.metadata))}\n`)
    if ((part === 'values' || part === 'all') && chart.values !== null) {
      if (part === 'all') text.push('---\n')
      const path = part === 'values' ? context.flags.string('jsonpath') : ''
      if (path !== '') text.push((await import('../json-path.ts')).atJsonPath(path, chart.values))
      else for (const file of chart.raw) if (file.name === 'values.yaml') text.push(`${file.text}\n`)
    }
    if (part === 'readme' || part === 'all') {
      const readme = readmeOf(chart.files)
      if (readme !== undefined) text.push(`${part === 'all' ? '---\n' : ''}${readme.text}\n`)
    }
    if (part === 'crds' || part === 'all') {
      for (const { file } of chart.crds()) text.push(`${file.text.startsWith('---') ? '' : '---\n'}${file.text}\n`)
    }
    out.write(text.join(''))
    return 0
  },
})

async function shownChart(context: CommandContext): Promise<Chart> {
  const { args, out, signal } = context
  return loadChart(await locateChart(args[0]!, context, { command: 'template' }), { signal, format: 'v2', fetchSchemas: false, lazyFiles: 'all', ...helmLog(out) })
}

/** The first of the names, whatever their case, in the chart's own order of files. */
function readmeOf(files: readonly ChartFile[]): ChartFile | undefined {
  return files.find(({ name }) => /^readme(?:\.md|\.txt)?$/i.test(name))
}
