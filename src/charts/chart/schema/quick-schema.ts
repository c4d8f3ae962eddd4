import { Int, Regexp, isValidUtf8, runeCount } from '../../../language/go/index.ts'
import { draftOf, latestDraft } from './drafts.ts'
import { typeOf } from './instance.ts'
import type { Instance } from './instance.ts'

/** A schema document as JSON.parse gives it. */
type Plain = null | boolean | number | string | Plain[] | PlainObject
interface PlainObject { readonly [key: string]: Plain }

/** Thrown to give up. */
const unusual = { unusual: true }

const typeNames: ReadonlySet<string> = new Set(['null', 'boolean', 'number', 'integer', 'string', 'array', 'object'])

/** How deep schemas may apply schemas here; the exact validator words what lies deeper. */
const maxDepth = 500

/**
 * Says yes, quickly, where a common schema plainly allows values: most charts with a schema would spend more time on it than on rendering.
 * It knows the keywords nearly all of them are made of. Anything else, and any doubt or fault in schema or values, makes it give up, and
 * the exact compiler and validator decide and word the errors.
 */
export class QuickSchema {
  readonly #root: Plain
  readonly #draft: number
  readonly #patterns = new Map<string, Regexp>()
  /** Where references lead. */
  readonly #targets = new Map<string, Plain>()

  /** @returns undefined when it gives up on the document */
  static of(text: string): QuickSchema | undefined {
    // What JSON.parse would read unlike encoding/json.
    if (!isValidUtf8(text) || /\\u[dD][89a-fA-F]/.test(text)) return undefined
    try {
      return new QuickSchema(JSON.parse(text) as Plain)
    } catch (error) {
      if (error === unusual || error instanceof SyntaxError || error instanceof RangeError) return undefined
      throw error
    }
  }

  private constructor(root: Plain) {
    this.#root = root
    this.#draft = latestDraft.version
    if (isObject(root) && Object.hasOwn(root, '$schema')) {
      const draft = typeof root.$schema === 'string' ? draftOf(root.$schema) : undefined
      if (draft === undefined || draft.version < 7) throw unusual
      this.#draft = draft.version
    }
    this.#check(root, true)
  }

  /** Whether the values are surely valid. */
  allows(values: Instance): boolean {
    try {
      return this.#allows(this.#root, values, 0)
    } catch (error) {
      if (error === unusual || error instanceof RangeError) return false
      throw error
    }
  }

