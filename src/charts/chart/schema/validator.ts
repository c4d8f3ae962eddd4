import { runeCount, typeOf as goTypeOf } from '../../../language/go/index.ts'
import type { Int, Value } from '../../../language/go/index.ts'
import type { Dialect } from './drafts.ts'
import { Failure, display, joinQuoted, pointerOf, quote } from './failure.ts'
import { duplicates, equal, isComposite, isInteger, typeOf } from './instance.ts'
import type { Instance } from './instance.ts'
import type { Json, JsonNumber } from './json.ts'
import { compareDecimals, decimalOf, floatText, integerText, isMultiple } from './number.ts'
import type { Decimal } from './number.ts'
import { Schema } from './schema.ts'
import { Scope, isEmpty, unevaluatedOf } from './scope.ts'
import type { Unevaluated } from './scope.ts'

/** When a metaschema is applied: parts of the document that are resources follow the metaschema of their own dialect. */
export interface MetaContext {
  /** The metaschema being applied. */
  readonly schema: Schema
  dialectAt(pointer: string): Dialect | undefined
  metaSchema(dialect: Dialect): Schema
}

/**
 * Validates a value as the schema library does (validator.go): same order of keywords, same grouping of causes.
 * Members of objects are reported by name, where the original has Go's random order of maps.
 * @returns undefined when it is valid
 */
export function validate(schema: Schema, value: Instance, meta?: MetaContext): Failure | undefined {
  const failure = new Validator(schema, value, [], undefined, unevaluatedOf(value, schema, false), false, meta).run()
  if (failure === undefined) return undefined
  const causes = failure.kind === 'group' ? failure.causes : [failure]
  return new Failure('schema', [], `jsonschema validation failed with ${quote(schema.location)}`, causes)
}

/** Stands for any failure where only the fact counts. */
const someFailure = new Failure('plain', [], '')

/** How deep schemas may apply schemas: beyond it, the stack is at stake. */
const maxScopes = 2500

class Validator {
  private schema: Schema
  private readonly value: Instance
  private readonly path: readonly string[]
  private readonly scope: Scope
  unevaluated: Unevaluated
  private readonly yesNo: boolean
  private meta: MetaContext | undefined
  private readonly failures: Failure[] = []
  private readonly level: number

  constructor(
    schema: Schema, value: Instance, path: readonly string[], scope: Scope | undefined, unevaluated: Unevaluated, yesNo: boolean,
    meta: MetaContext | undefined, level = 0,
  ) {
    this.schema = schema
    this.value = value
    this.path = path
    this.scope = scope ?? new Scope(schema, '', 0, undefined)
    this.unevaluated = unevaluated
    this.yesNo = yesNo
    this.meta = meta
    this.level = level
    if (level > maxScopes) throw new Error(`schemas are nested deeper than ${maxScopes} levels`)
  }

  run(): Failure | undefined {
    const { schema: s, value: v } = this
    if (s.bool !== undefined) return s.bool ? undefined : this.failure('false schema')
    const cycle = this.scope.cycle()
    if (cycle !== undefined) {
      return this.failure(
        `both ${this.scope.keywordLocation()} and ${cycle.keywordLocation()} resolve to ${JSON.stringify(s.location)} causing reference cycle`)
    }
    const type = typeOf(v)
    if (type === undefined) return this.failure(`invalid jsonType ${goTypeOf(v as Value)}`)
    if (s.types !== undefined && !s.types.has(type) && !(type === 'number' && s.types.has('integer') && isInteger(v))) {
      return this.failure(`got ${type}, want ${[...s.types].join(' or ')}`)
    }
    if (s.const !== undefined && !equal(v, s.const.value)) {
      const want = s.const.value
      return this.failure(isComposite(want) ? "'const' failed" : `value must be ${display(want)}`)
    }
    if (s.enum !== undefined && !s.enum.some((item) => equal(v, item))) return this.failure(enumText(s.enum))
    if (s.format !== undefined && typeof v === 'string') {
      try {
        s.format.check(v)
      } catch (error) {
        return this.failure(`${display(v)} is not valid ${s.format.name}: ${(error as Error).message}`)
      }
    }
    if (s.ref !== undefined) {
      const failure = this.reference(s.ref, '$ref')
      if (s.draft < 2019) return failure
      this.add(failure)
    }
    switch (type) {
      case 'object': this.object(v as Map<string, Instance>); break
      case 'array': this.array(v as Instance[]); break
      case 'string': this.text(v as string); break
      case 'number': this.number(v as number | Int | JsonNumber)
    }
    if (this.failures.length === 0 || !this.yesNo) {
      if (s.draft >= 2019) this.dynamicReferences()
      this.conditions()
      if (s.draft >= 2019) this.unevaluatedRest()
    }
    return this.failures.length <= 1 ? this.failures[0] : this.grouped()
  }

