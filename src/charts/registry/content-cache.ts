import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { writeInFolder } from './write-atomic.ts'

/** A chart archive, or the provenance file of one; both under the digest of the chart. */
export type CachedKind = '.chart' | '.prov'

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** The digest an index gives, where it is one; '' for what Helm would not look at. */
export const usableDigest = (text: string): string => (/^(?:sha256:)?[0-9a-f]{64}$/i.test(text) ? text : '')

/** Charts by their digests, shared with Helm. Upstream: DiskCache in pkg/downloader/cache.go. */
export class ContentCache {
  readonly #root: string

  /** @param root HELM_CONTENT_CACHE */
  constructor(root: string) {
    this.#root = root
  }

  /** Where it lies. @param digest 64 hex digits */
  path(digest: string, kind: CachedKind): string {
    return join(this.#root, digest.slice(0, 2), digest + kind)
  }

  /**
   * The path and bytes of what is cached; undefined when it is not there. A chart whose bytes are not those of its digest, which a crash or another
   * program may leave, counts as missing.
   */
  get(digest: string, kind: CachedKind): { path: string; bytes: Buffer } | undefined {
    const path = this.path(digest, kind)
    try {
      const found = statSync(path)
      if (found.isDirectory() || found.size === 0) return undefined
      const bytes = readFileSync(path)
      if (kind === '.chart' && sha256(bytes) !== digest) return undefined
      return { path, bytes }
    } catch {
      return undefined
    }
  }

  /** @returns the path */
  put(digest: string, bytes: Uint8Array, kind: CachedKind): string {
    const path = this.path(digest, kind)
    writeInFolder(path, bytes)
    return path
  }
}
