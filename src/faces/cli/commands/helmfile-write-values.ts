import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { isWanted, moreValues, outputFile, valuesFiles, warnOfNeeds, yamlText, type ReleaseSpec } from '../../../delivery/helmfile/index.ts'
import { PintleError } from '../../../errors/index.ts'
import type { Value } from '../../../language/go/index.ts'
import { mergeMaps } from '../../../language/sprig/index.ts'
import { anyMap, unmarshalIntoV3 } from '../../../language/yaml/index.ts'
import { cleanupFlag, concurrencyFlag, overrideFlags } from '../helmfile/chart-flags.ts'
import { chartsOptions } from '../helmfile/charts-options.ts'
import { outputContext } from '../helmfile/output-context.ts'
import type { StateWork } from '../helmfile/state-work.ts'
import type { HelmfileContext, HelmfileVerb } from '../helmfile/verb.ts'
import { visitStates } from '../helmfile/visit-states.ts'

/** `helmfile write-values`. Upstream: WriteValues in pkg/app/app.go, WriteReleasesValues in pkg/state/state.go. */
export const helmfileWriteValues: HelmfileVerb = {
  use: 'write-values [flags]',
  long: `Writes the values of each release, merged, to a file. What is encrypted in them stands there decrypted: that is what this command is asked for.`,
  flags: [concurrencyFlag, ...overrideFlags, { name: 'output-file-template', type: 'string', usage: 'template of the file, of {{ .State.BaseName }}, {{ .State.AbsPathSHA1 }}, {{ .Release.Name }}, {{ .Environment.Name }} and more' }, cleanupFlag],
  interrupts: 'stop',
  async run(context) {
    await visitStates(context, { filter: true, includeNeeds: false }, async (work) => {
      let processed = false
      const errors = await work.withCharts('write-values', chartsOptions(context), async () => {
        const releases = work.selected()
        if (releases.length === 0) return []
        processed = true
        for (const release of releases.filter(isWanted)) {
          try {
            await write(context, work, release)
          } catch (error) {
            return [error]
          }
          await work.cleanup(release, 'write-values')
        }
        return []
      })
      return { processed, errors }
    })
  },
}

async function write(context: HelmfileContext, work: StateWork, release: ReleaseSpec): Promise<void> {
  const { flags, log } = context
  const { state } = work
  warnOfNeeds(state, release, log)
  const texts = (await valuesFiles(release, work.source(release))).map(({ path, text }) => ({ path, text }))
  for (const path of moreValues(state, flags.list('values'))) texts.push({ path, text: readFileSync(path, 'utf8') })
  const file = outputFile(outputContext(state), release, flags.string('output-file-template'))
  const absolute = resolve(state.cwd, file)
  mkdirSync(dirname(absolute), { recursive: true })
  log('info', `Writing values file ${file}`)
  const merged = new Map<string, Value>()
  for (const { path, text } of texts) {
    let values: Value
    try {
      values = unmarshalIntoV3(text, anyMap)
    } catch (error) {
      throw new PintleError('values.parse', `unmarshalling yaml ${path}: ${(error as Error).message}`, { cause: error })
    }
    if (values instanceof Map) mergeMaps(merged, values, true)
  }
  writeFileSync(absolute, yamlText(merged))
}
