import type { ReleaseSpec } from './spec.ts'
import { stateError } from './state-error.ts'
import type { Values } from './values-merge.ts'

/**
 * Whether a release's `condition` holds: none, true, or the path of a boolean `enabled` in the values.
 * @throws PintleError where the path is none, or leads nowhere (ConditionEnabled in pkg/state/state.go)
 */
export function conditionHolds({ condition }: Pick<ReleaseSpec, 'condition'>, values: Values): boolean {
  if (condition === '') return true
  const word = condition.toLowerCase()
  if (word === 'true' || word === 'false') return word === 'true'
  const keys = condition.split('.')
  if (keys.at(-1) !== 'enabled') throw stateError("Condition value must be in the form 'foo.enabled' where 'foo' can be modified as necessary")
  let at = values
  let path = ''
  for (const key of keys.slice(0, -1)) {
    path += `.${key}`
    const value = at.get(key)
    if (value === undefined) throw stateError(`environment values field '${path}' not found`)
    if (!(value instanceof Map)) throw stateError(`environment values field '${path}' is not a map`)
    at = value
  }
  return at.get('enabled') === true
}
