import type { Table } from '../../charts/chart/index.ts'
import { Int } from '../../language/go/index.ts'
import type { SecretFinding } from './finding.ts'
import { scanScalar } from './scan-scalar.ts'
import { pathText } from './yaml-scalars.ts'

const deepest = 64

/** Looks for secrets in values that stand in no file: of `--set` and its like. @param source what the findings name instead of a file */
export function scanTable(source: string, table: Table): SecretFinding[] {
  const out: SecretFinding[] = []
  const walk = (value: unknown, path: readonly (string | number)[], name: string): void => {
    if (path.length > deepest) return
    if (value instanceof Map) {
      const sibling = value.get('name')
      for (const [key, item] of value) walk(item, [...path, String(key)], key === 'value' && typeof sibling === 'string' ? sibling : String(key))
      return
    }
    if (Array.isArray(value)) {
      for (const [i, item] of value.entries()) walk(item, [...path, i], name)
      return
    }
    const numeric = typeof value === 'number' || value instanceof Int
    if (typeof value !== 'string' && !numeric) return
    for (const { rule, reason, confidence } of scanScalar({ name, value: value instanceof Int ? String(value.value) : String(value), numeric }, {})) {
      out.push({ rule, kind: 'plaintext-secret', where: 'values', file: source, line: 1, path: pathText(path), reason, confidence })
    }
  }
  walk(table, [], '')
  return out
}
