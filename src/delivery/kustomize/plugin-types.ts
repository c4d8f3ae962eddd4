import type { HelmSettings } from './generate/helm-settings.ts'
import type { Loader } from './load/loader.ts'
import type { Resource } from './resource/resource.ts'
import type { ResourceMap } from './resource/resource-map.ts'
import type { Schemas } from './schema/schema.ts'

/** What a plugin is configured with. */
export interface PluginContext {
  readonly loader: Loader
  readonly schemas: Schemas
  readonly helm: HelmSettings | undefined
  readonly warn: (line: string) => void
}

export interface Plugin {
  readonly generate?: () => Promise<Resource[]>
  readonly transform?: (map: ResourceMap) => void
}
