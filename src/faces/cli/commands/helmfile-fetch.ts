import { fetchDirTemplate, stateText } from '../../../delivery/helmfile/index.ts'
import { resolve } from 'node:path'
import { PintleError } from '../../../errors/index.ts'
import { concurrencyFlag } from '../helmfile/chart-flags.ts'
import { chartsOptions } from '../helmfile/charts-options.ts'
import type { HelmfileVerb } from '../helmfile/verb.ts'
import { visitStates } from '../helmfile/visit-states.ts'

/** `helmfile fetch`. Upstream: Fetch in pkg/app/app.go. */
export const helmfileFetch: HelmfileVerb = {
  use: 'fetch [flags]',
  long: `Fetches the charts of all releases into a folder, for places without a network; with --write-output it prints the state with the charts' new paths.`,
  flags: [
    concurrencyFlag,
    { name: 'output-dir', type: 'string', usage: 'folder for the charts; left out, they are fetched and thrown away' },
    { name: 'output-dir-template', type: 'string', default: fetchDirTemplate, usage: 'template of the folder of a chart, of {{ .OutputDir }}, {{ .ChartName }}, {{ .Release.Name }}, {{ .Environment.Name }} and more' },
    { name: 'write-output', type: 'bool', usage: 'print a state with the paths of the charts; needs --output-dir and a single state file' },
  ],
  interrupts: 'stop',
  async run(given) {
    const { flags, out } = given
    const write = flags.bool('write-output')
    const context = write ? { ...given, globals: { ...given.globals, enableLiveOutput: false } } : given
    const outputDir = flags.string('output-dir')
    if (write && outputDir === '') throw new PintleError('usage', 'unexpected error: *errors.errorString: --output-dir is required when --write-output is set', { details: { exitCode: 1 } })
    const texts: string[] = []
    let states = 0
    await visitStates(context, { filter: true, includeNeeds: false }, async (work) => {
      states += 1
      if (write && states > 1) {
        return { processed: false, errors: [new PintleError('usage', '--write-output requires a single helmfile state file, but multiple were found; use -f to specify a single helmfile instead of a directory or a helmfile with nested helmfiles: entries')] }
      }
      const { state } = work
      const errors = await work.withCharts('pull', { ...chartsOptions(context), forceDownload: true, outputDir, outputDirTemplate: flags.string('output-dir-template') }, async () => {
        if (!write) return []
        for (const release of state.releases) {
          if (release.chartPath === '') continue
          release.chart = release.chartPath
          release.chartPath = ''
        }
        texts.push(`---\n#  Source: ${resolve(state.cwd, state.basePath, state.file)}\n\n${stateText(state)}`)
        return []
      })
      return { processed: errors.length === 0, errors }
    })
    if (write) out.write(texts.join(''))
  },
}
