import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { deduplicated, outputFile, selectReleases, valuesFiles, valuesSource, visitHelmfiles, type LoadedState } from '../../../delivery/helmfile/index.ts'
import { PintleError } from '../../../errors/index.ts'
import { nodeHost } from '../../../charts/render/index.ts'
import type { Value } from '../../../language/go/index.ts'
import { mergeMaps } from '../../../language/sprig/index.ts'
import { Execution, TemplateSet } from '../../../language/template/index.ts'
import { anyMap, marshalPretty, unmarshalIntoV3 } from '../../../language/yaml/index.ts'
import type { HelmfileContext, HelmfileVerb } from '../helmfile/verb.ts'

export const helmfileWriteValues: HelmfileVerb = {
  use: 'write-values [flags]',
  long: 'Writes the merged values of every release to a file: what Helm would be given. Decrypted secrets are in it.',
  flags: [
    { name: 'concurrency', type: 'int', default: 0, usage: 'accepted and not used' },
    { name: 'set', type: 'stringArray', usage: 'accepted and not used, as in helmfile' },
    { name: 'values', type: 'stringArray', usage: 'values files to add' },
    { name: 'output-file-template', type: 'string', usage: 'Go template of the path; default {{ .State.BaseName }}-{{ .State.AbsPathSHA1 }}/{{ .Release.Name }}.yaml' },
  ],
  async run(context) {
    await visitHelmfiles(context.load, async (state) => {
      const selected = selectReleases(state.releases, state)
      deduplicated(state.releases, selected)
      for (const release of selected) if (release.installed ?? true) await writeValues(context, state, release)
      return { processed: selected.length > 0, errors: [] }
    })
  },
}

/** Source: WriteReleasesValues in pkg/state/state.go. */
async function writeValues({ flags, log, env }: HelmfileContext, state: LoadedState, release: LoadedState['releases'][number]): Promise<void> {
  const additional = flags.list('values')
  const files = await valuesFiles(release, valuesSource(state, release, env))
  for (const path of additional) {
    if (statSync(resolve(state.cwd, path), { throwIfNoEntry: false }) === undefined) throw new PintleError('values.parse', `stat ${resolve(state.cwd, path)}: no such file or directory`)
  }
  const path = outputFile({
    stateFile: state.file, workingDirectory: state.cwd, environment: state.environment, values: state.environment.values,
    run: (name, text, data) => {
      const set = new TemplateSet(name)
      set.parse(name, text)
      return new Execution(set, { host: nodeHost() }).execute(name, data)
    },
  }, release, flags.string('output-file-template'))
  log('info', `Writing values file ${path}`)
  const merged = new Map<string, Value>()
  for (const { path: name, text } of [...files, ...additional.map((one) => ({ path: one, text: state.access.readText(one) }))]) {
    let values: Value
    try {
      values = unmarshalIntoV3(text, anyMap)
    } catch (error) {
      throw new PintleError('values.parse', `unmarshalling yaml ${name}: ${(error as Error).message}`, { cause: error })
    }
    if (values instanceof Map) mergeMaps(merged, values, true)
  }
  const target = resolve(state.cwd, path)
  try {
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, marshalPretty(merged))
  } catch (error) {
    throw new PintleError('file.write', `writing values file ${path}: ${(error as Error).message}`, { cause: error })
  }
}
