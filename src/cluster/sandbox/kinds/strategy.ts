import type { FieldSet } from '../apply/field-set.ts'
import type { JsonMap } from '../json.ts'
import type { FieldError } from '../status.ts'

/** What a kind's strategy may ask of the server. */
export interface KindContext {
  /** Nothing will be stored. */
  readonly dryRun?: boolean
  /** ms since 1970. */
  readonly now: number
  /** The stored object of another kind. */
  find(table: string, namespace: string, name: string): JsonMap | undefined
  list(table: string, namespace?: string): readonly JsonMap[]
  /** Gives the controllers a chance to make a service account. */
  missingAccount(): void
  /** A cluster IP nobody has. */
  allocateIp(): string
  allocateNodePort(): number
  /** Fresh random letters for generated names. */
  suffix(): string
}

/** How a kind differs from plain storage: its defaults, what its server fills in, what it refuses. All functions change their argument in place. */
export interface Strategy {
  /** Versioned defaults (pkg/apis/<group>/<version>/defaults.go). */
  defaults?(object: JsonMap): void
  /** After decoding a create. */
  create?(object: JsonMap, context: KindContext): void
  /** After decoding an update; `old` is the stored object. */
  update?(object: JsonMap, old: JsonMap, context: KindContext): void
  validate?(object: JsonMap, old: JsonMap | undefined, context: KindContext): FieldError[]
  /** metadata.generation is kept and rises when anything but metadata and status changes; with 'annotated' also when annotations do. */
  readonly generation?: true | 'annotated'
  /** A write of the object cannot set its status. */
  readonly ownStatus?: boolean
  /** Fields a write of the object never owns. */
  readonly reset?: FieldSet
  /** Which names are allowed. */
  readonly nameRule?: 'subdomain' | 'label' | 'label1035' | 'path' | 'any'
  /** Fields besides metadata.name and metadata.namespace a field selector may name. */
  readonly fieldLabels?: readonly string[]
  /** Seconds a deletion leaves an object; pods have 30. */
  gracePeriod?(object: JsonMap, asked: number | undefined): number
  /** What a deletion that says nothing does to dependents; Background when left out. */
  readonly defaultPropagation?: 'Orphan'
  /** A finished deletion answers with the object instead of a Status. */
  readonly returnsDeleted?: boolean
}
