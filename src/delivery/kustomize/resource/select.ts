import { Regexp } from '../../../language/go/index.ts'
import { parseLabelSelector } from '../../../cluster/kube/index.ts'
import type { Selector } from '../config/types.ts'
import { messageOf, refuse } from '../refusal.ts'
import type { Gvk } from './gvk.ts'
import { effectiveNamespace, idText, type ResId } from './res-id.ts'
import type { Resource } from './resource.ts'
import type { ResourceMap } from './resource-map.ts'

/** A selector whose parts are regular expressions for the whole of a text; empty ones match anything. Upstream: SelectorRegex. */
export class SelectorRegex {
  readonly #parts: Readonly<Record<'group' | 'version' | 'kind' | 'name' | 'namespace', ((text: string) => boolean)>>

  constructor(selector: Selector) {
    this.#parts = {
      group: pattern(selector.group), version: pattern(selector.version), kind: pattern(selector.kind), name: pattern(selector.name), namespace: pattern(selector.namespace),
    }
  }

  gvk(gvk: Gvk): boolean { return this.#parts.group(gvk.group) && this.#parts.version(gvk.version) && this.#parts.kind(gvk.kind) }
  name(name: string): boolean { return this.#parts.name(name) }
  namespace(namespace: string): boolean { return this.#parts.namespace(namespace) }
  id(id: ResId): boolean { return this.gvk(id.gvk) && this.name(id.name) && this.namespace(id.namespace) }
}

function pattern(text: string | undefined): (text: string) => boolean {
  if (text === undefined || text === '') return () => true
  try {
    const regexp = new Regexp(`^(?:${text})$`)
    return (candidate) => regexp.matchString(candidate)
  } catch (error) {
    return refuse(messageOf(error))
  }
}

/** Whether the labels and annotations of a resource are selected. */
export function labelsMatch(resource: Resource, selector: Selector): boolean {
  const matches = (text: string | undefined, labels: ReadonlyMap<string, string>): boolean => {
    try {
      const selects = parseLabelSelector(text ?? '')
      return selects === undefined || selects((key) => labels.get(key))
    } catch (error) {
      return refuse(messageOf(error))
    }
  }
  return matches(selector.labelSelector, resource.labels) && matches(selector.annotationSelector, resource.annotations)
}

/** The resources a selector means, by their present or first name and namespace. */
export function selectResources(map: ResourceMap, selector: Selector): Resource[] {
  const regex = new SelectorRegex(selector)
  return map.list.filter((resource) => {
    const { id, originalId } = resource
    return (regex.namespace(effectiveNamespace(originalId)) || regex.namespace(effectiveNamespace(id))) && (regex.name(originalId.name) || regex.name(id.name)) &&
      regex.gvk(resource.gvk) && labelsMatch(resource, selector)
  })
}

/** How Go prints a selector. */
export function selectorText(selector: Selector): string {
  const { group = '', version = '', kind = '', name = '', namespace = '' } = selector
  return `${idText({ gvk: { group, version, kind }, name, namespace })}:a=${selector.annotationSelector ?? ''}:l=${selector.labelSelector ?? ''}`
}
