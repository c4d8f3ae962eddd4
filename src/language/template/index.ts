/**
 * Owns Go's text/template: lex, parse, compile, run; Helm's include and tpl, since they are part of how templates call each other.
 * Refuses every other function, Node, charts, and to know where a template's text or data comes from.
 */
export { TemplateSet } from './template-set.ts'
export type { TemplateSetOptions } from './template-set.ts'
export { Template } from './template.ts'
export { Execution } from './execution.ts'
export type { ExecutionOptions } from './execution.ts'
export { ExecError, unwrapChain } from './exec-error.ts'
export type { ExecFrame } from './exec-error.ts'
export { builtins, includeFunction, tplFunction } from './builtins.ts'
export type { MissingKey, ValuesMethods } from './fields.ts'
export { truth } from './truth.ts'
export { Origins } from './origins.ts'
export type { Origin, Span } from './trail.ts'
export { parseTemplate } from './parser.ts'
export type { CommandNode, ListNode, Node, ParsedTree, PipeNode } from './node.ts'
