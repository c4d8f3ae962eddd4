import { TypedMap, type Value } from '../go/index.ts'

/** map[interface {}]interface {}: what goyaml.v3 makes of a mapping some keys of which are no strings. Its entries are by the keys' texts. */
export class AnyKeyMap extends TypedMap {
  readonly goType = 'map[interface {}]interface {}'
  readonly elemType = 'interface {}'
  /** The keys as they are, by their texts. */
  readonly keysByText = new Map<string, Value>()

  setKey(text: string, key: Value, value: Value): void {
    this.keysByText.set(text, key)
    this.set(text, value)
  }

  /** The same keys with other values. */
  mapValues(change: (value: Value) => Value): AnyKeyMap {
    const out = new AnyKeyMap()
    for (const [text, value] of this) out.setKey(text, this.keysByText.get(text) ?? text, change(value))
    return out
  }

  /** The first key that is no string; undefined when there is none. */
  strangeKey(): { readonly key: Value } | undefined {
    for (const key of this.keysByText.values()) if (typeof key !== 'string') return { key }
    return undefined
  }
}
