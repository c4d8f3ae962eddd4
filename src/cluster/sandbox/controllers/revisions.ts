import { equal } from '../json.ts'
import type { JsonMap } from '../json.ts'
import type { Hands } from './hands.ts'
import { controllerOf, ownerReference, templateHash } from './hands.ts'

const table = 'apps/controllerrevisions'

/** Keeps the history of a StatefulSet's or DaemonSet's template as ControllerRevisions. */
export class Revisions {
  readonly #hands: Hands
  constructor(hands: Hands) { this.#hands = hands }

  /** Oldest first. */
  of(owner: JsonMap): JsonMap[] {
    return this.#hands.list(table, owner.metadata.namespace as string).filter((r) => controllerOf(r)?.uid === owner.metadata.uid)
      .sort((a, b) => (a.revision as number) - (b.revision as number))
  }

  /** The revision of the owner's present template, made when it is new, moved to the end when it is wanted again. */
  current(owner: JsonMap, labels: JsonMap): JsonMap {
    const all = this.of(owner)
    const data = { spec: { template: { ...owner.spec.template, $patch: 'replace' } } }
    const last = all.at(-1)
    const same = all.find((r) => equal(r.data, data))
    if (same !== undefined) {
      if (same === last) return same
      return this.#hands.update(table, same, (r) => ({ ...r, revision: (last!.revision as number) + 1 })) ?? same
    }
    const hash = templateHash(owner.spec.template)
    return this.#hands.create(table, {
      apiVersion: 'apps/v1', kind: 'ControllerRevision',
      metadata: {
        name: `${owner.metadata.name}-${hash}`, namespace: owner.metadata.namespace, labels: { ...labels, [owner.kind === 'StatefulSet' ? 'controller.kubernetes.io/hash' : 'controller-revision-hash']: hash },
        ...(owner.kind === 'DaemonSet' ? { annotations: { ...owner.metadata.annotations } } : {}),
        ownerReferences: [ownerReference(owner)],
      },
      data, revision: ((last?.revision as number | undefined) ?? 0) + 1,
    })
  }

  /** Forgets the oldest revisions nobody uses. */
  trim(owner: JsonMap, used: ReadonlySet<string>): void {
    const limit = (owner.spec.revisionHistoryLimit as number | undefined) ?? 10
    const idle = this.of(owner).filter((r) => !used.has(r.metadata.name as string))
    for (const r of idle.slice(0, Math.max(0, idle.length - limit))) this.#hands.delete(table, r)
  }

  /** The template a revision holds. */
  template(revision: JsonMap | undefined): JsonMap | undefined {
    const { $patch: _patch, ...template } = (revision?.data?.spec?.template ?? {}) as JsonMap
    return revision === undefined ? undefined : template
  }
}
