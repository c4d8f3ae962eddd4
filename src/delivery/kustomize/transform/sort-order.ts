import { sortAsGo } from '../../../language/go/index.ts'
import type { SortOptions } from '../config/types.ts'
import { prefixing, refuse } from '../refusal.ts'
import { gvkSortText, gvkText, legacyOrder, ranks, sameGvk } from '../resource/gvk.ts'
import type { ResId } from '../resource/res-id.ts'
import type { ResourceMap } from '../resource/resource-map.ts'

/** The order in which resources are printed. Upstream: SortOrderTransformer. */
export function sortResources(map: ResourceMap, { order, legacySortOptions }: SortOptions): void {
  if (order !== 'fifo' && order !== 'legacy') refuse("the field 'sortOptions.order' must be one of [fifo, legacy]")
  if (order === 'fifo') {
    if (legacySortOptions) refuse("the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'")
    return
  }
  const rank = ranks(legacySortOptions ? { first: legacySortOptions.orderFirst ?? [], last: legacySortOptions.orderLast ?? [] } : legacyOrder)
  const items = map.list.map((resource) => ({ resource, id: resource.id }))
  sortAsGo(items, (a, b) => isLess(a.id, b.id, rank))
  map.list = []
  prefixing('SortOrderTransformer: Failed to append to resources', () => map.appendAll(items.map((item) => item.resource)))
}

function isLess(a: ResId, b: ResId, rank: ReadonlyMap<string, number>): boolean {
  if (sameGvk(a.gvk, b.gvk)) return idSortText(a) < idSortText(b)
  const i = rank.get(a.gvk.kind) ?? 0
  const j = rank.get(b.gvk.kind) ?? 0
  if (i !== j) return i < j
  const x = gvkSortText(a.gvk)
  const y = gvkSortText(b.gvk)
  // Namespaces of Kubernetes come before those of other groups.
  return a.gvk.kind === 'Namespace' && b.gvk.kind === 'Namespace' && (a.gvk.group === '' || b.gvk.group === '') ? x > y : x < y
}

const idSortText = ({ gvk, namespace, name }: ResId): string => `${gvkText(gvk)}|${namespace || '~X'}|${name || '~N'}`
