import { Regexp, quote } from '../../../language/go/index.ts'
import { hasVocabulary } from './drafts.ts'
import { formats } from './formats.ts'
import { JsonNumber } from './json.ts'
import type { Json, JsonObject } from './json.ts'
import { encodePointer, escapeToken, joinReference, splitReference } from './locations.ts'
import { decimalOf, isWhole, wholeOf } from './number.ts'
import type { Decimal } from './number.ts'
import { lookup, resourceAt } from './roots.ts'
import type { Place, Resource, Root, Roots } from './roots.ts'
import { Schema } from './schema.ts'
import type { TypeName } from './schema.ts'

/** Turns schema documents into compiled schemas (compiler.go and objcompiler.go of the schema library). */
export class Compiler {
  readonly #roots: Roots
  readonly #assertFormat: boolean
  readonly #schemas = new Map<string, Schema>()
  readonly #queue: Schema[] = []

  /** @param assertFormat formats are checked whatever the draft says, as in metaschemas */
  constructor(roots: Roots, assertFormat: boolean) {
    this.#roots = roots
    this.#assertFormat = assertFormat
  }

  /** @throws Error with the schema library's text */
  compile(url: string): Schema {
    const first = this.schemaAt(this.#roots.resolve(url, ''))
    for (let schema = this.#queue.shift(); schema !== undefined; schema = this.#queue.shift()) {
      const root = this.#roots.ensureSubschema(schema)
      this.#compile(schema, root, lookup(root.document, schema))
    }
    return first
  }

  /** The schema at a place, to be compiled later if it is new. */
  schemaAt(place: Place): Schema {
    const key = `${place.url}#${place.pointer}`
    let schema = this.#schemas.get(key)
    if (schema === undefined) {
      schema = new Schema(place.url, place.pointer)
      this.#schemas.set(key, schema)
      this.#queue.push(schema)
    }
    return schema
  }

  #compile(schema: Schema, root: Root, value: Json): void {
    const { url, pointer } = schema
    const resource = resourceAt(root, pointer)
    schema.draft = resource.dialect.draft.version
    schema.resource = this.schemaAt({ url, pointer: resource.pointer })
    if (schema.draft >= 2020 && schema.resource === schema) {
      for (const anchor of resource.dynamicAnchors) {
        schema.dynamicAnchors ??= new Map()
        schema.dynamicAnchors.set(anchor, this.schemaAt({ url, pointer: resource.anchors.get(anchor)! }))
      }
    }
    if (typeof value === 'boolean') schema.bool = value
    else if (value instanceof Map) {
      if (value.size === 0) schema.bool = true
      else new ObjectCompiler(this, this.#roots, this.#assertFormat, root, resource, schema, value).compile()
    }
    schema.allPropertiesEvaluated = schema.additionalProperties !== undefined
    if (schema.draft < 2020) {
      schema.allItemsEvaluated = schema.additionalItems !== undefined || schema.items instanceof Schema
      if (Array.isArray(schema.items)) schema.itemsEvaluated = schema.items.length
    } else {
      schema.allItemsEvaluated = schema.items2020 !== undefined
      schema.itemsEvaluated = schema.prefixItems.length
    }
  }
}

const typeNames: readonly TypeName[] = ['null', 'boolean', 'number', 'integer', 'string', 'array', 'object']

class ObjectCompiler {
  readonly #compiler: Compiler
  readonly #roots: Roots
  readonly #assertFormat: boolean
  readonly #root: Root
  readonly #resource: Resource
  readonly #schema: Schema
  readonly #object: JsonObject

  constructor(compiler: Compiler, roots: Roots, assertFormat: boolean, root: Root, resource: Resource, schema: Schema, object: JsonObject) {
    this.#compiler = compiler
    this.#roots = roots
    this.#assertFormat = assertFormat
    this.#root = root
    this.#resource = resource
    this.#schema = schema
    this.#object = object
  }

