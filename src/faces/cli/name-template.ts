import { PintleError, isPintleError } from '../../errors/index.ts'
import { helmFunctions } from '../../language/sprig/index.ts'
import { Execution, TemplateSet } from '../../language/template/index.ts'
import { nodeHost } from '../../charts/render/index.ts'
import type { FuncMap, Value } from '../../language/go/index.ts'

/** Runs a small Go template given on the command line, without Sprig unless given; errors are Go's. */
export function runTemplate(name: string, text: string, data: Value, funcs: FuncMap = new Map()): string {
  const set = new TemplateSet(name, { funcs })
  try {
    set.parse(name, text)
    return new Execution(set, { host: nodeHost() }).execute(name, data)
  } catch (error) {
    if (isPintleError(error)) throw new PintleError('usage', error.message, { cause: error })
    throw error
  }
}

/** --name-template */
export function renderName(template: string): string {
  return runTemplate('name-template', template, null, helmFunctions)
}
