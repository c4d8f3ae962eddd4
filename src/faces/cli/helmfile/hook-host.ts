import type { HookHost, LoadedState } from '../../../delivery/helmfile/index.ts'
import { kustomizer } from './kustomize.ts'
import type { SharedCharts } from './shared-charts.ts'

/** What hooks of a state reach. */
export function hookHost(work: SharedCharts, state: LoadedState): HookHost {
  const { context } = work
  return {
    env: context.env, log: context.log, signal: context.signal,
    render: (text, data) => state.access.renderTemplate(text, data),
    cluster: async () => work.cluster(),
    kustomize: (path) => kustomizer.build(path, { images: [], namePrefix: '', nameSuffix: '', namespace: '' }),
  }
}
