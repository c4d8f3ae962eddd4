import { posix } from 'node:path'
import { build, type BuildOptions, type BuiltResource } from './build.ts'
import { diskFiles, type KustomizeFiles } from './load/file-system.ts'
import { refuse } from './refusal.ts'

/** The name under which a kustomization names the manifests it is given. */
export const standInName = 'manifests.yaml'

/**
 * Builds a kustomization one of whose resources is a text: what a chart rendered. The text stands in for the file that a kustomization
 * names, in memory; whether there is such a file does not matter.
 * @param options file: the name of that file in any folder, or its path from the working directory. Default: manifests.yaml
 * @throws PintleError kustomize.build also where no kustomization names the file
 * @example await buildOver('overlays/prod', rendered, { file: 'base/manifests.yaml' })
 */
export async function buildOver(directory: string, manifests: string, options: BuildOptions & { readonly file?: string } = {}): Promise<BuiltResource[]> {
  const { file = standInName, files = diskFiles, workingDirectory = process.cwd(), ...rest } = options
  const exact = file.includes('/') ? posix.resolve(workingDirectory, file) : undefined
  const standIn = new StandIn(files, (path) => (exact === undefined ? posix.basename(path) === file : path === exact), Buffer.from(manifests))
  const built = await build(directory, { ...rest, files: standIn, workingDirectory })
  if (!standIn.used) refuse(`no kustomization of ${directory} has a resource ${file} for what was rendered`, `Write \`resources: [${posix.basename(file)}]\` in the base; the file need not exist.`)
  return built
}

class StandIn implements KustomizeFiles {
  used = false
  readonly #below: KustomizeFiles
  readonly #is: (path: string) => boolean
  readonly #content: Buffer

  constructor(below: KustomizeFiles, is: (path: string) => boolean, content: Buffer) {
    this.#below = below
    this.#is = is
    this.#content = content
  }

  async realPath(path: string): Promise<string> {
    return this.#is(path) ? posix.join(await this.#below.realPath(posix.dirname(path)), posix.basename(path)) : this.#below.realPath(path)
  }

  async isDirectory(path: string): Promise<boolean> {
    return !this.#is(path) && this.#below.isDirectory(path)
  }

  async read(path: string): Promise<Buffer> {
    if (!this.#is(path)) return this.#below.read(path)
    this.used = true
    return this.#content
  }
}
