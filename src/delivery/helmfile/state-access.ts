import type { Value } from '../../language/go/index.ts'
import { marshalPretty } from '../../language/yaml/index.ts'
import type { LoadRun } from './load-run.ts'
import { isRemote, parseRemote } from './remote-source.ts'
import { normalizePath, resolveFiles } from './resolve-files.ts'
import type { StateAccess } from './loaded-state.ts'
import type { ReleaseSpec } from './spec.ts'
import { scopeOf, type State } from './state.ts'
import { folderOf } from './working-folder.ts'
import { because, stateError } from './state-error.ts'
import { releaseData } from './template-data.ts'
import { renderFile } from './environment-values.ts'

/** What is reached of a state, by way of the run that loaded it. */
export function stateAccess(run: LoadRun, state: State): StateAccess {
  const scope = scopeOf(state)
  const { folder, basePath } = state
  const dataFor = (release: ReleaseSpec, values = state.renderedValues): Value => releaseData(state.env, release, values, { kubeContext: state.spec.kubeContext, namespace: state.spec.namespace, chart: state.spec.chart })
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
    renderFile: async (release, path, values) => await renderFile(run, scope, path, dataFor(release, values)),
    renderText: async (release, path, text, values) => {
      try {
        return await run.renderer.render(folder, folderOf(path), text, dataFor(release, values))
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
