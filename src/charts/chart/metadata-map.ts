import { NilMap, StringMap } from '../../language/go/index.ts'
import type { Value } from '../../language/go/index.ts'
import type { Dependency, Metadata } from './metadata.ts'

/** A nil map[string]string: prints as an empty map, null in JSON. */
class NilStringMap extends NilMap {
  constructor() {
    super()
    const self = this as { goType: string; elemType: string }
    self.goType = 'map[string]string'
    self.elemType = 'string'
  }
}

/**
 * `.Chart` in templates: the fields under their Go names (MetadataAsMap and structToMap in pkg/chart/common.go). Lists are
 * never nil and lose their element type; the annotations keep map[string]string.
 */
export function metadataAsMap(metadata: Metadata): Map<string, Value> {
  return new Map<string, Value>([
    ['Name', metadata.name],
    ['Home', metadata.home],
    ['Sources', [...metadata.sources]],
    ['Version', metadata.version],
    ['Description', metadata.description],
    ['Keywords', [...metadata.keywords]],
    ['Maintainers', metadata.maintainers.map((m) => new Map<string, Value>([['Name', m!.name], ['Email', m!.email], ['URL', m!.url]]))],
    ['Icon', metadata.icon],
    ['APIVersion', metadata.apiVersion],
    ['Condition', metadata.condition],
    ['Tags', metadata.tags],
    ['AppVersion', metadata.appVersion],
    ['Deprecated', metadata.deprecated],
    ['Annotations', metadata.annotations === null ? new NilStringMap() : new StringMap(metadata.annotations)],
    ['KubeVersion', metadata.kubeVersion],
    ['Dependencies', (metadata.dependencies ?? []).map((d) => dependencyAsMap(d!))],
    ['Type', metadata.type],
  ])
}

function dependencyAsMap(dependency: Dependency): Map<string, Value> {
  return new Map<string, Value>([
    ['Name', dependency.name],
    ['Version', dependency.version],
    ['Repository', dependency.repository],
    ['Condition', dependency.condition],
    ['Tags', [...dependency.tags]],
    ['Enabled', dependency.enabled],
    ['ImportValues', [...dependency.importValues]],
    ['Alias', dependency.alias],
  ])
}