  private grouped(): Failure {
    return this.yesNo ? someFailure : new Failure('group', this.path, 'validation failed', this.failures)
  }

  private object(object: Map<string, Instance>): void {
    const s = this.schema
    if (s.minProperties !== undefined && object.size < s.minProperties) this.fail(`minProperties: got ${integerText(object.size)}, want ${integerText(s.minProperties)}`)
    if (s.maxProperties !== undefined && object.size > s.maxProperties) this.fail(`maxProperties: got ${integerText(object.size)}, want ${integerText(s.maxProperties)}`)
    const missing = s.required.filter((name) => !object.has(name))
    if (missing.length === 1) this.fail(`missing property ${quote(missing[0]!)}`)
    else if (missing.length > 1) this.fail(`missing properties ${joinQuoted(missing)}`)
    if (this.yesNo && this.failures.length > 0) return

    for (const [name, dependency] of s.dependencies ?? []) {
      if (!object.has(name)) continue
      if (dependency instanceof Schema) this.add(this.apply(dependency))
      else this.requires(object, name, dependency)
    }
    this.members(object)
    if (s.draft === 4) return
    if (s.propertyNames !== undefined) this.names(object, s.propertyNames)
    if (s.draft === 6) return
    for (const [name, schema] of s.dependentSchemas ?? []) if (object.has(name)) this.add(this.apply(schema))
    for (const [name, required] of s.dependentRequired ?? []) if (object.has(name)) this.requires(object, name, required)
  }

  private requires(object: Map<string, Instance>, name: string, required: readonly string[]): void {
    const missing = required.filter((other) => !object.has(other))
    if (missing.length > 0) this.fail(`properties ${joinQuoted(missing)} required, if ${quote(name)} exists`)
  }

  private members(object: Map<string, Instance>): void {
    const s = this.schema
    if (s.properties === undefined && s.patternProperties.length === 0 && s.additionalProperties === undefined) return
    const additional: string[] = []
    const found: [name: string, failure: Failure][] = []
    const check = (schema: Schema, value: Instance, name: string): void => {
      const failure = this.applyTo(schema, value, name)
      if (failure !== undefined) found.push([name, failure])
    }
    for (const [name, value] of object) {
      if (this.yesNo && (this.failures.length > 0 || found.length > 0)) break
      let evaluated = false
      const own = s.properties?.get(name)
      if (own !== undefined) {
        evaluated = true
        check(own, value, name)
      }
      for (const [pattern, schema] of s.patternProperties) {
        if (!pattern.matchString(name)) continue
        evaluated = true
        check(schema, value, name)
      }
      if (!evaluated && s.additionalProperties !== undefined) {
        evaluated = true
        if (s.additionalProperties === false) additional.push(name)
        else if (s.additionalProperties !== true) check(s.additionalProperties, value, name)
      }
      if (evaluated) this.unevaluated.properties?.delete(name)
    }
    if (found.length > 1) found.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    for (const [, failure] of found) this.failures.push(failure)
    if (additional.length > 0) this.fail(`additional properties ${joinQuoted(additional.sort())} not allowed`)
  }

