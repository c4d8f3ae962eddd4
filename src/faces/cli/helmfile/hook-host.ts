import type { HookHost, LoadedState } from '../../../delivery/helmfile/index.ts'
import { PintleError } from '../../../errors/index.ts'
import { versions } from '../versions.ts'
import { kustomizer } from './kustomize.ts'
import type { SharedCharts } from './shared-charts.ts'
import type { HelmfileContext } from './verb.ts'

/** What hooks of a state reach. */
export function hookHost(work: SharedCharts, state: LoadedState): HookHost {
  const { context } = work
  return {
    env: context.env, log: context.log, signal: context.signal,
    render: (text, data) => state.access.renderTemplate(text, data),
    cluster: async () => work.cluster(),
    fetch: (url) => manifestAt(url, context),
    kustomize: (path) => kustomizer.build(path, { images: [], namePrefix: '', nameSuffix: '', namespace: '' }),
  }
}

/** What `kubectl apply -f URL` reads. */
async function manifestAt(url: string, { env, signal }: HelmfileContext): Promise<string> {
  const { HttpClient, shownUrl } = await import('../../../charts/http/index.ts')
  const { status, statusText, body } = await new HttpClient({ env: env as NodeJS.ProcessEnv, userAgent: `Pintle/${versions.pintle}`, maxBody: 64 << 20 }).send({ url, signal })
  if (status !== 200) throw new PintleError('helmfile.hook', `error: unable to read URL ${JSON.stringify(shownUrl(new URL(url)))}, server reported ${status} ${statusText}, status code=${status}`)
  return body.toString()
}
