import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HttpClient } from '../../../charts/http/index.ts'
import { Git } from '../../../delivery/git/index.ts'
import type { RepoSpec, Remote } from '../../../delivery/kustomize/index.ts'
import { PintleError } from '../../../errors/index.ts'
import { versions } from '../versions.ts'

/** What kustomizations name on the network: files over HTTPS, bases in repositories of Git. Close it when the build is done: clones go. */
export class KustomizeRemote implements Remote {
  readonly #http = new HttpClient({ env: process.env, userAgent: `Pintle/${versions.pintle}`, maxBody: 64 << 20 })
  readonly #folders: string[] = []

  readonly fetch = async (url: string, signal: AbortSignal | undefined): Promise<{ ok: boolean; status: number; body: Buffer }> => {
    const { status, body } = await this.#http.send({ url, signal })
    return { ok: status >= 200 && status <= 299, status, body }
  }

  /** As upstream: one commit, and its submodules. */
  readonly clone = async ({ raw, url, ref, submodules, timeout }: RepoSpec, signal: AbortSignal | undefined): Promise<string> => {
    if (ref.startsWith('-') || url.startsWith('-')) throw new PintleError('kustomize.build', `${raw} is no URL of a repository`)
    const folder = await mkdtemp(join(tmpdir(), 'pintle-kustomize-'))
    this.#folders.push(folder)
    const git = new Git(folder, signal === undefined ? {} : { signal })
    const run = (...args: string[]): Promise<unknown> => git.run(args, { timeout })
    await run('init', '--quiet')
    await run('fetch', '--quiet', '--depth=1', url, ref === '' ? 'HEAD' : ref)
    await run('checkout', '--quiet', 'FETCH_HEAD')
    if (submodules) await run('submodule', 'update', '--init', '--recursive', '--quiet')
    return folder
  }

  async close(): Promise<void> {
    this.#http.close()
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true })
  }
}