  private names(object: Map<string, Instance>, schema: Schema): void {
    const { meta, schema: names } = this.metaOf(schema, this.path)
    for (const name of [...object.keys()].sort()) {
      const failure = validate(names, name, meta)
      if (failure === undefined) continue
      this.add(this.yesNo ? someFailure : new Failure('plain', this.path, `invalid propertyName ${quote(name)}`, failure.causes))
    }
  }

  private array(array: Instance[]): void {
    const s = this.schema
    if (s.minItems !== undefined && array.length < s.minItems) this.fail(`minItems: got ${integerText(array.length)}, want ${integerText(s.minItems)}`)
    if (s.maxItems !== undefined && array.length > s.maxItems) this.fail(`maxItems: got ${integerText(array.length)}, want ${integerText(s.maxItems)}`)
    if (s.uniqueItems && array.length > 1) {
      const pair = duplicates(array)
      if (pair !== undefined) this.fail(`items at ${integerText(pair[0])} and ${integerText(pair[1])} are equal`)
    }
    if (s.draft < 2020) {
      let evaluated = 0
      if (s.items instanceof Schema) {
        for (const [i, item] of array.entries()) this.add(this.applyTo(s.items, item, String(i)))
        evaluated = array.length
      } else if (s.items !== undefined) {
        evaluated = Math.min(array.length, s.items.length)
        for (let i = 0; i < evaluated; i++) this.add(this.applyTo(s.items[i]!, array[i]!, String(i)))
      }
      if (s.additionalItems instanceof Schema) {
        for (let i = evaluated; i < array.length; i++) this.add(this.applyTo(s.additionalItems, array[i]!, String(i)))
      } else if (s.additionalItems === false && evaluated !== array.length) {
        this.fail(`last ${integerText(array.length - evaluated)} additionalItem(s) not allowed`)
      }
    } else {
      const evaluated = Math.min(s.prefixItems.length, array.length)
      for (let i = 0; i < evaluated; i++) this.add(this.applyTo(s.prefixItems[i]!, array[i]!, String(i)))
      if (s.items2020 !== undefined) {
        for (let i = evaluated; i < array.length; i++) this.add(this.applyTo(s.items2020, array[i]!, String(i)))
      }
    }
    if (s.contains !== undefined) this.contains(array, s.contains)
  }

  private contains(array: Instance[], schema: Schema): void {
    const s = this.schema
    const failures: Failure[] = []
    const matched: number[] = []
    for (const [i, item] of array.entries()) {
      const failure = this.applyTo(schema, item, String(i))
      if (failure !== undefined) {
        failures.push(failure)
      } else {
        matched.push(i)
        if (s.draft >= 2020) this.unevaluated.items?.delete(i)
      }
    }
    if (s.minContains !== undefined) {
      if (matched.length < s.minContains) {
        const seen = matched.length === 0 ? 'none matched' : `matched ${integerText(matched.length)} items at ${matched.join(' ')}`
        this.fail(`min ${integerText(s.minContains)} items required to match contains schema, but ${seen}`, failures)
      }
    } else if (matched.length === 0) {
      this.fail('no items match contains schema', failures)
    }
    if (s.maxContains !== undefined && matched.length > s.maxContains) {
      this.fail(
        `max ${integerText(s.maxContains)} items required to match contains schema, but matched ${integerText(matched.length)} items at ${matched.join(' ')}`)
    }
  }

  private text(text: string): void {
    const s = this.schema
    if (s.minLength !== undefined || s.maxLength !== undefined) {
      const length = runeCount(text)
      if (s.minLength !== undefined && length < s.minLength) this.fail(`minLength: got ${integerText(length)}, want ${integerText(s.minLength)}`)
      if (s.maxLength !== undefined && length > s.maxLength) this.fail(`maxLength: got ${integerText(length)}, want ${integerText(s.maxLength)}`)
    }
    if (s.pattern !== undefined && !s.pattern.regexp.matchString(text)) this.fail(`${quote(text)} does not match pattern ${quote(s.pattern.source)}`)
  }

