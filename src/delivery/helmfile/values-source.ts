import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { ValuesSource } from './charts/release-values.ts'
import type { LoadedState } from './loaded-state.ts'
import type { ReleaseSpec } from './spec.ts'

/** What the values of a release of a state are read with. Paths that values files seem to lie at are ones that nothing is at. */
export function valuesSource(state: LoadedState, release: ReleaseSpec, env: ValuesSource['env']): ValuesSource {
  const { access, spec } = state
  const folder = join('/', 'dev', 'null', 'pintle', randomUUID())
  let count = 0
  return {
    stateFile: state.file,
    env,
    defaults: { missingFileHandler: spec.missingFileHandler, missingFileHandlerConfig: spec.missingFileHandlerConfig },
    normalize: access.normalize,
    resolve: access.resolve,
    render: async (path) => await access.renderFile(release, path),
    renderText: async (path, text) => await access.renderText(release, path, text),
    expand: access.expand,
    decrypt: access.decrypt,
    decryptInline: access.decryptInline,
    newPath: ({ name }) => join(folder, `${name}-values-${count++}`),
  }
}
