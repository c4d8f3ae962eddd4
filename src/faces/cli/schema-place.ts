import { valueLayers, type Chart } from '../../charts/chart/index.ts'
import { PintleError } from '../../errors/index.ts'
import type { CommandContext } from './command.ts'
import { layerSources } from './commands/explain.ts'

/** Adds to a schema error where the first offending value was set: the file with its line, or the flag. */
export async function withSchemaPlace(context: Pick<CommandContext, 'flags' | 'signal'>, chart: Chart, error: PintleError): Promise<PintleError> {
  const violations = (error.details?.violations ?? []) as { keys: string[] }[]
  const sources = await layerSources(context)
  for (const { keys } of violations) {
    const layer = valueLayers(chart, keys, sources).at(-1)
    if (!layer) continue
    const source = layer.file === undefined || layer.line === undefined ? undefined : sources.texts?.get(layer.file)
    return new PintleError(error.code, error.message, {
      cause: error, ...(error.details ? { details: error.details } : {}),
      ...(layer.file === undefined
        ? { hint: `${keys.join('.')} was set by ${layer.source}` }
        : { place: { file: layer.file, ...(layer.line ? { line: layer.line } : {}), ...(layer.column ? { column: layer.column } : {}), ...(source === undefined ? {} : { source }) }, hint: `${keys.join('.')} is set there; \`pintle explain ${keys.join('.')} CHART\` shows all its layers.` }),
    })
  }
  return error
}