  /** Gives up unless a schema fits its metaschema. */
  #check(schema: Plain, isRoot = false): void {
    if (typeof schema === 'boolean') return
    if (!isObject(schema)) throw unusual
    for (const key of Object.keys(schema)) {
      const value = schema[key]!
      switch (key) {
        case 'type':
          if (Array.isArray(value) ? !isNameList(value) || value.length === 0 || !value.every((v) => typeNames.has(v)) : !typeNames.has(value as string)) throw unusual
          break
        case '$defs':
        case 'properties':
        case 'definitions':
          if (key === '$defs' && this.#draft < 2019) break
          if (!isObject(value)) throw unusual
          for (const name of Object.keys(value)) this.#check(value[name]!)
          break
        case 'items':
        case 'additionalProperties':
        case 'not':
        case 'if':
        case 'then':
        case 'else':
          this.#check(value)
          break
        case 'allOf':
        case 'anyOf':
        case 'oneOf':
          if (!Array.isArray(value) || value.length === 0) throw unusual
          for (const item of value) this.#check(item)
          break
        case 'required':
          if (!isNameList(value)) throw unusual
          break
        case 'enum':
          if (!Array.isArray(value) || value.length === 0 || !value.every(isScalar) || new Set(value).size < value.length) throw unusual
          break
        case 'const':
          if (!isScalar(value)) throw unusual
          break
        case 'minimum':
        case 'maximum':
        case 'exclusiveMinimum':
        case 'exclusiveMaximum':
          if (!isExact(value)) throw unusual
          break
        case 'minLength':
        case 'maxLength':
        case 'minItems':
        case 'maxItems':
        case 'minProperties':
        case 'maxProperties':
          if (!isExact(value) || !Number.isInteger(value) || value < 0) throw unusual
          break
        case 'pattern':
          this.#pattern(value)
          break
        case 'title':
        case 'description':
        case '$comment':
          if (typeof value !== 'string') throw unusual
          break
        case 'format':
          // Only a note since draft 2019-09.
          if (typeof value !== 'string' || this.#draft < 2019) throw unusual
          break
        case 'examples':
          if (!Array.isArray(value)) throw unusual
          break
        case 'deprecated':
        case 'readOnly':
        case 'writeOnly':
          if (typeof value !== 'boolean') throw unusual
          break
        case 'default':
          break
        case '$schema':
          if (!isRoot) throw unusual
          break
        case '$id':
          if (!isRoot || typeof value !== 'string' || !/^https:\/\/[a-z.-]+(?:\/[\w.-]+)*$/.test(value)) throw unusual
          break
        case '$ref':
          this.#reference(schema, value)
          break
        case 'id': case '$anchor': case '$dynamicRef': case '$dynamicAnchor': case '$recursiveRef': case '$recursiveAnchor': case '$vocabulary':
        case 'additionalItems': case 'contains': case 'contentEncoding': case 'contentMediaType': case 'contentSchema': case 'dependencies':
        case 'dependentRequired': case 'dependentSchemas': case 'maxContains': case 'minContains': case 'multipleOf': case 'patternProperties':
        case 'prefixItems': case 'propertyNames': case 'unevaluatedItems': case 'unevaluatedProperties': case 'uniqueItems':
          throw unusual
      }
    }
  }

  /** References within the document. Draft 7 does not look at most of what stands beside one. */
  #reference(schema: PlainObject, value: Plain): void {
    if (typeof value !== 'string') throw unusual
    if (this.#draft < 2019 && ['const', 'if'].some((key) => Object.hasOwn(schema, key))) throw unusual
    if (this.#targets.has(value)) return
    if (!/^#(?:\/[\w.$-]+)*$/.test(value)) throw unusual
    let target = this.#root
    for (const name of value.split('/').slice(1)) {
      if (!isObject(target) || !Object.hasOwn(target, name)) throw unusual
      target = target[name]!
    }
    this.#targets.set(value, target)
    this.#check(target)
  }

  #pattern(source: Plain): Regexp {
    if (typeof source !== 'string') throw unusual
    let pattern = this.#patterns.get(source)
    if (pattern === undefined) {
      try {
        pattern = new Regexp(source)
      } catch {
        throw unusual
      }
      this.#patterns.set(source, pattern)
    }
    return pattern
  }

  #allows(schema: Plain, value: Instance, depth: number): boolean {
    if (typeof schema === 'boolean') return schema
    if (depth > maxDepth) throw unusual
    const s = schema as PlainObject
    if (this.#draft < 2019 && Object.hasOwn(s, '$ref')) return this.#allows(this.#targets.get(s.$ref as string)!, value, depth + 1)
    const type = typeOf(value)
    if (type === undefined) throw unusual
    for (const key of Object.keys(s)) {
      const want = s[key]!
      switch (key) {
        case 'type':
          if (!hasType(value, type, want)) return false
          break
        case 'properties':
          if (value instanceof Map) {
            const properties = want as PlainObject
            for (const name of Object.keys(properties)) {
              const member = (value as Map<string, Instance>).get(name)
              if (member !== undefined && !this.#allows(properties[name]!, member, depth + 1)) return false
            }
          }
          break
        case 'additionalProperties':
          if (value instanceof Map && want !== true) {
            const properties = Object.hasOwn(s, 'properties') ? (s.properties as PlainObject) : {}
            for (const [name, member] of value as Map<string, Instance>) {
              if (!Object.hasOwn(properties, name) && !this.#allows(want, member, depth + 1)) return false
            }
          }
          break
        case 'items':
          if (Array.isArray(value)) for (const item of value as Instance[]) if (!this.#allows(want, item, depth + 1)) return false
          break
        case 'required':
          if (value instanceof Map && !(want as string[]).every((name) => value.has(name))) return false
          break
        case 'enum':
          if (!(want as Plain[]).some((item) => isEqual(value, item))) return false
          break
        case 'const':
          if (!isEqual(value, want)) return false
          break
        case 'minimum':
          if (type === 'number' && numberOf(value) < (want as number)) return false
          break
        case 'maximum':
          if (type === 'number' && numberOf(value) > (want as number)) return false
          break
        case 'exclusiveMinimum':
          if (type === 'number' && numberOf(value) <= (want as number)) return false
          break
        case 'exclusiveMaximum':
          if (type === 'number' && numberOf(value) >= (want as number)) return false
          break
        case 'minLength':
          if (typeof value === 'string' && runeCount(value) < (want as number)) return false
          break
        case 'maxLength':
          if (typeof value === 'string' && runeCount(value) > (want as number)) return false
          break
        case 'pattern':
          if (typeof value === 'string' && !this.#pattern(want).matchString(value)) return false
          break
        case 'minItems':
          if (Array.isArray(value) && value.length < (want as number)) return false
          break
        case 'maxItems':
          if (Array.isArray(value) && value.length > (want as number)) return false
          break
        case 'minProperties':
          if (value instanceof Map && value.size < (want as number)) return false
          break
        case 'maxProperties':
          if (value instanceof Map && value.size > (want as number)) return false
          break
        case '$ref':
          if (!this.#allows(this.#targets.get(want as string)!, value, depth + 1)) return false
          break
        case 'not':
          if (this.#allows(want, value, depth + 1)) return false
          break
        case 'allOf':
          if (!(want as Plain[]).every((item) => this.#allows(item, value, depth + 1))) return false
          break
        case 'anyOf':
          if (!(want as Plain[]).some((item) => this.#allows(item, value, depth + 1))) return false
          break
        case 'oneOf':
          if ((want as Plain[]).filter((item) => this.#allows(item, value, depth + 1)).length !== 1) return false
          break
        case 'if': {
          const branch = this.#allows(want, value, depth + 1) ? 'then' : 'else'
          if (Object.hasOwn(s, branch) && !this.#allows(s[branch]!, value, depth + 1)) return false
          break
        }
      }
    }
    return true
  }
}

function isObject(v: Plain): v is PlainObject {
  return typeof v === 'object' && v !== null && !Array.isArray(v)
}

/** Names without repetition. */
function isNameList(v: Plain): v is string[] {
  return Array.isArray(v) && v.every((item) => typeof item === 'string') && new Set(v).size === v.length
}

/** A number that float64 surely holds as it was written. */
function isExact(v: Plain): v is number {
  return typeof v === 'number' && (Number.isSafeInteger(v) || (Math.abs(v) < 1e9 && Number.isInteger(v * 1024)))
}

function isScalar(v: Plain): boolean {
  return v === null || typeof v === 'string' || typeof v === 'boolean' || isExact(v)
}

function hasType(value: Instance, type: string, want: Plain): boolean {
  if (Array.isArray(want)) return want.some((name) => hasType(value, type, name))
  return want === type || (want === 'integer' && type === 'number' && Number.isInteger(numberOf(value)))
}

/** A number as float64; gives up where that is not exact. */
function numberOf(value: Instance): number {
  const n = value instanceof Int ? Number(value.value) : (value as number)
  if (value instanceof Int && !Number.isSafeInteger(n)) throw unusual
  return n
}

function isEqual(value: Instance, want: Plain): boolean {
  return value === want || (typeof want === 'number' && value instanceof Int && numberOf(value) === want)
}
