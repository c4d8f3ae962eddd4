import { join } from 'node:path'
import { checkDuplicates } from './order/duplicates.ts'
import { findStateFiles } from './find-state-files.ts'
import { inheritedFrom } from './inherit-config.ts'
import type { LoadOptions } from './load-options.ts'
import { LoadRun } from './load-run.ts'
import { loadState, type FileOptions } from './load-state.ts'
import type { LoadedState, VisitState } from './loaded-state.ts'
import { withOverrides } from './release-overrides.ts'
import { executeReleaseTemplates } from './release-templates.ts'
import { selectReleases } from './select-releases.ts'
import { selectorsConflict } from './selectors.ts'
import { stateAccess } from './state-access.ts'
import type { State } from './state.ts'
import { because, isUndefinedEnvironment, noMatch, stateError } from './state-error.ts'
import { WorkingFolder, baseOf, folderOf } from './working-folder.ts'

/** How deep sub-helmfiles may nest: a circle over several files ends here. */
const maxDepth = 64

/**
 * Loads every state file that `options` lead to, in the order in which helmfile visits them: sub-helmfiles before the file that names them.
 * @throws PintleError helmfile.state, helmfile.noMatch when nothing is selected anywhere
 */
export async function loadHelmfiles(options: LoadOptions): Promise<LoadedState[]> {
  const states: LoadedState[] = []
  await visitHelmfiles(options, async (state) => {
    states.push(state)
    return { processed: state.releases.length > 0, errors: [] }
  })
  return states
}

/**
 * Loads one state after another and lets `visit` work on each before the next is loaded, as helmfile's commands do (ForEachState). With `filter`, whether a state counts as found is whether
 * releases are left in it.
 * @throws PintleError of loading, the first error of `visit` in the words around it, helmfile.noMatch
 */
export async function visitHelmfiles(options: LoadOptions, visit: VisitState): Promise<void> {
  const run = new LoadRun(options)
  const { selectors = [], stateValuesFiles = [], stateValuesSet = new Map() } = options
  const found = await new Visitor(run, visit).files(new WorkingFolder(options.cwd), options.file ?? '', {
    selectors, calleePath: '', overrideValues: stateValuesFiles, overrideSets: stateValuesSet.size > 0 ? [stateValuesSet] : [],
  }, 0)
  if (!found) throw noMatch(selectors, run.environment)
}

class Visitor {
  readonly #run: LoadRun
  readonly #visit: VisitState
  constructor(run: LoadRun, visit: VisitState) {
    this.#run = run
    this.#visit = visit
  }

  /** @returns whether any release was found in what `path` leads to */
  async files(folder: WorkingFolder, path: string, options: FileOptions, depth: number): Promise<boolean> {
    if (depth > maxDepth) throw stateError(`sub-helmfiles are nested more than ${maxDepth} levels deep`)
    const files = await findStateFiles(this.#run, folder, path)
    // Files of a folder are visited at once by helmfile, each by its absolute path; Pintle takes them one after the other, in their order; the failure of one does not keep the others from being visited, unless they are to be sequential.
    const several = files.length > 1
    let found = false
    const failures: unknown[] = []
    for (const file of files) {
      this.#run.options.signal?.throwIfAborted()
      const inFolder = folder.isFolder(file) && file !== '-'
      const [dir, name] = inFolder ? [file, file] : [folderOf(file), baseOf(file)]
      try {
        const absolute = folder.absolute(dir)
        if (await this.#file(several ? folder : new WorkingFolder(absolute), name, several ? absolute : '', options, depth, absolute)) found = true
      } catch (error) {
        const failure = because(`in ${dir}/${name}`, error)
        if (!several || this.#run.options.sequential === true) throw failure
        failures.push(failure)
      }
    }
    if (failures.length > 0) throw failures[0]
    return found
  }

  async #file(folder: WorkingFolder, name: string, baseDir: string, given: FileOptions, depth: number, absolute: string): Promise<boolean> {
    const run = this.#run
    const options = given.calleePath === '' ? { ...given, calleePath: name } : given
    let state: State
    try {
      state = await loadState(run, folder, name, baseDir, options)
    } catch (error) {
      // A file without the environment counts as not there.
      if (isUndefinedEnvironment(error)) return false
      throw error
    }
    const reverse = run.options.reverse === true
    let found = false
    if (!reverse && await this.#nested(state, absolute, name, options, depth)) found = true
    try {
      await executeReleaseTemplates(run, state)
    } catch (error) {
      throw because(`failed executing release templates in "${name}"`, error)
    }
    if (await this.#converge(state, options.selectors)) found = true
    if (reverse && await this.#nested(state, absolute, name, options, depth)) found = true
    return found
  }

  /** The sub-helmfiles of a state (processNestedHelmfiles). */
  async #nested(state: State, absolute: string, name: string, options: FileOptions, depth: number): Promise<boolean> {
    const run = this.#run
    let found = false
    const parentRepositories = state.spec.repositories.map((repository) => repository.name)
    for (const [i, helmfile] of state.spec.helmfiles.entries()) {
      const { selectors, selectorsInherited, inherits, values, path } = helmfile
      if (selectors !== undefined && !selectorsInherited && selectorsConflict(run.options.selectors ?? [], selectors)) {
        run.log('debug', `skipping subhelmfile ${JSON.stringify(path)}: CLI selectors [${(run.options.selectors ?? []).join(' ')}] conflict with subhelmfile selectors [${selectors.join(' ')}]`)
        continue
      }
      const explicit = run.options.env.HELMFILE_EXPERIMENTAL === 'true' || (run.options.env.HELMFILE_EXPERIMENTAL ?? '').includes('explicit-selector-inheritance')
      try {
        const visited = await this.files(state.folder, path, {
          calleePath: join(absolute, name),
          overrideValues: values,
          overrideSets: [],
          selectors: (selectors === undefined && !explicit) || selectorsInherited ? options.selectors : (selectors ?? []),
          parentRepositories,
          ...(inherits.length > 0 ? { inherited: inheritedFrom(state, inherits) } : {}),
        }, depth + 1)
        if (visited) found = true
      } catch (error) {
        throw because(`in .helmfiles[${i}]`, error)
      }
    }
    return found
  }

  async #converge(state: State, selectors: readonly string[]): Promise<boolean> {
    const { options } = this.#run
    // By now their templates are run: helmfile's list of originals shares its memory with the releases.
    state.originalReleases = [...state.spec.releases]
    const filter = options.filter ?? true
    state.spec.releases = withOverrides(this.#run, state.spec, state.spec.releases, state.originalReleases)
    const all = state.spec.releases
    const selected = filter && selectors.length > 0 ? selectReleases(all, { selectors, renderedValues: state.renderedValues }, options.includeNeeds) : all
    if (filter) checkDuplicates(selected)
    const loaded: LoadedState = {
      cwd: state.folder.path, basePath: state.basePath, file: state.filePath, spec: state.spec, environment: state.env, renderedValues: state.renderedValues,
      releases: [...selected], allReleases: all, originalReleases: state.originalReleases, selectors, access: stateAccess(this.#run, state),
    }
    const { processed, errors } = await this.#visit(loaded)
    if (errors.length > 0) throw errors[0]
    return filter ? loaded.releases.length > 0 : processed
  }
}