  compile(): void {
    const s = this.#schema
    s.ref = this.#reference('$ref')
    if (s.draft < 2019 && s.ref !== undefined) return this.#later()
    if (this.#has('applicator')) this.#applicators()
    if (this.#has('validation')) this.#validations()
    this.#format()
    this.#later()
  }

  /** Keywords that came after draft 4; they are read even beside a `$ref` that hides the others. */
  #later(): void {
    const s = this.#schema
    const applicator = this.#has('applicator')
    const validation = this.#has('validation')
    if (s.draft >= 6) {
      if (applicator) {
        s.contains = this.#property('contains')
        s.propertyNames = this.#property('propertyNames')
      }
      const value = this.#object.get('const')
      if (validation && value !== undefined) s.const = { value }
    }
    if (s.draft >= 7 && applicator) {
      s.if = this.#property('if')
      if (s.if !== undefined) {
        const constant = this.#object.get('if')
        if (constant !== false) s.thenBranch = this.#property('then')
        if (constant !== true) s.elseBranch = this.#property('else')
      }
    }
    if (s.draft >= 2019) {
      s.recursiveRef = this.#reference('$recursiveRef')
      s.recursiveAnchor = this.#object.get('$recursiveAnchor') === true
      if (validation) {
        if (s.contains !== undefined) {
          s.minContains = this.#integer('minContains')
          s.maxContains = this.#integer('maxContains')
        }
        const required = this.#object.get('dependentRequired')
        if (required instanceof Map) {
          s.dependentRequired = new Map([...required].filter(([, v]) => Array.isArray(v)).map(([k, v]) => [k, strings(v as Json[])]))
        }
      }
      if (applicator) s.dependentSchemas = this.#map('dependentSchemas')
      if (this.#has(s.draft === 2019 ? 'applicator' : 'unevaluated')) {
        s.unevaluatedItems = this.#property('unevaluatedItems')
        s.unevaluatedProperties = this.#property('unevaluatedProperties')
      }
    }
    if (s.draft >= 2020) {
      const schema = this.#reference('$dynamicRef')
      if (schema !== undefined) {
        const { fragment } = splitReference(this.#object.get('$dynamicRef') as string)
        s.dynamicRef = { schema, anchor: fragment.startsWith('/') ? '' : fragment }
      }
      const anchor = this.#object.get('$dynamicAnchor')
      s.dynamicAnchor = typeof anchor === 'string' ? anchor : ''
      if (applicator) {
        s.prefixItems = this.#list('prefixItems') ?? []
        s.items2020 = this.#property('items')
      }
    }
  }

  #applicators(): void {
    const s = this.#schema
    s.allOf = this.#list('allOf') ?? []
    s.anyOf = this.#list('anyOf') ?? []
    s.oneOf = this.#list('oneOf') ?? []
    s.not = this.#property('not')
    if (s.draft < 2020 && this.#object.has('items')) {
      s.items = this.#list('items')
      if (s.items !== undefined) s.additionalItems = this.#additional('additionalItems')
      else s.items = this.#property('items')
    }
    s.properties = this.#map('properties')
    const patterns = this.#map('patternProperties')
    if (patterns !== undefined) {
      s.patternProperties = [...patterns].map(([source, schema]) => [this.#regexp(source, 'patternProperties'), schema] as const)
    }
    s.additionalProperties = this.#additional('additionalProperties')
    const dependencies = this.#object.get('dependencies')
    if (dependencies instanceof Map) {
      s.dependencies = new Map([...dependencies].map(([name, value]) => [
        name, Array.isArray(value) ? strings(value) : this.#at(`dependencies/${escapeToken(name)}`),
      ]))
    }
  }

  #validations(): void {
    const s = this.#schema
    const type = this.#object.get('type')
    const named: readonly unknown[] = Array.isArray(type) ? type : [type]
    const types = typeNames.filter((name) => named.includes(name))
    if (types.length > 0) s.types = new Set(types)
    const values = this.#object.get('enum')
    if (Array.isArray(values)) s.enum = values
    s.multipleOf = this.#number('multipleOf')
    s.maximum = this.#number('maximum')
    if (this.#object.get('exclusiveMaximum') === true) {
      s.exclusiveMaximum = s.maximum
      s.maximum = undefined
    } else {
      s.exclusiveMaximum = this.#number('exclusiveMaximum')
    }
    s.minimum = this.#number('minimum')
    if (this.#object.get('exclusiveMinimum') === true) {
      s.exclusiveMinimum = s.minimum
      s.minimum = undefined
    } else {
      s.exclusiveMinimum = this.#number('exclusiveMinimum')
    }
    s.minLength = this.#integer('minLength')
    s.maxLength = this.#integer('maxLength')
    const pattern = this.#object.get('pattern')
    if (typeof pattern === 'string') s.pattern = { source: pattern, regexp: this.#regexp(pattern, 'pattern') }
    s.minItems = this.#integer('minItems')
    s.maxItems = this.#integer('maxItems')
    s.uniqueItems = this.#object.get('uniqueItems') === true
    s.minProperties = this.#integer('minProperties')
    s.maxProperties = this.#integer('maxProperties')
    const required = this.#object.get('required')
    if (Array.isArray(required)) s.required = strings(required)
  }

  #format(): void {
    const s = this.#schema
    const asserted = this.#assertFormat || s.draft < 2019 || this.#has(s.draft === 2019 ? 'format' : 'format-assertion')
    const name = this.#object.get('format')
    if (!asserted || typeof name !== 'string') return
    const check = name === 'regex' ? checkRegex : formats.get(name)
    if (check !== undefined) s.format = { name, check }
  }

  #has(vocabulary: string): boolean {
    return hasVocabulary(this.#resource.dialect, vocabulary)
  }

  #at(path: string): Schema {
    return this.#compiler.schemaAt({ url: this.#schema.url, pointer: `${this.#schema.pointer}/${path}` })
  }

  #property(name: string): Schema | undefined {
    return this.#object.has(name) ? this.#at(name) : undefined
  }

