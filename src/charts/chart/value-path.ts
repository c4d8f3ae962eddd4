import { ValuesMap, quote } from '../../language/go/index.ts'
import type { Value } from '../../language/go/index.ts'
import { isTable } from './merge-maps.ts'
import type { Table } from './merge-maps.ts'

/** Helm's ErrNoTable. */
export class NoTableError extends Error {
  constructor(key: string) {
    super(`${quote(key)} is not a table`)
  }
}

/**
 * The table at a dotted path (Values.Table of pkg/chart/common).
 * @throws NoTableError naming the element that is none
 */
export function tableAt(values: Table, path: string): Table {
  let table = values
  for (const key of path.split('.')) {
    const next = table.get(key)
    // common.Values counts as well; a map of any other type does not.
    if (!isTable(next) && !(next instanceof ValuesMap)) throw new NoTableError(key)
    table = next
  }
  return table
}

/** The value at a dotted path if there is one and it is no table (Values.PathValue); undefined otherwise. */
export function pathValue(values: Table, path: string): Value | undefined {
  const dot = path.lastIndexOf('.')
  let table = values
  try {
    if (dot >= 0) table = tableAt(values, path.slice(0, dot))
  } catch (error) {
    if (error instanceof NoTableError) return undefined
    throw error
  }
  const value = table.get(path.slice(dot + 1))
  return isTable(value) ? undefined : value
}
