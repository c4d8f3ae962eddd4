import { readFile } from 'node:fs/promises'
import { dirname, basename, resolve } from 'node:path'
import type { Value } from '../../language/go/index.ts'
import { unmarshalV3 } from '../../language/yaml/index.ts'
import { fillStruct } from './decode-spec.ts'
import type { LoadOptions, VisitState } from './load-options.ts'
import type { LoadedState } from './loaded-state.ts'
import { stateSpec } from './schema.ts'
import type { ReleaseSetSpec } from './spec.ts'

/** Loads every state file that `options` lead to, in the order in which helmfile visits them. */
export async function loadHelmfiles(options: LoadOptions): Promise<LoadedState[]> {
  const states: LoadedState[] = []
  await visitHelmfiles(options, async (state) => {
    states.push(state)
    return { processed: state.releases.length > 0, errors: [] }
  })
  return states
}

/** Loads one state after another and lets `visit` work on each before the next is loaded, as helmfile's commands do. */
export async function visitHelmfiles(options: LoadOptions, visit: VisitState): Promise<void> {
  const path = resolve(options.cwd, options.file ?? 'helmfile.yaml')
  const spec = fillStruct<ReleaseSetSpec>(unmarshalV3(await readFile(path, 'utf8')), stateSpec)
  for (const release of spec.releases) {
    for (const [key, value] of spec.commonLabels) if (!release.labels.has(key)) release.labels.set(key, value)
    release.labels.set('name', release.name).set('namespace', release.namespace).set('chart', release.chart.slice(release.chart.lastIndexOf('/') + 1))
    if (release.kubeContext === '') release.kubeContext = spec.helmDefaults.kubeContext
  }
  const { errors } = await visit({
    cwd: dirname(path), basePath: '.', file: basename(path), spec,
    environment: { name: options.environment ?? 'default', kubeContext: '', values: new Map<string, Value>(), defaults: new Map<string, Value>(), cliOverrides: new Map<string, Value>() },
    renderedValues: new Map<string, Value>(), releases: spec.releases, allReleases: [...spec.releases], originalReleases: [...spec.releases], selectors: options.selectors ?? [],
  })
  if (errors.length > 0) throw errors[0]
}