  private number(value: number | Int | JsonNumber): void {
    const s = this.schema
    if (s.minimum === undefined && s.maximum === undefined && s.exclusiveMinimum === undefined && s.exclusiveMaximum === undefined && s.multipleOf === undefined) return
    const got = decimalOf(value)!
    const text = (keyword: string, want: Decimal): string => `${keyword}: got ${floatText(got.float)}, want ${floatText(want.float)}`
    if (s.minimum !== undefined && compareDecimals(got, s.minimum) < 0) this.fail(text('minimum', s.minimum))
    if (s.maximum !== undefined && compareDecimals(got, s.maximum) > 0) this.fail(text('maximum', s.maximum))
    if (s.exclusiveMinimum !== undefined && compareDecimals(got, s.exclusiveMinimum) <= 0) this.fail(text('exclusiveMinimum', s.exclusiveMinimum))
    if (s.exclusiveMaximum !== undefined && compareDecimals(got, s.exclusiveMaximum) >= 0) this.fail(text('exclusiveMaximum', s.exclusiveMaximum))
    if (s.multipleOf !== undefined && !isMultiple(got, s.multipleOf)) this.fail(text('multipleOf', s.multipleOf))
  }

  private conditions(): void {
    const s = this.schema
    if (s.not !== undefined && this.apply(s.not, '', true) === undefined) this.fail("'not' failed")
    if (s.allOf.length > 0) {
      const failures: Failure[] = []
      for (const schema of s.allOf) {
        const failure = this.apply(schema)
        if (failure === undefined) continue
        failures.push(failure)
        if (this.yesNo) break
      }
      if (failures.length > 0) this.fail("'allOf' failed", failures)
    }
    if (s.anyOf.length > 0) {
      const failures: Failure[] = []
      let matched = false
      for (const schema of s.anyOf) {
        const failure = this.apply(schema)
        if (failure !== undefined) {
          failures.push(failure)
          continue
        }
        matched = true
        if (isEmpty(this.unevaluated)) break
      }
      if (!matched) this.fail("'anyOf' failed", failures)
    }
    if (s.oneOf.length > 0) this.oneOf(s.oneOf)
    if (s.if !== undefined) {
      const branch = this.apply(s.if, '', true) === undefined ? s.thenBranch : s.elseBranch
      if (branch !== undefined) this.add(this.apply(branch))
    }
  }

  private oneOf(schemas: readonly Schema[]): void {
    const failures: Failure[] = []
    let matched = -1
    for (const [i, schema] of schemas.entries()) {
      const failure = this.apply(schema, '', matched >= 0)
      if (failure !== undefined) {
        if (matched < 0) failures.push(failure)
      } else if (matched < 0) {
        matched = i
      } else {
        this.fail(`'oneOf' failed, subschemas ${integerText(matched)}, ${integerText(i)} matched`)
        break
      }
    }
    if (matched < 0) this.fail("'oneOf' failed, none matched", failures)
  }

  private unevaluatedRest(): void {
    const s = this.schema
    const { value } = this
    if (value instanceof Map && s.unevaluatedProperties !== undefined) {
      for (const name of [...(this.unevaluated.properties ?? [])].sort()) {
        this.add(this.applyTo(s.unevaluatedProperties, value.get(name)!, name))
      }
      this.unevaluated = { ...this.unevaluated, properties: undefined }
    }
    if (Array.isArray(value) && s.unevaluatedItems !== undefined) {
      for (const i of this.unevaluated.items ?? []) this.add(this.applyTo(s.unevaluatedItems, value[i]!, String(i)))
      this.unevaluated = { ...this.unevaluated, items: undefined }
    }
  }

