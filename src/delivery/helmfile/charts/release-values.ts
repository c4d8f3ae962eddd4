import { formatValue, jsonMarshal, sprintf, type Value } from '../../../language/go/index.ts'
import { marshalPretty, unmarshalV3 } from '../../../language/yaml/index.ts'
import { PintleError } from '../../../errors/index.ts'
import type { MissingFileHandlerConfig, ReleaseSpec, SetValue } from '../spec.ts'

/** A values file that exists in memory only. */
export interface ValuesFile {
  /** A path that nothing is at; Helm's errors name it. */
  readonly path: string
  readonly text: string
}

/** What a release's values are read with. */
export interface ValuesSource {
  readonly stateFile: string
  /** The path of a file relative to the state's folder; URLs and absolute paths are left alone. */
  normalize(path: string): string
  /**
   * The one file that a path or pattern names, after remote ones were fetched.
   * @returns undefined when it is missing and `handler` does not mind
   */
  resolve(kind: 'values' | 'secrets', path: string, handler: string | undefined, config: MissingFileHandlerConfig | undefined): Promise<string | undefined>
  /** A file's text; of a .gotmpl what it renders to for the release. */
  render(path: string): Promise<string>
  /** A value with every `ref+...` in it resolved. */
  expand(value: Value): Promise<Value>
  /** The text of an encrypted file, in memory. */
  decrypt(path: string): Promise<string>
  /** The text of an encrypted map that stands in the state itself. */
  decryptInline(value: Value): Promise<string>
  /** Renders a text for the release; `path` is for messages. */
  renderText(path: string, text: string): Promise<string>
  /** Where a values file of the release shall seem to lie. */
  newPath(release: ReleaseSpec): string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly defaults: { readonly missingFileHandler: string | undefined; readonly missingFileHandlerConfig: MissingFileHandlerConfig | undefined }
}

export interface ReleaseValues {
  /** --namespace, --values, --set... */
  readonly argv: readonly string[]
  readonly files: readonly ValuesFile[]
}

/**
 * The values of a release: files in memory, and the flags that name them.
 * Order: `values`, `secrets`, `set`, `setString`, `env`.
 * Source: namespaceAndValuesFlags in pkg/state/state.go.
 * @throws PintleError with helmfile's text
 */
export async function releaseValues(release: ReleaseSpec, source: ValuesSource): Promise<ReleaseValues> {
  const files = await valuesFiles(release, source)
  const failing = (what: string, error: unknown): never => {
    throw new PintleError('values.parse', `Failed to render ${what} value entry in ${source.stateFile} for release ${release.name}: ${(error as Error).message}`, { cause: error })
  }
  return {
    files,
    argv: [
      ...(release.namespace === '' ? [] : ['--namespace', release.namespace]),
      ...files.flatMap((file) => ['--values', file.path]),
      ...await setFlags(release.set, source).catch((error: unknown) => failing('set', error)),
      ...await setStringFlags(release.setString, source).catch((error: unknown) => failing('set string', error)),
      ...environmentFlags(release.env, source.env),
    ],
  }
}

/** `values` and `secrets` as files. Source: generateValuesFiles. */
export async function valuesFiles(release: ReleaseSpec, source: ValuesSource): Promise<ValuesFile[]> {
  const entries = release.values.map((entry): Value => (typeof entry === 'string' ? source.normalize(release.valuesPathPrefix + entry) : entry))
  const expanded = await source.expand(entries) as Value[]
  return [...await filesOf(release, expanded, source), ...await secretFiles(release, source)]
}

/**
 * Entries of a list of values or patches as files: maps as YAML, paths as what the files hold.
 * Source: generateTemporaryReleaseValuesFilesCore.
 */
