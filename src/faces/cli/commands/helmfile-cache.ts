import { readdirSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { remoteCacheFolder } from '../../../delivery/helmfile/index.ts'
import type { HelmfileVerb } from '../helmfile/verb.ts'

export const helmfileCacheInfo: HelmfileVerb = {
  use: 'cache info [flags]',
  long: 'Prints the folder in which files fetched from URLs are kept, and what is in it.',
  flags: [],
  async run({ out, env, cwd }) {
    const folder = remoteCacheFolder(env)
    out.line(`Cache directory: ${folder}`)
    for (const name of namesIn(resolve(cwd, folder))) out.line(`- ${name}`)
  },
}

export const helmfileCacheCleanup: HelmfileVerb = {
  use: 'cache cleanup [flags]',
  long: 'Removes what is kept of files fetched from URLs.',
  flags: [],
  async run({ out, env, cwd }) {
    const folder = remoteCacheFolder(env)
    const at = resolve(cwd, folder)
    if (statSync(at, { throwIfNoEntry: false })?.isDirectory() !== true) return
    out.line(`Cleaning up cache directory: ${folder}`)
    for (const name of namesIn(at)) {
      out.line(`- ${name}`)
      rmSync(join(at, name), { recursive: true, force: true })
    }
  },
}

function namesIn(folder: string): string[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return []
  return readdirSync(folder).sort()
}