  private dynamicReferences(): void {
    const { recursiveRef, dynamicRef } = this.schema
    if (recursiveRef !== undefined) {
      let target = recursiveRef
      if (target.recursiveAnchor) {
        for (let at: Scope | undefined = this.scope; at !== undefined; at = at.parent) if (at.schema.resource.recursiveAnchor) target = at.schema
      }
      this.add(this.reference(target, '$recursiveRef'))
    }
    if (dynamicRef !== undefined) {
      let target = dynamicRef.schema
      if (dynamicRef.anchor !== '' && target.dynamicAnchor === dynamicRef.anchor) {
        for (let at: Scope | undefined = this.scope; at !== undefined; at = at.parent) {
          target = at.schema.resource.dynamicAnchors?.get(dynamicRef.anchor) ?? target
        }
      }
      this.add(this.reference(target, '$dynamicRef'))
    }
  }

  private reference(schema: Schema, keyword: string): Failure | undefined {
    const failure = this.apply(schema, keyword)
    if (failure === undefined || this.yesNo) return failure
    return new Failure('reference', this.path, 'validation failed', failure.kind === 'group' ? failure.causes : [failure])
  }

  /** Applies a schema to the value at hand. */
  private apply(schema: Schema, keyword = '', yesNo = false): Failure | undefined {
    const scope = new Scope(schema, keyword, this.scope.depth, this.scope)
    const unevaluated = unevaluatedOf(this.value, schema, !isEmpty(this.unevaluated))
    const sub = this.child(schema, this.value, this.path, scope, unevaluated, this.yesNo || yesNo)
    const failure = sub.run()
    if (failure === undefined) {
      const { properties, items } = this.unevaluated
      for (const name of properties ?? []) if (!sub.unevaluated.properties?.has(name)) properties!.delete(name)
      for (const i of items ?? []) if (!sub.unevaluated.items?.has(i)) items!.delete(i)
    }
    return failure
  }

  /** Applies a schema to a member or item. */
  private applyTo(schema: Schema, value: Instance, token: string): Failure | undefined {
    const scope = new Scope(schema, '', this.scope.depth + 1, this.scope)
    return this.child(schema, value, [...this.path, token], scope, unevaluatedOf(value, schema, false), this.yesNo).run()
  }

  private child(schema: Schema, value: Instance, path: readonly string[], scope: Scope, unevaluated: Unevaluated, yesNo: boolean): Validator {
    const sub = new Validator(schema, value, path, scope, unevaluated, yesNo, this.meta, this.level + 1)
    if (this.meta !== undefined && schema === this.meta.schema) {
      const own = this.metaOf(schema, path)
      sub.schema = own.schema
      sub.meta = own.meta
    }
    return sub
  }

  /** The metaschema that applies at `path` where the document's own metaschema would. */
  private metaOf(schema: Schema, path: readonly string[]): { schema: Schema; meta: MetaContext | undefined } {
    const { meta } = this
    if (meta === undefined || schema !== meta.schema) return { schema, meta }
    const dialect = meta.dialectAt(pointerOf(path))
    if (dialect === undefined) return { schema, meta }
    const own = meta.metaSchema(dialect)
    return { schema: own, meta: own === meta.schema ? meta : { ...metaMethods(meta), schema: own } }
  }

  private failure(text: string): Failure {
    return this.yesNo ? someFailure : new Failure('plain', this.path, text)
  }

  private fail(text: string, causes: readonly Failure[] = []): void {
    this.failures.push(this.yesNo ? someFailure : new Failure('plain', this.path, text, causes))
  }

  private add(failure: Failure | undefined): void {
    if (failure !== undefined) this.failures.push(failure)
  }
}

const metaMethods = (meta: MetaContext): Omit<MetaContext, 'schema'> => ({
  dialectAt: (pointer) => meta.dialectAt(pointer),
  metaSchema: (dialect) => meta.metaSchema(dialect),
})

function enumText(values: readonly Json[]): string {
  if (values.some(isComposite)) return "'enum' failed"
  if (values.length === 1) return `value must be ${display(values[0]!)}`
  return `value must be one of ${values.map(display).join(', ')}`
}