export async function filesOf(release: ReleaseSpec, entries: readonly Value[], source: Pick<ValuesSource, 'defaults' | 'expand' | 'newPath' | 'render' | 'resolve'>): Promise<ValuesFile[]> {
  const files: ValuesFile[] = []
  for (const entry of entries) {
    if (typeof entry === 'string') {
      const path = await source.resolve('values', entry, release.missingFileHandler ?? source.defaults.missingFileHandler, release.missingFileHandlerConfig ?? source.defaults.missingFileHandlerConfig)
      if (path === undefined) continue
      const text = await rendered(() => source.render(path), entry, source)
      files.push({ path: source.newPath(release), text })
    } else if (entry instanceof Map) {
      files.push({ path: source.newPath(release), text: yamlText(entry) })
    } else {
      throw new PintleError('values.parse', `unexpected type of value: ${sprintf('value=%v, type=%T', [entry, entry])}`)
    }
  }
  return files
}

/** `secrets`: decrypted in memory, then as `values`. Source: generateSecretValuesFiles. */
async function secretFiles(release: ReleaseSpec, source: ValuesSource): Promise<ValuesFile[]> {
  const files: ValuesFile[] = []
  for (const entry of release.secrets) {
    if (typeof entry !== 'string') {
      files.push({ path: source.newPath(release), text: await withReferences(await source.decryptInline(entry), source) })
      continue
    }
    const path = await source.resolve('secrets', release.valuesPathPrefix + entry, release.missingFileHandler, source.defaults.missingFileHandlerConfig)
    if (path === undefined) continue
    const plain = await source.decrypt(path)
    const text = await rendered(() => (path.endsWith('.gotmpl') ? source.renderText(path, plain) : Promise.resolve(plain)), path, source)
    files.push({ path: source.newPath(release), text })
  }
  return files
}

async function rendered(render: () => Promise<string>, entry: string, source: Pick<ValuesSource, 'expand'>): Promise<string> {
  try {
    return await withReferences(await render(), source)
  } catch (error) {
    throw new PintleError('values.parse', `failed to render values files ${JSON.stringify(entry)}: ${(error as Error).message}`, { cause: error })
  }
}

/** A text that mentions references is read, resolved and written anew. Source: renderValuesFileToBytesWithData. */
async function withReferences(text: string, source: Pick<ValuesSource, 'expand'>): Promise<string> {
  return text.includes('ref+') ? yamlText(await source.expand(unmarshalV3(text))) : text
}

/** As helmfile's encoder writes it. */
export const yamlText = (value: Value): string => `${marshalPretty(value).replace(/\n$/, '')}\n`

/** Source: setFlags. */
export async function setFlags(values: readonly SetValue[], source: Pick<ValuesSource, 'expand' | 'normalize'>): Promise<string[]> {
  const flags: string[] = []
  for (const set of values) {
    if (set.value === '' && set.file !== '') flags.push('--set-file', `${escaped(set.name)}=${source.normalize(set.file)}`)
    else flags.push(...await pair('--set', set, source))
  }
  return flags
}

/** Source: setStringFlags. */
async function setStringFlags(values: readonly SetValue[], source: Pick<ValuesSource, 'expand'>): Promise<string[]> {
  const flags: string[] = []
  for (const set of values) flags.push(...await pair('--set-string', set, source))
  return flags
}

async function pair(flag: string, set: SetValue, source: Pick<ValuesSource, 'expand'>): Promise<string[]> {
  if (set.value !== '') return [flag, `${escaped(set.name)}=${escaped(formatValue((await source.expand([set.value]) as Value[])[0]!))}`]
  if (set.values.length === 0) return []
  const items: string[] = []
  for (const value of set.values) items.push(typeof value === 'string' ? formatValue((await source.expand([value]) as Value[])[0]!) : jsonMarshal(value))
  return [flag, `${escaped(set.name)}={${items.map(escaped).join(',')}}`]
}

/** Source: escape in pkg/state/state.go. */
const escaped = (text: string): string => text.replace(/[{},]/g, '\\$&')

/** `env`: names of variables, all of which must be there. */
function environmentFlags(values: readonly SetValue[], env: Readonly<Record<string, string | undefined>>): string[] {
  if (values.length === 0) return []
  const missing = values.filter((set) => env[set.value] === undefined)
  if (missing.length > 0) {
    throw new PintleError('values.parse', `Environment Variables not found. Please make sure they are set and try again:\n${missing.map((set) => `\t${set.value}`).join('\n')}`)
  }
  return ['--set', values.map((set) => `${escaped(set.name)}=${escaped(env[set.value]!)}`).join(',')]
}
