import { isAbsolute } from 'node:path'
import { mergeMaps } from '../../language/sprig/index.ts'
import { placeOf, loadEnvironmentValues } from './environment-values.ts'
import { mergeEnvironments, mergedValues, newEnvironment } from './environment.ts'
import { environmentOf } from './environment-of-state.ts'
import type { Inherited } from './inherit-config.ts'
import { mergeInherited, warnUninheritedRepositories } from './inherit-config.ts'
import type { LoadRun } from './load-run.ts'
import { mergeEnvironmentSpecs } from './merge-environments.ts'
import { mergeStruct } from './merge-spec.ts'
import { renderOldPart } from './old-style.ts'
import { isUnreadable, parseState, type TextOrigin } from './parse-state.ts'
import { policyFault } from './policy.ts'
import { isRemote } from './remote-source.ts'
import { expandPaths } from './resolve-files.ts'
import { stateSpec, type StateField } from './schema.ts'
import type { Environment, SubHelmfileSpec } from './spec.ts'
import { scopeOf, type State } from './state.ts'
import { because, isUndefinedEnvironment, stateError, undefinedEnvironment } from './state-error.ts'
import { environmentData } from './template-data.ts'
import { baseOf, folderOf, joinPath, type WorkingFolder } from './working-folder.ts'

/** How a file is loaded: the fields of LoadOpts in pkg/app/load_opts.go that matter for it. */
export interface FileOptions {
  readonly selectors: readonly string[]
  /** Files and maps that override the environment's values: of --state-values-file, or `values` of a sub-helmfile. */
  readonly overrideValues: readonly import('../../language/go/index.ts').Value[]
  /** Of --state-values-set. */
  readonly overrideSets: readonly import('../../language/go/index.ts').Value[]
  /** The file that the overriding files are named in. */
  readonly calleePath: string
  readonly inherited?: Inherited
  readonly parentRepositories?: readonly string[]
}

/** Fields that the parts of a file share: all but the two of HelmState itself. */
const setFields: readonly StateField[] = stateSpec.fields.filter((field) => field.name !== 'filepath' && field.name !== 'renderedvalues')

/**
 * Loads one state file with its parts, bases and environment. Upstream: desiredStateLoader.Load in pkg/app/desired_state_file_loader.go.
 * @param file as helmfile names it, seen from `folder`
 * @param baseDir where the file lies when the process is not there; '' otherwise
 */
export async function loadState(run: LoadRun, folder: WorkingFolder, file: string, baseDir: string, options: FileOptions): Promise<State> {
  const override = await overridingEnvironment(run, folder, options)
  const path = baseDir !== '' && !isAbsolute(file) ? joinPath(baseDir, file) : file
  const state = await loadFile(run, { folder, baseDir: folderOf(path), file: baseOf(path), isBase: false }, options.inherited?.environment, override)
  if (options.inherited !== undefined) mergeInherited(state.spec, options.inherited)
  warnUninheritedRepositories(run, state.spec, options.parentRepositories ?? [])
  if (run.options.reverse === true) {
    state.spec.releases.reverse()
    state.spec.helmfiles.reverse()
  }
  const { kubeContext = '', namespace = '', chart = '' } = run.options
  const { spec } = state
  if (kubeContext !== '') {
    if (spec.kubeContext !== '') throw stateError('err: Cannot use option --kube-context and set attribute kubeContext.')
    spec.kubeContext = kubeContext
    spec.helmDefaults.kubeContext = kubeContext
  }
  if (namespace !== '') {
    if (spec.namespace !== '') throw stateError('err: Cannot use option --namespace and set attribute namespace.')
    spec.namespace = namespace
  }
  if (chart !== '') {
    if (spec.chart !== '') throw stateError('err: Cannot use option --chart and set attribute chart.')
    spec.chart = chart
  }
  return state
}

async function overridingEnvironment(run: LoadRun, folder: WorkingFolder, options: FileOptions): Promise<Environment | undefined> {
  const { overrideValues, overrideSets, calleePath } = options
  if (overrideValues.length === 0 && overrideSets.length === 0) return undefined
  const name = run.environment
  const scope = { folder, basePath: folderOf(calleePath), file: calleePath }
  const load = async (entries: FileOptions['overrideValues']) => await loadEnvironmentValues(run, scope, entries, { missingFileHandler: 'Error', environment: newEnvironment(name), name, mergeStrategy: '' })
  return { ...newEnvironment(name), values: await load(overrideValues), cliOverrides: await load(overrideSets) }
}

interface FileInput {
  readonly folder: WorkingFolder
  readonly baseDir: string
  readonly file: string
  readonly isBase: boolean
}

