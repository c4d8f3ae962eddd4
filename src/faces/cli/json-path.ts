import { PintleError } from '../../errors/index.ts'
import type { Table } from '../../charts/chart/index.ts'
import { evaluateJsonPath, parseJsonPath } from '../../language/jsonpath/index.ts'

/**
 * What a JSONPath finds in values. A path that leads nowhere prints nothing: Helm drops that error (Run in pkg/action/show.go).
 * @throws PintleError usage for a path that cannot be parsed
 */
export function atJsonPath(path: string, values: Table): string {
  let nodes
  try {
    nodes = parseJsonPath(path)
  } catch (error) {
    throw new PintleError('usage', `error parsing jsonpath ${path}: ${(error as Error).message}`, { cause: error })
  }
  try {
    return evaluateJsonPath(nodes, values)
  } catch {
    return ''
  }
}
