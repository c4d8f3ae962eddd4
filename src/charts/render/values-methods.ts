import { ValuesMap, ValuesView, asPlainMap, quote } from '../../language/go/index.ts'
import type { BoundMethod, Value } from '../../language/go/index.ts'
import type { ValuesMethods } from '../../language/template/index.ts'
import { marshal } from '../../language/yaml/index.ts'
import { pathValue, tableAt } from '../chart/index.ts'
import type { Table } from '../chart/index.ts'

/** What templates can call on common.Values, that is `.Values`, `.Template` and the top of a template (pkg/chart/common/values.go). */
export const valuesMethods: ValuesMethods = new Map<string, (values: Map<string, Value>) => BoundMethod>([
  ['AsMap', (values) => ({ params: [], call: () => (values.size === 0 ? new Map<string, Value>() : asPlainMap(values)) })],
  // No template has an io.Writer to give it.
  ['Encode', () => ({ params: ['io.Writer'], call: () => null })],
  ['PathValue', (values) => ({
    params: ['string'],
    call: ([path]) => {
      if (path === '') throw new Error('YAML path cannot be empty')
      const value = pathValue(values, path as string)
      if (value === undefined) throw new Error(`${quote((path as string).split('.').at(-1)!)} is not a value`)
      return value
    },
  })],
  ['Table', (values) => ({ params: ['string'], call: ([path]) => asValues(tableAt(values, path as string)) })],
  ['YAML', (values) => ({ params: [], call: () => marshal(values) })],
])

/** A table under the type common.Values. */
export function asValues(table: Table): Table {
  return table instanceof ValuesMap || table instanceof ValuesView ? table : new ValuesView(table)
}