  #list(name: string): Schema[] | undefined {
    const value = this.#object.get(name)
    return Array.isArray(value) ? value.map((_, i) => this.#at(`${name}/${i}`)) : undefined
  }

  #map(name: string): Map<string, Schema> | undefined {
    const value = this.#object.get(name)
    if (!(value instanceof Map)) return undefined
    return new Map([...value.keys()].map((key) => [key, this.#at(`${name}/${escapeToken(key)}`)]))
  }

  #additional(name: string): boolean | Schema | undefined {
    const value = this.#object.get(name)
    return typeof value === 'boolean' ? value : this.#property(name)
  }

  #reference(name: string): Schema | undefined {
    const reference = this.#object.get(name)
    if (typeof reference !== 'string') return undefined
    const { url, fragment } = joinReference(this.#resource.id, reference)
    return this.#compiler.schemaAt(this.#roots.resolveLocal(this.#root, url, fragment) ?? this.#roots.resolve(url, fragment))
  }

  #number(name: string): Decimal | undefined {
    const value = this.#object.get(name)
    return value instanceof JsonNumber ? decimalOf(value) : undefined
  }

  #integer(name: string): number | undefined {
    const value = this.#number(name)
    return value !== undefined && isWhole(value) ? wholeOf(value) : undefined
  }

  #regexp(source: string, keyword: string): Regexp {
    try {
      return new Regexp(source)
    } catch (error) {
      const { url, pointer } = this.#schema
      const where = `${url}#${encodePointer(pointer)}/${keyword}`
      throw new Error(`invalid regex ${quote(source)} at ${quote(where)}: ${(error as Error).message}`)
    }
  }
}

function checkRegex(text: string): void {
  new Regexp(text)
}

function strings(list: readonly Json[]): string[] {
  return list.filter((item) => typeof item === 'string')
}
