import { join } from 'node:path'
import { nodeHost, type Answers } from '../../charts/render/index.ts'
import { PintleError } from '../../errors/index.ts'
import { jsonMarshal, type Host, type Value } from '../../language/go/index.ts'
import { Execution, TemplateSet } from '../../language/template/index.ts'
import { runProgramSync } from './run-program-sync.ts'
import { templateFunctions } from './template-functions.ts'
import type { WorkingFolder } from './working-folder.ts'

/** Go's name of every template that helmfile renders. */
const root = 'stringTemplate'

/** How deep tpl may nest: each starts a template set of its own. */
const maxTpl = 100
/** How often a text is rendered again because a reference became known. */
const maxPasses = 50

export interface RendererOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly expandReferences?: ((value: Value) => Promise<Value>) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Renders the texts of states and values files as helmfile's FileRenderer does. One for a run: it keeps compiled templates and resolved references. */
export class TextRenderer {
  readonly #options: RendererOptions
  readonly #sets = new Map<string, TemplateSet>()
  /** Resolved references, by their JSON. Never printed. */
  readonly #known = new Map<string, Value>()
  readonly #wanted = new Map<string, Value>()
  /** What programs printed in this rendering, so that one more pass does not run them again. */
  #printed = new Map<string, string>()
  #calls = new Map<string, number>()
  #depth = 0
  readonly #host: Host

  constructor(options: RendererOptions) {
    this.#options = options
    const answers: Answers = { lookup: () => undefined, dns: () => '' }
    this.#host = nodeHost({ answers })
  }

  /** Whether HELMFILE_DISABLE_INSECURE_* forbids programs and files (strconv.ParseBool). */
  get locked(): boolean {
    const { env } = this.#options
    return [env.HELMFILE_DISABLE_INSECURE_FEATURES, env.HELMFILE_DISABLE_INSECURE_TEMPLATE_FUNCTIONS].some((text) => /^(?:1|t|T|TRUE|true|True)$/.test(text ?? ''))
  }

  /**
   * @param basePath where helper templates (`_*.tpl`) lie and what paths are relative to, seen from `folder`
   * @param dry render what an old file can tell before its values are known: missing ones are nothing, and nothing is run
   * @throws PintleError template.parse, template.exec with Go's text
   */
  async render(folder: WorkingFolder, basePath: string, text: string, data: Value, dry = false): Promise<string> {
    // Nothing to do, as long as no helper template stands for what is empty.
    if (!text.includes('{{') && text.trim() !== '') return text
    const base = this.#base(folder, basePath, dry)
    if (!text.includes('{{') && base.lookup(root) === undefined) return text
    this.#printed = new Map()
    for (let pass = 0; ; pass++) {
      this.#options.signal?.throwIfAborted()
      this.#wanted.clear()
      this.#calls = new Map()
      let failed: unknown
      let output = ''
      try {
        output = this.#run(base, text, data)
      } catch (error) {
        failed = error ?? new Error('template: failed')
      }
      if (this.#wanted.size === 0 || pass >= maxPasses) {
        if (failed !== undefined) throw failed
        return output
      }
      for (const [key, value] of this.#wanted) this.#known.set(key, await this.#options.expandReferences!(value))
    }
  }

  #run(base: TemplateSet, text: string, data: Value): string {
    const set = base.derive()
    set.parse(root, text)
    return new Execution(set, { host: this.#host }).execute(root, data)
  }

  /** The functions and helper templates of a folder. */
  #base(folder: WorkingFolder, basePath: string, dry: boolean): TemplateSet {
    const key = `${dry} ${folder.resolve(basePath)} ${basePath}`
    const known = this.#sets.get(key)
    if (known !== undefined) return known
    const base: TemplateSet = new TemplateSet(root, {
      missingKey: dry ? 'zero' : 'error',
      funcs: templateFunctions({
        folder, basePath, env: this.#options.env, locked: this.locked, dry,
        run: (command, args, input, env) => this.#exec(folder, basePath, command, args, input, env),
        expand: (values) => this.#expand(values),
        tpl: (inner, value) => this.#tpl(base, inner, value),
      }),
    })
    for (const file of folder.glob(join(basePath, '_*.tpl'))) {
      let text: string
      try {
        text = folder.readText(file)
      } catch (error) {
        throw new Error(`failed to read helper template ${file}: ${(error as Error).message}`, { cause: error })
      }
      try {
        base.parse(root, text)
      } catch (error) {
        throw new PintleError('template.parse', `failed to parse helper template ${file}: ${(error as Error).message}`, { cause: error })
      }
    }
    this.#sets.set(key, base)
    return base
  }

  #tpl(base: TemplateSet, text: string, data: Value): string {
    if (this.#depth >= maxTpl) throw new PintleError('template.limit', `template: tpl is nested more than ${maxTpl} levels deep`)
    this.#depth++
    try {
      return this.#run(base, text, data)
    } finally {
      this.#depth--
    }
  }

  #exec(folder: WorkingFolder, basePath: string, command: string, args: readonly string[], input: string, env: ReadonlyMap<string, string> | undefined): string {
    const call = JSON.stringify([basePath, command, args, input, env === undefined ? null : [...env]])
    const count = (this.#calls.get(call) ?? 0) + 1
    this.#calls.set(call, count)
    const key = `${count} ${call}`
    let printed = this.#printed.get(key)
    if (printed === undefined) {
      printed = runProgramSync({ command, args, input, folder: folder.resolve(basePath), env: env === undefined ? this.#options.env : { ...this.#options.env, ...Object.fromEntries(env) } })
      this.#printed.set(key, printed)
    }
    return printed
  }

  /** References are fetched between passes: until then a template gets them as they stand. */
  #expand(values: Value): Value {
    if (this.#options.expandReferences === undefined) throw new Error('references to secrets cannot be resolved here')
    const key = jsonMarshal(values)
    const known = this.#known.get(key)
    if (known !== undefined) return known
    this.#wanted.set(key, values)
    return values
  }
}
