import { posix, resolve } from 'node:path'
import { build, buildKustomizeChart, overlaid, type BuiltResource } from '../../../delivery/kustomize/index.ts'
import type { Kustomizer } from '../../../delivery/helmfile/index.ts'
import { KustomizeRemote } from '../kustomize/remote.ts'

/** Kustomizations of helmfile's releases and hooks: built in this process, those on the network fetched. */
export const kustomizer: Kustomizer = {
  build: (folder, values) => fetching(async (remote) => text(await buildKustomizeChart(resolve(folder), values, { remote }))),
  buildFiles: (files) => fetching(async (remote) => {
    const root = '/helmfile-chart'
    return text(await build(root, { remote, files: overlaid(new Map([...files].map(([path, content]) => [posix.join(root, path), content]))) }))
  }),
}

const text = (built: readonly BuiltResource[]): string => built.map((resource) => resource.yaml).join('---\n')

async function fetching<T>(run: (remote: KustomizeRemote) => Promise<T>): Promise<T> {
  const remote = new KustomizeRemote()
  try {
    return await run(remote)
  } finally {
    await remote.close()
  }
}
