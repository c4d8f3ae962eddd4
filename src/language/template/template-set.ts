import { PintleError } from '../../errors/index.ts'
import { quote } from '../go/index.ts'
import type { FuncMap } from '../go/index.ts'
import { builtins } from './builtins.ts'
import type { Settings } from './expressions.ts'
import type { MissingKey, ValuesMethods } from './fields.ts'
import { parseTemplate } from './parser.ts'
import type { ParsedTree } from './node.ts'
import { Template } from './template.ts'

export interface TemplateSetOptions {
  /** What templates can call beside the builtins. */
  readonly funcs?: FuncMap
  /** text/template's missingkey option; Helm's is 'zero', or 'error' with --strict. */
  readonly missingKey?: MissingKey
  /** What `.Values.AsMap` and the like do. */
  readonly valuesMethods?: ValuesMethods
}

/** How many texts of `tpl` a set keeps compiled. */
const maxCached = 4096

/** What a set shares with all the sets derived from it. */
interface Shared {
  readonly settings: Settings
  readonly hasFunction: (name: string) => boolean
  /** The templates in the texts given to `tpl`; they depend on nothing but the text. */
  readonly texts: Map<string, readonly Template[]>
  /** The trees of whole files, and what the root was called: subcharts often bring the same library of definitions. */
  readonly files: Map<string, { readonly name: string, readonly trees: readonly ParsedTree[] }>
}

/**
 * Templates that can call each other by name, as the templates associated with one `template.Template` in Go. Fill it with
 * `parse`, then run it as often as you like, also at the same time: what runs never changes it.
 *
 * ```ts
 * const set = new TemplateSet('gotpl', { funcs })
 * set.parse('chart/templates/a.yaml', text)
 * new Execution(set, { host }).execute('chart/templates/a.yaml', data)
 * ```
 */
export class TemplateSet {
  /** The name of the root template, which errors about missing ones name and texts given to `tpl` run under. */
  readonly name: string
  readonly #shared: Shared
  #templates: Map<string, Template>
  /** Whether #templates belongs to another set, too. */
  #borrowed = false
  /** Overrides the template called like the set: the text of a `tpl`. */
  readonly #root: Template | undefined
  #derived: Map<string, TemplateSet> | undefined

  constructor(name: string, options?: TemplateSetOptions)
  constructor(name: string, options: TemplateSetOptions | undefined, parent: TemplateSet, root: Template | undefined)
  constructor(name: string, options: TemplateSetOptions = {}, parent?: TemplateSet, root?: Template) {
    this.name = name
    this.#root = root
    if (parent) {
      this.#shared = parent.#shared
      this.#templates = parent.#templates
      this.#borrowed = true
      parent.#borrowed = true
      return
    }
    const { funcs = new Map(), missingKey = 'default', valuesMethods = new Map() } = options
    this.#templates = new Map()
    this.#shared = {
      settings: { funcs, missingKey, valuesMethods },
      hasFunction: (f) => funcs.has(f) || builtins.has(f),
      texts: new Map(),
      files: new Map(),
    }
  }

  /**
   * Parses a text and adds the templates in it: its own, called `name`, and those it defines. A later template replaces an
   * earlier one of the same name, unless it is empty.
   * @throws PintleError `template.parse` with Go's message; the set is then as before
   */
  parse(name: string, text: string): void {
    const { files } = this.#shared
    let known = files.get(text)
    // A definition called like its file takes the place of the root.
    if (known === undefined || text.includes(name) || text.includes(known.name)) {
      known = { name, trees: this.#parse(name, text) }
      files.set(text, known)
    }
    this.#add(this.#templatesOf(name, text, known.trees, known.name))
  }

  /** The template of that name. */
  lookup(name: string): Template | undefined {
    return this.#root !== undefined && name === this.name ? this.#root : this.#templates.get(name)
  }

  /** The names of all templates; those a text defines stand before its own. */
  names(): string[] {
    const names = new Set(this.#templates.keys())
    if (this.#root) names.add(this.name)
    return [...names]
  }

  /** A set with the same templates; what is parsed into one of the two, the other does not see. Costs nothing until then. */
  derive(): TemplateSet {
    return new TemplateSet(this.name, undefined, this, this.#root)
  }

  /**
   * The set in which Helm's tpl runs a text: this one, with the templates the text defines, and the text as the root template.
   * The same text gives the same set.
   * @throws PintleError `template.parse`
   */
  withText(text: string): { set: TemplateSet, root: Template } {
    const { name } = this
    this.#derived ??= new Map()
    let set = this.#derived.get(text)
    if (set === undefined) {
      const { texts } = this.#shared
      let trees = texts.get(text)
      if (trees === undefined) {
        trees = this.#templatesOf(name, text, this.#parse(name, text))
        if (texts.size >= maxCached) texts.clear()
        texts.set(text, trees)
      }
      // Go clones the set under the root's name without a tree, so whatever had that name is gone, and even an empty text counts.
      const root = trees.find((t) => t.name === name)!
      set = new TemplateSet(name, undefined, this, root)
      if (trees.length > 1) set.#add(trees.filter((t) => t !== root))
      if (this.#derived.size >= maxCached) this.#derived.clear()
      this.#derived.set(text, set)
    }
    return { set, root: set.#root! }
  }

  #parse(name: string, text: string): readonly ParsedTree[] {
    return [...parseTemplate(name, text, this.#shared.hasFunction).values()]
  }

  /** Templates of the trees of a text, the root of which `root` names in them. */
  #templatesOf(name: string, text: string, trees: readonly ParsedTree[], root = name): Template[] {
    return trees.map((t) => new Template(t.name === root ? name : t.name, name, text, t.root, this.#shared.settings))
  }

  #add(templates: readonly Template[]): void {
    if (this.#borrowed) {
      this.#templates = new Map(this.#templates)
      this.#borrowed = false
    }
    for (const template of templates) {
      if (this.#templates.has(template.name) && template.isEmpty) continue
      this.#templates.set(template.name, template)
    }
    this.#derived = undefined
  }

  /** The error of running a template that is not there. */
  missing(name: string): PintleError {
    return new PintleError('template.exec', `template: no template ${quote(name)} associated with template ${quote(this.name)}`)
  }
}
