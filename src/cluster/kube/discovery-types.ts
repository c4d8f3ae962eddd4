import type { ResourceMapping } from './types.ts'

/** What a server serves, cut down to what Pintle asks. */
export interface ServerResources {
  /** "v1", "apps/v1", ... in the server's order of preference. */
  groupVersions: string[]
  /** "group/version/Kind" of everything, subresources' kinds included, as Helm counts them. */
  kinds: string[]
  /** "group/version/Kind" -> the resource. */
  mappings: Record<string, ResourceMapping>
  /** Versions whose own server did not answer, so that their kinds are not known. */
  stale: string[]
}

/** One answer of the server, with the tag to ask whether it still holds. */
export interface Document { etag: string | undefined; resources: ServerResources }
export interface CachedDocuments { core: Document; groups: Document; at: number }
