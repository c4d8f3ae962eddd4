import type { Log } from '../chart/index.ts'
import type { HttpClient } from '../http/index.ts'
import type { OciCheck } from './oci-charts.ts'
import type { RegistryClient } from './oci/index.ts'

/** Helm's files and folders. */
export interface RegistryPaths {
  /** repositories.yaml: HELM_REPOSITORY_CONFIG. */
  readonly repositoryConfig: string
  /** Indexes: HELM_REPOSITORY_CACHE. */
  readonly repositoryCache: string
  /** Charts by their digests: HELM_CONTENT_CACHE. */
  readonly contentCache: string
  /** Credentials of registries: HELM_REGISTRY_CONFIG. */
  readonly registryConfig: string
  /** Pintle's own: what servers said of indexes. Left out: nothing is kept. */
  readonly indexStates?: string
}

/** What every operation on repositories and registries works with. */
export interface RegistryContext {
  readonly paths: RegistryPaths
  readonly http: HttpClient
  /** Clients for registries that were made before, so that one login serves a whole run. */
  readonly registries?: Map<string, RegistryClient>
  /** What every chart must pass; those that do not come from a registry cannot. */
  readonly check?: OciCheck | undefined
  readonly env: NodeJS.ProcessEnv
  readonly signal?: AbortSignal | undefined
  /** Told, line by line, what Helm says on standard output. */
  readonly say: (line: string) => void
  /** Told what Helm logs. */
  readonly log?: Log
}

/** Names in the cache. Upstream: pkg/helmpath/home.go. @param name '' for the index of --repo */
export const indexFileName = (name: string): string => `${name === '' ? '' : `${name}-`}index.yaml`
export const chartsFileName = (name: string): string => `${name === '' ? '' : `${name}-`}charts.txt`