async function loadFile(run: LoadRun, { folder, baseDir, file, isBase }: FileInput, inherited: Environment | undefined, override: Environment | undefined): Promise<State> {
  const path = isAbsolute(file) ? file : joinPath(baseDir, file)
  const text = path === '-' ? await readStdin(run) : folder.readText(path)
  const state = await loadParts(run, { folder, baseDir, file: path, isBase }, text.replaceAll('\r\n', '\n'), inherited, override)
  for (const [i, { path: sub }] of state.spec.helmfiles.entries()) {
    if (sub === path) throw stateError(`${path} contains a recursion into the same sub-helmfile at helmfiles[${i}]`)
    if (sub === '.') throw stateError(`${path} contains a recursion into the the directory containing this helmfile at helmfiles[${i}]`)
  }
  return state
}

async function readStdin(run: LoadRun): Promise<string> {
  if (run.options.readStdin === undefined) throw stateError('open -: standard input cannot be read here')
  return await run.options.readStdin()
}

/** The parts between lines of `---`: each is rendered with what those before it have set. */
async function loadParts(run: LoadRun, input: FileInput, text: string, inherited: Environment | undefined, override: Environment | undefined): Promise<State> {
  const { file } = input
  const fault = policyFault(file, text)
  if (fault !== undefined && !fault.oldStyle) throw fault.error
  try {
    const state = await loadCheckedParts(run, input, text, inherited, override, fault !== undefined)
    if (fault !== undefined) run.noteOldStyle(file)
    return state
  } catch (error) {
    // What is no old file either breaks the rule.
    if (fault === undefined || isUndefinedEnvironment(error)) throw error
    throw stateError(fault.error.message, { cause: error, hint: `Read as a file of helmfile 0.x, which had no such rule, it fails as well: ${(error as Error).message}` })
  }
}

async function loadCheckedParts(run: LoadRun, input: FileInput, text: string, inherited: Environment | undefined, override: Environment | undefined, oldStyle: boolean): Promise<State> {
  const { folder, file, isBase } = input
  const name = run.environment
  const templated = file.endsWith('.gotmpl') || run.options.env.HELMFILE_RENDER_YAML === 'true'
  const given = inherited !== undefined || override !== undefined
  let env = inherited
  let final: State | undefined
  let before = 0
  for (const [i, part] of text.split('\n---\n').entries()) {
    const origin: TextOrigin = { file: folder.resolve(file), source: text, before }
    before += part.split('\n').length + 1
    const state = await loadPart(run, input, { text: part, id: `${file}.part.${i}`, origin, templated, oldStyle }, env, override)
    if (final === undefined) final = state
    else {
      mergeStruct(final.spec, state.spec, setFields, { override: true, append: false })
      mergeInto(final.env, state.env)
      final.renderedValues = state.renderedValues
    }
    env = final.env
    run.options.onEnvironments?.([...final.spec.environments.keys()])
    if (final.spec.environments.size > 0 && !final.spec.environments.has(env.name) && !isBase && env.name !== 'default') throw undefinedEnvironment(final.filePath, env.name)
  }
  const state = final!
  if (!isBase) {
    state.spec.helmBinary ||= 'helm'
    state.spec.kustomizeBinary ||= 'kustomize'
    if (state.spec.environments.size === 0 && !given && name !== 'default') throw undefinedEnvironment(state.filePath, name)
  }
  for (const { updateStrategy } of state.spec.releases) {
    if (updateStrategy === '' || updateStrategy === 'reinstallIfForbidden') continue
    throw stateError(`failed to read ${state.filePath}: updateStrategy ${JSON.stringify(updateStrategy)} is invalid, valid values are: reinstallIfForbidden or not set`)
  }
  state.originalReleases = [...state.spec.releases]
  return state
}

/** mergo over environments: the later part's values win, null too. */
function mergeInto(env: Environment, later: Environment): void {
  env.name = later.name || env.name
  env.kubeContext = later.kubeContext || env.kubeContext
  mergeMaps(env.values, later.values, true)
  mergeMaps(env.defaults, later.defaults, true)
  mergeMaps(env.cliOverrides, later.cliOverrides, true)
}

interface Part {
  readonly text: string
  readonly id: string
  readonly origin: TextOrigin
  readonly templated: boolean
  /** The file breaks a rule that helmfile 0.x did not have. */
  readonly oldStyle: boolean
}

