/** `a.b[0].c[name=x]["d.e"]` -> ['a', 'b', '0', 'c', 'name=x', 'd.e'] */
export function pathKeys(path: string): string[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[([^\]]+)\]|([^.[\]]+)/g)].map((m) => m[1] ?? m[2] ?? m[3]!)
}

/** One step down: a field, an item by its index, or the item that has a value (`name=x`). */
export function stepInto(value: unknown, key: string): unknown {
  if (Array.isArray(value)) {
    const at = key.indexOf('=')
    if (at < 0) return value[Number(key)]
    return value.find((item) => typeof item === 'object' && item !== null && String((item as Record<string, unknown>)[key.slice(0, at)]) === key.slice(at + 1))
  }
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined
}
