import { join } from 'node:path'
import { mergedValues, visitHelmfiles, type LoadedState } from '../../../delivery/helmfile/index.ts'
import { isPintleError, PintleError } from '../../../errors/index.ts'
import { jsonMarshalIndent, type Value } from '../../../language/go/index.ts'
import { marshalPretty } from '../../../language/yaml/index.ts'
import type { HelmfileVerb } from '../helmfile/verb.ts'

export const helmfilePrintEnv: HelmfileVerb = {
  use: 'print-env [flags]',
  long: 'Prints the environment of every state file with its merged values, decrypted secrets among them.',
  flags: [{ name: 'output', type: 'string', default: 'yaml', usage: 'yaml or json' }],
  async run({ flags, out, load }) {
    const output = flags.string('output')
    let first = true
    if (output === 'json') out.line('[')
    let failed: unknown
    try {
      await visitHelmfiles({ ...load, filter: false }, async (state) => {
        const value = environmentOf(state)
        if (output === 'json') out.write(`${first ? '' : ',\n'}  ${jsonMarshalIndent(value, '  ', '  ')}`)
        else if (output === 'yaml' || output === '') out.write(`${first ? '' : '---\n'}${marshalPretty(value)}`)
        else throw new PintleError('usage', `unsupported output format: ${output} (supported: yaml, json)`)
        first = false
        return { processed: false, errors: [] }
      })
    } catch (error) {
      failed = error
    }
    if (output === 'json') out.write('\n]\n')
    // An environment is printed whether or not anything is released in it.
    if (failed !== undefined && !isPintleError(failed, 'helmfile.noMatch')) throw failed
  },
}

function environmentOf(state: LoadedState): Value {
  const { environment } = state
  return new Map<string, Value>([
    ['filePath', fullPath(state)], ['name', environment.name], ['values', mergedValues(environment)], ...(environment.kubeContext === '' ? [] : [['kubeContext', environment.kubeContext] as [string, Value]]),
  ])
}

/** FullFilePath of pkg/state/state.go. */
export function fullPath({ cwd, basePath, file }: LoadedState): string {
  return basePath !== '' && file.startsWith(`${basePath}/`) ? join(cwd, file) : join(cwd, basePath, file)
}