async function loadPart(run: LoadRun, input: FileInput, part: Part, env: Environment | undefined, override: Environment | undefined): Promise<State> {
  const { text, id, origin, templated, oldStyle } = part
  if (templated && !oldStyle) {
    const rendered = await renderPart(run, input, part, env, override)
    return await parseAndLoad(run, input, rendered, undefined, env, override)
  }
  if (!templated && !(oldStyle && text.includes('{{'))) {
    try {
      return await parseAndLoad(run, input, text, origin, env, override)
    } catch (error) {
      if (!text.includes('{{') || !isUnreadable(error)) throw error
      // What helmfile 1.x cannot read may be a template for 0.x; when it is none, the first error counts.
      let rendered: string
      try {
        rendered = await renderOldPart(run, input.folder, input.baseDir, text, async (first) => await parseAndLoad(run, input, first, undefined, env, override), env, override)
      } catch {
        throw error
      }
      run.noteOldStyle(input.file)
      return await parseAndLoad(run, input, rendered, undefined, env, override)
    }
  }
  let rendered: string
  try {
    rendered = await renderOldPart(run, input.folder, input.baseDir, text, async (first) => await parseAndLoad(run, input, first, undefined, env, override), env, override)
  } catch (error) {
    throw because(`error during ${id} parsing`, error)
  }
  return await parseAndLoad(run, input, rendered, undefined, env, override)
}

async function renderPart(run: LoadRun, input: FileInput, { text, id, origin }: Part, env: Environment | undefined, override: Environment | undefined): Promise<string> {
  const seen = mergeEnvironments(env ?? (override === undefined ? newEnvironment(run.environment) : undefined), override)!
  try {
    return await run.renderer.render(input.folder, input.baseDir, text, environmentData(seen, run.options.namespace ?? '', mergedValues(seen)))
  } catch (error) {
    const { place } = placeOf(error, origin.file)
    throw stateError(`error during ${id} parsing: ${(error as Error).message}`, { cause: error, ...(place === undefined ? {} : { place: { ...place, line: place.line + origin.before, source: origin.source } }) })
  }
}

/** Upstream: rawLoad, ParseAndLoad and LoadEnvValues. */
async function parseAndLoad(run: LoadRun, input: FileInput, text: string, origin: TextOrigin | undefined, env: Environment | undefined, override: Environment | undefined): Promise<State> {
  const { folder, baseDir, file, isBase } = input
  const context = mergeEnvironments(env, override)
  let state = parseState({ folder, basePath: baseDir, file, text, ...(origin === undefined ? {} : { origin }) })
  if (isBase) {
    if (state.spec.bases.length > 0) throw stateError('nested `base` helmfile is unsupported. please submit a feature request if you need this!')
  } else state = await withBases(run, state, context)
  try {
    state.env = await environmentOf(run, state, context, undefined)
  } catch (error) {
    throw because(`failed to read ${state.filePath}`, error)
  }
  const defaults = await loadEnvironmentValues(run, scopeOf(state), state.spec.values, { missingFileHandler: undefined, environment: context, name: run.environment, mergeStrategy: '' })
  mergeMaps(state.env.defaults, defaults, true)
  state.filePath = file
  state.renderedValues = mergedValues(state.env)
  state.spec.helmfiles = expandHelmfiles(run, state)
  return state
}

async function withBases(run: LoadRun, state: State, context: Environment | undefined): Promise<State> {
  const layers: State[] = []
  for (const base of state.spec.bases) {
    let file: string
    try {
      file = await run.remote.locate(state.folder, base, 'states')
    } catch (error) {
      throw because('locate', error)
    }
    layers.push(await loadFile(run, { folder: state.folder, baseDir: state.basePath, file, isBase: true }, context, undefined))
  }
  layers.push(state)
  const first = layers[0]!
  for (const layer of layers.slice(1)) {
    const { environments } = first.spec
    mergeEnvironmentSpecs(environments, layer.spec.environments)
    mergeStruct(first.spec, { ...layer.spec, environments: new Map() }, stateSpec.fields, { override: true, append: true })
    first.spec.environments = environments
  }
  first.filePath = state.filePath
  return first
}

/** Patterns of sub-helmfiles, as the files they match. */
function expandHelmfiles(run: LoadRun, state: State): SubHelmfileSpec[] {
  const out: SubHelmfileSpec[] = []
  for (const helmfile of state.spec.helmfiles) {
    if (isRemote(helmfile.path)) {
      out.push(helmfile)
      continue
    }
    const matches = expandPaths(scopeOf(state), helmfile.path)
    for (const path of matches) out.push({ ...helmfile, path })
    if (matches.length > 0) continue
    const message = `no matches for path: ${helmfile.path}`
    if ((state.spec.missingFileHandler ?? 'Error') === 'Error') throw stateError(message)
    run.log('warn', message)
  }
  return out
}
