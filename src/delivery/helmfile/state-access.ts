import type { Value } from '../../language/go/index.ts'
import { marshalPretty } from '../../language/yaml/index.ts'
import type { LoadRun } from './load-run.ts'
import { isRemote, parseRemote } from './remote-source.ts'
import { normalizePath, resolveFiles } from './resolve-files.ts'
import type { MissingFileHandlerConfig, ReleaseSpec } from './spec.ts'
import { scopeOf, type State } from './state.ts'
import { folderOf } from './working-folder.ts'
import { because, stateError } from './state-error.ts'
import { releaseData } from './template-data.ts'
import { renderFile } from './environment-values.ts'

/** What whoever works on a state needs of its files, templates and secrets. Paths are as helmfile writes them, seen from the state's `cwd`. */
export interface StateAccess {
  /** A path relative to the state's folder; URLs and absolute paths are left alone. */
  normalize(path: string): string
  /**
   * The one file that a path, pattern or URL names.
   * @returns undefined when it is missing and `handler` does not mind
   */
  resolve(kind: 'values' | 'secrets', path: string, handler: string | undefined, config: MissingFileHandlerConfig | undefined): Promise<string | undefined>
  readText(path: string): string
  /** The text of a values file for a release, rendered when it is a .gotmpl. */
  renderFile(release: ReleaseSpec, path: string): Promise<string>
  /** Renders a text as the file `path` for a release. */
  renderText(release: ReleaseSpec, path: string, text: string): Promise<string>
  /** Renders a template in the state's folder, with helmfile's functions. */
  renderTemplate(text: string, data: Value): Promise<string>
  /** A value with every reference in it resolved. */
  expand(value: Value): Promise<Value>
  /** The text of an encrypted file, in memory. */
  decrypt(path: string): Promise<string>
  /** The text of an encrypted map that stands in the state itself. */
  decryptInline(value: Value): Promise<string>
  /** An error with words before it; its place stays. */
  because(prefix: string, error: unknown): Error
  isRemote(reference: string): boolean
  /** Why a reference is not one of go-getter: `parse url: missing scheme - ...`. @throws Error */
  checkRemote(reference: string): void
  /** Fetches a go-getter URL into the part of the cache that `kind` names. @returns the path of what it leads to */
  fetch(reference: string, kind: string): Promise<string>
}

export function stateAccess(run: LoadRun, state: State): StateAccess {
  const scope = scopeOf(state)
  const { folder, basePath } = state
  const dataFor = (release: ReleaseSpec): Value => releaseData(state.env, release, state.renderedValues, { kubeContext: state.spec.kubeContext, namespace: state.spec.namespace, chart: state.spec.chart })
  return {
    normalize: (path) => normalizePath(basePath, path),
    resolve: async (kind, path, handler, config) => {
      const files = await resolveFiles(run, scope, kind, path, { missingFileHandler: handler, ignoreMissingGitBranch: config?.ignoreMissingGitBranch === true })
      if (files !== undefined && files.length > 1) {
        throw stateError(`glob patterns in release ${kind === 'values' ? 'values and secrets' : 'secret file'} is not supported yet. please submit a feature request if necessary`)
      }
      return files?.[0]
    },
    readText: (path) => folder.readText(path),
    renderFile: async (release, path) => await renderFile(run, scope, path, dataFor(release)),
    renderText: async (release, path, text) => {
      try {
        return await run.renderer.render(folder, folderOf(path), text, dataFor(release))
      } catch (error) {
        throw because(`failed to render [${path}], because of`, error)
      }
    },
    renderTemplate: async (text, data) => await run.renderer.render(folder, basePath, text, data),
    expand: async (value) => await run.expand(value),
    decrypt: async (path) => await run.decrypt(folder, path),
    decryptInline: async (value) => await run.decryptText(marshalPretty(value), state.filePath),
    because,
    isRemote,
    checkRemote: (reference) => {
      parseRemote(reference)
    },
    fetch: async (reference, kind) => await run.remote.fetch(folder, reference, kind),
  }
}
