/**
 * Owns the templates that kubectl calls JSONPath: text with expressions in braces, over Go's values.
 * Refuses: files, Kubernetes' objects, JSONPath as others define it.
 */
export { parseJsonPath } from './parse.ts'
export type { Node } from './parse.ts'
export { evaluateJsonPath, findJsonPath } from './evaluate.ts'
