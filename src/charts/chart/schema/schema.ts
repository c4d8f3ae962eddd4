import type { Regexp } from '../../../language/go/index.ts'
import type { DraftVersion } from './drafts.ts'
import type { FormatCheck } from './formats.ts'
import type { Json } from './json.ts'
import { locationText } from './locations.ts'
import type { Decimal } from './number.ts'

export type TypeName = 'null' | 'boolean' | 'number' | 'integer' | 'string' | 'array' | 'object'

/** A compiled schema: its keywords with every subschema and reference resolved. */
export class Schema {
  readonly url: string
  readonly pointer: string
  readonly location: string
  draft: DraftVersion = 2020
  /** The schema at the root of the resource this one belongs to. */
  resource: Schema = this
  dynamicAnchors: Map<string, Schema> | undefined
  allPropertiesEvaluated = false
  allItemsEvaluated = false
  itemsEvaluated = 0

  bool: boolean | undefined
  ref: Schema | undefined
  recursiveRef: Schema | undefined
  recursiveAnchor = false
  dynamicRef: { schema: Schema; anchor: string } | undefined
  dynamicAnchor = ''
  types: ReadonlySet<TypeName> | undefined
  enum: readonly Json[] | undefined
  const: { value: Json } | undefined
  not: Schema | undefined
  allOf: readonly Schema[] = []
  anyOf: readonly Schema[] = []
  oneOf: readonly Schema[] = []
  if: Schema | undefined
  thenBranch: Schema | undefined
  elseBranch: Schema | undefined
  format: { name: string; check: FormatCheck } | undefined

  minProperties: number | undefined
  maxProperties: number | undefined
  required: readonly string[] = []
  propertyNames: Schema | undefined
  properties: ReadonlyMap<string, Schema> | undefined
  patternProperties: readonly (readonly [Regexp, Schema])[] = []
  additionalProperties: boolean | Schema | undefined
  dependencies: ReadonlyMap<string, Schema | readonly string[]> | undefined
  dependentRequired: ReadonlyMap<string, readonly string[]> | undefined
  dependentSchemas: ReadonlyMap<string, Schema> | undefined
  unevaluatedProperties: Schema | undefined

  minItems: number | undefined
  maxItems: number | undefined
  uniqueItems = false
  contains: Schema | undefined
  minContains: number | undefined
  maxContains: number | undefined
  /** Before 2020-12: one schema for all items or one for each of the first. */
  items: Schema | readonly Schema[] | undefined
  additionalItems: boolean | Schema | undefined
  prefixItems: readonly Schema[] = []
  items2020: Schema | undefined
  unevaluatedItems: Schema | undefined

  minLength: number | undefined
  maxLength: number | undefined
  pattern: { source: string; regexp: Regexp } | undefined

  minimum: Decimal | undefined
  maximum: Decimal | undefined
  exclusiveMinimum: Decimal | undefined
  exclusiveMaximum: Decimal | undefined
  multipleOf: Decimal | undefined

  constructor(url: string, pointer: string) {
    this.url = url
    this.pointer = pointer
    this.location = locationText(url, pointer)
  }
}
