import { kindOf, typeOf } from '../go/index.ts'
import { deepCopy, deepEqual } from './deep.ts'
import { fn } from './define.ts'
import type { Family } from './define.ts'

const copy = fn('any', ([v]) => {
  // copystructure asks for the type of what it was given.
  if (v === null) throw new Error('reflect: call of reflect.Value.Type on zero Value')
  return deepCopy(v!)
})

export const reflection: Family = {
  typeOf: fn('any', ([v]) => typeOf(v!)),
  typeIs: fn('string,any', ([type, v]) => type === typeOf(v!)),
  typeIsLike: fn('string,any', ([type, v]) => {
    const actual = typeOf(v!)
    return type === actual || `*${type as string}` === actual
  }),
  kindOf: fn('any', ([v]) => kindOf(v!)),
  kindIs: fn('string,any', ([kind, v]) => kind === kindOf(v!)),
  deepEqual: fn('any,any', ([a, b]) => deepEqual(a!, b!)),
  deepCopy: copy,
  mustDeepCopy: copy,
}
