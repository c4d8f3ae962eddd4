import type { Host, Value } from '../go/index.ts'
import { includeFunction, tplFunction } from '../template/index.ts'
import { fn } from './define.ts'
import type { Family } from './define.ts'

/** engine.go's warnWrap: Helm finds the author's message between these and prints nothing else. */
function warn(message: string): Error {
  return new Error(`HELM_ERR_START${message}HELM_ERR_END`)
}

function required(message: string, v: Value, host: Host): Value {
  if (v !== null && v !== '') return v
  if (host.lint) {
    // Two messages, as in initFunMap of pkg/engine/engine.go.
    host.log?.({ level: 'warn', message: v === null ? 'missing required value' : 'missing required values', attributes: [['message', message]] })
    return ''
  }
  throw warn(message)
}

const getHostByName = fn('string', ([name], { host }) => host.getHostByName(name as string))

/** Sprig's, where Helm has not put its own in their place. */
export const sprigControl: Family = {
  fail: fn('string', ([message]) => {
    throw new Error(message as string)
  }),
  getHostByName,
}

/** Helm's own functions that reach the running template or the world. */
export const control: Family = {
  // The template room knows these two by identity: they run in the template set they are called from.
  include: includeFunction,
  tpl: tplFunction,
  required: fn('string,any', ([message, v], { host }) => required(message as string, v!, host)),
  fail: fn('string', ([message], { host }) => {
    if (host.lint) {
      host.log?.({ level: 'info', message: 'funcMap fail', attributes: [['message', message as string]] })
      return ''
    }
    throw warn(message as string)
  }),
  lookup: fn('string,string,string,string', ([apiVersion, kind, namespace, name], { host }) =>
    host.lookup(apiVersion as string, kind as string, namespace as string, name as string)),
  getHostByName,
}
