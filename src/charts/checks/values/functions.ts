import { element, member, optional, union, unknown, type Abstract } from './abstract.ts'

/** What takes note of reads: the TemplateReader. */
export interface Reader {
  /** Notes that a value is used; `pos` where its absence would show. */
  use(a: Abstract, whole: boolean, pos: number | undefined): void
  /** Calls a template by name; undefined stands for one that cannot be known. */
  call(name: string | undefined, argument: Abstract): void
  /** Runs a text that tpl makes a template of. */
  runText(text: string, dot: Abstract): void
}

/** What the functions do with values that they do not simply print. All others read their arguments whole. */
export function callFunction(name: string, args: readonly Abstract[], reader: Reader, pos: number, { unknownName }: { readonly unknownName: boolean }): Abstract {
  const last = args.at(-1) ?? unknown
  switch (name) {
    case 'include': {
      const [template, argument] = args
      if (template?.is === 'text') reader.call(template.text, argument ?? unknown)
      else {
        if (template !== undefined) reader.use(template, true, undefined)
        if (unknownName) reader.call(undefined, argument ?? unknown)
      }
      return unknown
    }
    case 'tpl': {
      const [text, context] = args
      if (text?.is === 'text') reader.runText(text.text, context ?? unknown)
      else if (text !== undefined) reader.use(text, true, pos)
      // What a dict holds is there for the text, which may be anything.
      if (context?.is === 'dict') for (const [key, item] of context.entries) if (key !== 'Values' && item.is !== 'root') reader.use(item, true, undefined)
      return unknown
    }
    case 'default':
      for (const a of args) reader.use(a, false, undefined)
      return optional(union(args))
    case 'coalesce':
    case 'ternary':
      for (const a of args) reader.use(a, false, undefined)
      return optional(union(args))
    case 'required':
      reader.use(last, false, undefined)
      return optional(last)
    case 'empty': case 'not': case 'kindIs': case 'kindOf': case 'typeIs': case 'typeOf': case 'typeIsLike': case 'len':
      for (const a of args) reader.use(a, name === 'len', undefined)
      return unknown
    case 'eq': case 'ne': case 'lt': case 'le': case 'gt': case 'ge': case 'has': case 'contains': case 'deepEqual': case 'hasPrefix': case 'hasSuffix':
      for (const a of args) reader.use(a, true, undefined)
      return unknown
    case 'hasKey':
    case 'get': {
      const found = args[1]?.is === 'text' ? member(args[0]!, args[1].text) : element(args[0] ?? unknown)
      if (args[1] !== undefined) reader.use(args[1], true, undefined)
      reader.use(args[0] ?? unknown, false, undefined)
      if (name === 'hasKey') reader.use(found, false, undefined)
      return name === 'hasKey' ? unknown : optional(found)
    }
    case 'index': {
      let value = args[0] ?? unknown
      for (const key of args.slice(1)) {
        if (key.is !== 'text') reader.use(key, true, undefined)
        value = key.is === 'text' ? member(value, key.text) : element(value)
      }
      return optional(value)
    }
    case 'dig': {
      let value = last
      for (const key of args.slice(0, -2)) value = key.is === 'text' ? member(value, key.text) : element(value)
      const fallback = args.at(-2)
      reader.use(value, false, undefined)
      return optional(union([value, fallback ?? unknown]))
    }
    case 'dict': {
      const entries = new Map<string, Abstract>()
      for (let i = 0; i < args.length; i += 2) {
        const key = args[i]!
        const value = args[i + 1] ?? unknown
        if (key.is === 'text') entries.set(key.text, value)
        else {
          reader.use(key, true, undefined)
          reader.use(value, true, undefined)
        }
      }
      return { is: 'dict', entries }
    }
    case 'set': {
      const [target, key, value] = args
      if (target?.is === 'dict' && key?.is === 'text') target.entries.set(key.text, union([target.entries.get(key.text) ?? unknown, value ?? unknown]))
      else for (const a of args) if (a.is !== 'root') reader.use(a, true, undefined)
      return target ?? unknown
    }
    case 'list':
    case 'tuple':
      return { is: 'list', items: args }
    case 'append': case 'prepend': case 'push': case 'mustAppend': case 'mustPrepend': case 'mustPush':
      return { is: 'list', items: [element(args[0] ?? unknown), ...args.slice(1)] }
    case 'concat':
      for (const a of args) reader.use(a, false, undefined)
      return { is: 'list', items: args.map((a) => optional(element(a))) }
    case 'first': case 'last': case 'mustFirst': case 'mustLast':
      reader.use(last, false, undefined)
      return optional(element(last))
    case 'rest': case 'initial': case 'reverse': case 'mustRest': case 'mustInitial': case 'mustReverse': case 'deepCopy': case 'mustDeepCopy':
      reader.use(last, false, undefined)
      return optional(last)
    case 'merge': case 'mergeOverwrite': case 'mustMerge': case 'mustMergeOverwrite':
      // What is merged into what, and read later, is not followed.
      for (const a of args) if (a.is !== 'root') reader.use(a, true, undefined)
      return optional(union(args))
    case 'fromYaml': case 'fromJson': case 'fromYamlArray': case 'fromJsonArray':
      reader.use(last, true, undefined)
      return unknown
    case 'fail': case 'print': case 'printf': case 'println': case 'cat':
      for (const a of args) reader.use(a, true, undefined)
      return unknown
  }
  for (const a of args) reader.use(a, true, pos)
  return unknown
}
