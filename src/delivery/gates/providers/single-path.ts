import { parseJsonPath, type Node } from '../../../language/jsonpath/index.ts'

/** The JSONPath of one number: one expression in braces. @returns why it is none */
export function singlePath(path: string): Node[] | string {
  try {
    const nodes = parseJsonPath(path.trim().startsWith('{') ? path.trim() : `{${path.trim()}}`)
    const [only] = nodes
    // `{.a}{.b}` would put two numbers together to another one.
    if (nodes.length !== 1 || only?.type !== 'list' || only.nodes.length === 0 || only.nodes.some((n) => n.type === 'identifier' || n.type === 'text' || n.type === 'int' || n.type === 'float' || n.type === 'bool')) return 'it must be one expression in braces'
    return nodes
  } catch (error) {
    return (error as Error).message
  }
}
