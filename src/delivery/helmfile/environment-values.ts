import { sprintf, typeOf, type Value } from '../../language/go/index.ts'
import { mergeMaps } from '../../language/sprig/index.ts'
import { anyMap, unmarshalIntoV3 } from '../../language/yaml/index.ts'
import { mergedValues, newEnvironment } from './environment.ts'
import type { LoadRun } from './load-run.ts'
import { resolveFiles, type FileScope } from './resolve-files.ts'
import type { Environment } from './spec.ts'
import { because, stateError } from './state-error.ts'
import { environmentData } from './template-data.ts'
import { copyValues, mergeValues, stringKeys, type Values } from './values-merge.ts'
import { folderOf } from './working-folder.ts'

/** Decrypted files by path, which are in memory only. */
export type MemoryFiles = ReadonlyMap<string, string>

export interface EnvironmentValuesOptions {
  readonly missingFileHandler: string | undefined
  /** Whose values templates of files see. */
  readonly environment: Environment | undefined
  readonly name: string
  /** '', override or fallback. */
  readonly mergeStrategy: string
  readonly memory?: MemoryFiles
}

/**
 * Loads values files and maps, one after the other: later ones win, or with `fallback` earlier ones. HCL files come last, all together. Upstream: LoadEnvironmentValues in
 * pkg/state/envvals_loader.go.
 */
export async function loadEnvironmentValues(run: LoadRun, scope: FileScope, entries: readonly Value[], options: EnvironmentValuesOptions): Promise<Values> {
  const { mergeStrategy, name } = options
  if (mergeStrategy !== '' && mergeStrategy !== 'override' && mergeStrategy !== 'fallback') {
    throw stateError(`environment ${JSON.stringify(name)}: invalid mergeStrategy ${JSON.stringify(mergeStrategy)} (must be "override" or "fallback")`)
  }
  const fallback = mergeStrategy === 'fallback'
  let result: Values = new Map()
  const hcl: { readonly path: string; readonly text: string }[] = []
  const add = (values: Values): void => {
    const copy = stringKeys(values)
    if (fallback) result = mergeValues(copy, result)
    else mergeMaps(result, copy, true)
  }
  for (const entry of entries) {
    if (entry instanceof Map) {
      add(entry)
      continue
    }
    if (typeof entry !== 'string') throw stateError(sprintf('unexpected type of value: value=%v, type=%s', [entry, entry === null ? '<nil>' : typeOf(entry)]))
    const inMemory = options.memory?.get(entry)
    const files = inMemory !== undefined ? [entry] : await resolveFiles(run, scope, 'environment values', entry, { missingFileHandler: options.missingFileHandler })
    for (const file of files ?? []) {
      if (file.endsWith('.hcl')) {
        hcl.push({ path: file, text: inMemory ?? scope.folder.readText(file) })
        continue
      }
      const environment = options.environment ?? newEnvironment(name)
      let values = mergedValues(environment)
      if (fallback && result.size > 0) {
        // Without override mergo leaves out what is null.
        const seen: Values = new Map()
        mergeMaps(seen, copyValues(result), false)
        mergeMaps(seen, values, true)
        values = seen
      }
      add(await fileValues(run, scope, file, environment, values))
    }
  }
  if (hcl.length > 0) {
    const { hclValues } = await import('./hcl/hcl-values.ts')
    add(await hclValues(hcl))
  }
  return result
}

async function fileValues(run: LoadRun, scope: FileScope, file: string, environment: Environment, values: Values): Promise<Values> {
  let text: string
  try {
    text = await renderFile(run, scope, file, environmentData(environment, '', values))
  } catch (error) {
    throw because(`failed to load environment values file "${file}"`, error)
  }
  try {
    return (unmarshalIntoV3(text, anyMap) as Values | null) ?? new Map()
  } catch (error) {
    throw stateError(`failed to load environment values file "${file}": ${(error as Error).message}\n\nOffending YAML:\n${text}`, { cause: error })
  }
}

/** RenderToBytes: a file's text, as a template when its name ends in .gotmpl. Helper templates and paths are those of its own folder. */
export async function renderFile(run: LoadRun, scope: FileScope, file: string, data: Value, basePath = folderOf(file)): Promise<string> {
  if (file.split('.').at(-1) !== 'gotmpl') {
    try {
      return scope.folder.readText(file)
    } catch (error) {
      throw because(`failed to load [${file}]`, error)
    }
  }
  let text: string
  try {
    text = scope.folder.readText(file)
    return await run.renderer.render(scope.folder, basePath, text, data)
  } catch (error) {
    throw stateError(`failed to render [${file}], because of ${(error as Error).message}`, { cause: error, ...placeOf(error, scope.folder.resolve(file)) })
  }
}

/** A template's error knows its place in the text; here it learns the file. */
export function placeOf(error: unknown, file: string): { place?: { file: string; line: number; column?: number; source?: string } } {
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    const place = (e as { place?: { file: string; line?: number; column?: number; source?: string } }).place
    if (place?.file === 'stringTemplate' && place.line !== undefined) {
      return { place: { file, line: place.line, ...(place.column === undefined ? {} : { column: place.column }), ...(place.source === undefined ? {} : { source: place.source }) } }
    }
  }
  return {}
}
