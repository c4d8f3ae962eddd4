import type { Table } from '../../charts/chart/index.ts'
import { secretsIn } from '../../delivery/secret-scan/index.ts'

/** What is a secret among the values of a user: by its key, or by its form. Never to be shown. */
export function secretsOfValues(values: Table): string[] {
  const found: string[] = []
  // Values may be nested deeper than functions.
  const open: [name: string, value: unknown][] = [['', values]]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [name, value] = next
    if (value instanceof Map) for (const [key, inner] of value) open.push([String(key), inner])
    else if (Array.isArray(value)) for (const inner of value) open.push([name, inner])
    else found.push(...secretsIn([name], value))
  }
  return found
}
