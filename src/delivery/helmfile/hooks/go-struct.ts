import { GoObject, Int, StringMap, TypedSlice, int, type BoundMethod, type Kind, type Shape, type StructShape, type Value } from '../../../language/go/index.ts'

/** Names of Go's fields that are not their names in YAML with a capital. */
const goNames: Readonly<Record<string, string>> = {
  set: 'SetValues', setString: 'SetStringValues', setTemplate: 'SetValuesTemplate', env: 'EnvValues', jsonPatches: 'JSONPatches', kubectlApply: 'Kubectl', showlogs: 'ShowLogs',
}

/**
 * A part of a state as templates see the Go struct it is in helmfile: fields by Go's names, methods where there are any.
 * @param shape what the YAML of the struct can hold; its names are those of `value`
 */
export class GoStruct extends GoObject {
  readonly goType: string
  readonly goKind: Kind
  readonly #shape: StructShape
  readonly #value: object
  readonly #methods: ReadonlyMap<string, BoundMethod>
  #fields: readonly (readonly [string, Value])[] | undefined
  constructor(value: object, shape: StructShape, options: { readonly pointer?: boolean; readonly methods?: ReadonlyMap<string, BoundMethod> } = {}) {
    super()
    this.goType = `${options.pointer === true ? '*' : ''}${shape.type ?? ''}`
    this.goKind = options.pointer === true ? 'ptr' : 'struct'
    this.#shape = shape
    this.#value = value
    this.#methods = options.methods ?? new Map()
  }

  override fields(): readonly (readonly [string, Value])[] {
    return (this.#fields ??= this.#shape.fields.map(({ name, shape }) => [goNames[name] ?? `${name[0]!.toUpperCase()}${name.slice(1)}`, goValue((this.#value as Record<string, unknown>)[name], shape)] as const))
  }

  override method(name: string): BoundMethod | undefined {
    return this.#methods.get(name)
  }
}

function goValue(value: unknown, shape: Shape): Value {
  if (value === undefined || value === null) return null
  switch (shape.kind) {
    case 'ptr': return goValue(value, shape.elem)
    case 'slice': {
      const items = (value as unknown[]).map((item) => goValue(item, shape.elem))
      if (shape.elem.kind === 'string') return TypedSlice.make('[]string', items)
      return shape.elem.kind === 'struct' ? TypedSlice.make(`[]${shape.elem.type ?? ''}`, items) : items
    }
    case 'map': {
      const map = shape.elem.kind === 'string' ? new StringMap() : new Map<string, Value>()
      for (const [key, item] of value as Map<string, unknown>) map.set(key, goValue(item, shape.elem))
      return map
    }
    case 'struct': return new GoStruct(value, shape)
    case 'int': return value instanceof Int ? value : int(value as number)
    default: return value as Value
  }
}
