import type { Value } from '../../../language/go/index.ts'
import { nearest } from '../../../errors/index.ts'
import type { Definition, ObjectSchemas } from './object-schemas.ts'

/** One thing about an object that its schema does not allow. */
export interface Violation {
  readonly rule: 'schema/unknown-field' | 'schema/missing-field' | 'schema/type' | 'schema/value'
  /** Keys and indexes from the root of the object. */
  readonly path: readonly (string | number)[]
  readonly message: string
  readonly hint?: string
}

/**
 * Validates an object as `kubeconform -strict` does with the schemas that openapi2jsonschema makes: unknown fields are refused, null stands for every
 * field that is not required, the object's own fields may all be null; a quantity may be a number. Formats are not looked at.
 */
export function validateObject(object: ReadonlyMap<string, Value>, definition: Definition, schemas: ObjectSchemas): Violation[] {
  const found: Violation[] = []
  new Checker(schemas, found).fields(object, definition, [], true)
  return found
}

type Path = readonly (string | number)[]

class Checker {
  readonly #schemas: ObjectSchemas
  readonly #found: Violation[]

  constructor(schemas: ObjectSchemas, found: Violation[]) {
    this.#schemas = schemas
    this.#found = found
  }

  fields(object: ReadonlyMap<string, Value>, definition: Definition, path: Path, isRoot: boolean): void {
    for (const name of definition.required) {
      if (!object.has(name)) this.#found.push({ rule: 'schema/missing-field', path, message: `${pathText([...path, name])} is required` })
    }
    for (const [key, value] of object) {
      const type = definition.fields.get(key)
      const at = [...path, key]
      if (type === undefined) {
        // Nobody reads a hundred hints.
        const similar = this.#found.length < 100 ? nearest(key, definition.fields.keys()) : undefined
        this.#found.push({
          rule: 'schema/unknown-field', path: at, message: `${pathText(at)} is not a field of ${definition.name.slice(definition.name.lastIndexOf('.') + 1)}`,
          ...(similar === undefined ? {} : { hint: `Did you mean ${similar}?` }),
        })
        continue
      }
      this.#value(value, type, at, isRoot || !definition.required.includes(key))
      const allowed = key === 'apiVersion' ? definition.apiVersions : key === 'kind' ? definition.kinds : undefined
      if (allowed !== undefined && !allowed.has(value as string)) {
        this.#found.push({ rule: 'schema/value', path: at, message: `${pathText(at)} must be ${[...allowed].join(' or ')}` })
      }
    }
  }

  #value(value: Value, type: string, path: Path, nullable: boolean): void {
    switch (type[0]) {
      case '*': return
      case 's': if (type.length === 1) return this.#expect(typeof value === 'string', value, nullable, path, 'a string'); break
      case 'i': if (type.length === 1) return this.#expect(typeof value === 'number' && Number.isInteger(value), value, nullable, path, 'an integer'); break
      case 'n': if (type.length === 1) return this.#expect(typeof value === 'number', value, nullable, path, 'a number'); break
      case 'b': if (type.length === 1) return this.#expect(typeof value === 'boolean', value, nullable, path, 'a boolean'); break
      case 'o': if (type.length === 1) return this.#expect(value instanceof Map, value, nullable, path, 'an object'); break
      // Made of two alternatives that both take null: exactly one has to fit, so null never does.
      case 'q': if (type.length === 1) return this.#expect(typeof value === 'string' || typeof value === 'number', value, false, path, 'a quantity'); break
      case 'x': if (type.length === 1) return this.#expect(typeof value === 'string' || (typeof value === 'number' && Number.isInteger(value)), value, false, path, 'a string or an integer'); break
      case '[':
        this.#expect(Array.isArray(value), value, nullable, path, 'a list')
        if (Array.isArray(value)) for (const [i, item] of value.entries()) this.#value(item as Value, type.slice(1), [...path, i], true)
        return
      case '{':
        this.#expect(value instanceof Map, value, nullable, path, 'an object')
        if (value instanceof Map) for (const [key, item] of value as Map<string, Value>) this.#value(item, type.slice(1), [...path, key], true)
        return
    }
    const definition = this.#schemas.definition(type)
    if (typeof definition === 'string') return this.#value(value, definition, path, nullable)
    this.#expect(value instanceof Map, value, nullable, path, 'an object')
    if (value instanceof Map) this.fields(value as Map<string, Value>, definition, path, false)
  }

  #expect(fits: boolean, value: Value, nullable: boolean, path: Path, wanted: string): void {
    if (fits || (nullable && value === null)) return
    const hint = wanted !== 'a string' ? undefined : typeof value === 'boolean' ? 'Quote it: y, n, yes, no, on and off are booleans in YAML 1.1.' : typeof value === 'number' ? 'Quote it.' : undefined
    this.#found.push({ rule: 'schema/type', path, message: `${pathText(path)} must be ${wanted}, but is ${typeText(value)}`, ...(hint === undefined ? {} : { hint }) })
  }
}

function typeText(value: Value): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (value instanceof Map) return 'an object'
  // Never the value itself: it may be a secret.
  return typeof value === 'number' ? (Number.isInteger(value) ? 'an integer' : 'a number') : `a ${typeof value}`
}

/** `spec.containers[0].image`, `metadata.annotations["a.b/c"]` */
export function pathText(path: Path): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : /^[\w$-]+$/.test(step) ? `${i === 0 ? '' : '.'}${step}` : `[${JSON.stringify(step)}]`)).join('')
}
