import type { KubernetesReader, References } from '../../../charts/references/index.ts'
import type { Value } from '../../../language/go/index.ts'
import type { PintleError } from '../../../errors/index.ts'
import { parseStateValues } from '../../../delivery/helmfile/index.ts'
import { editDistance, parseFlags, usage } from '../flags.ts'
import type { HelmProgram } from '../command.ts'
import type { Interrupts } from '../interrupts.ts'
import { Output } from '../output.ts'
import { checkHelmfileGlobals, helmfileGlobalFlags, readHelmfileGlobals, type HelmfileGlobals } from './global-flags.ts'
import { printHelmfileError } from './print-helmfile-error.ts'
import { resolveVerb } from './resolve-verb.ts'
import type { HelmfileContext, HelmfileVerb } from './verb.ts'
import { without } from './without-secrets.ts'
import { helmfileVerbs } from './verbs.ts'

export interface DispatchOptions {
  /** Absolute; default: the process's. */
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Instead of the process's output. */
  readonly out?: Output
  readonly readStdin?: () => Promise<string>
  /** Helm in this process. */
  readonly helm?: (() => Promise<HelmProgram>) | undefined
}

const noHelm = (): Promise<HelmProgram> => Promise.reject(new Error('there is no Helm to call'))

/** Verbs whose results are values, or made of them. */
const printValues: readonly string[] = ['template', 'build', 'write-values', 'print-env']

/** Levels by how much they say. */
const levels = ['debug', 'info', 'warn', 'error'] as const

/**
 * Runs one command line of helmfile, called by its own name or as `pintle helmfile`, and returns the exit code: 0; 1 after an error; 2 for changes with --detailed-exitcode; 3 when the
 * command line is wrong or nothing matches. Upstream: cmd/root.go, main.go.
 */
export async function runHelmfile(argv: readonly string[], program: string, options: DispatchOptions = {}): Promise<number> {
  const plain = program === 'helmfile'
  const out = options.out ?? new Output({ plain })
  const env = options.env ?? process.env
  let interrupts: Interrupts | undefined
  let globals: HelmfileGlobals | undefined
  let started = false
  /** What was decrypted or fetched: kept out of errors. */
  const secrets = new Set<string>()
  const keep = (texts: readonly string[]): void => {
    for (const text of texts) secrets.add(text)
    // Releases' values go to Helm in plain text: whatever it or anybody says may repeat them.
    out.hide(texts)
  }
  try {
    const found = resolveVerb(helmfileVerbs, helmfileGlobalFlags, argv)
    if (found === undefined || typeof found === 'string') return await noVerb(found, argv, program, out)
    const verb: HelmfileVerb = await found.entry.load()
    const specs = [...verb.flags, ...helmfileGlobalFlags]
    const parsed = parseFlags(found.words, specs)
    if (parsed.help) {
      const { verbHelp } = await import('./help.ts')
      out.write(verbHelp(program, found.entry.name, verb))
      return 0
    }
    for (const warning of parsed.warnings) out.note(warning)
    if (verb.maxArgs !== undefined && parsed.args.length > verb.maxArgs) throw usage(`accepts at most ${verb.maxArgs} arg(s), received ${parsed.args.length}`)
    globals = readHelmfileGlobals(parsed.flags, env, out.isTerminal)
    const stateValuesSet = parseStateValues(globals.stateValuesSet, globals.stateValuesSetString)
    checkHelmfileGlobals(globals)
    if (verb.interrupts !== undefined) interrupts = new (await import('../interrupts.ts')).Interrupts(out, verb.interrupts)
    if (!printValues.includes(found.entry.name) && !(parsed.flags.has('show-secrets') && parsed.flags.bool('show-secrets'))) out.hideInResults()
    const signal = interrupts?.signal ?? new AbortController().signal
    const least = levels.indexOf(globals.logLevel)
    const log: HelmfileContext['log'] = (level, message) => {
      if (levels.indexOf(level) < least) return
      // Command lines hold what --set was given: also what references stand for.
      out.note(level === 'debug' && secrets.size > 0 ? without(secrets, message) : message)
    }
    const cwd = options.cwd ?? process.cwd()
    const context: HelmfileContext = {
      flags: parsed.flags, args: parsed.args, argv, globals, out, cwd, env, log, signal, program, secrets, helm: options.helm ?? noHelm,
      load: {
        cwd, env, log, signal, stateValuesSet, expandReferences: referenceReader({ env, cwd, signal, out, kubeContext: globals.kubeContext }, keep), onSecrets: keep,
        file: globals.file, environment: globals.environment, selectors: globals.selectors, namespace: globals.namespace, kubeContext: globals.kubeContext, chart: globals.chart,
        stateValuesFiles: globals.stateValuesFiles, sequential: globals.sequential,
        ...(options.readStdin === undefined ? {} : { readStdin: options.readStdin }),
      },
    }
    started = true
    // Said once, when the command begins: App.Init in pkg/app/app.go.
    if (globals.enableLiveOutput && found.entry.name !== 'version') log('info', 'Live output is enabled')
    return (await verb.run(context)) ?? 0
  } catch (error) {
    const code = printHelmfileError(interrupts?.explain(error) ?? error, out, { secrets, plain, debug: globals?.debug === true, allowNoMatch: globals?.allowNoMatchingRelease === true, started })
    return interrupts?.exitCode ?? code
  } finally {
    interrupts?.end()
  }
}

/** vals references, with the answers of one run. */
function referenceReader({ env, cwd: folder, signal, out, kubeContext }: Pick<HelmfileContext, 'env' | 'cwd' | 'signal' | 'out'> & { kubeContext: string }, onSecrets: (texts: readonly string[]) => void): (value: Value) => Promise<Value> {
  let references: References | undefined
  return async (value) => {
    const { References: Reader } = await import('../../../charts/references/index.ts')
    references ??= new Reader({ env, folder, signal, onSecrets, readObject: async (address, options) => await objectReader({ env, signal, out, kubeContext })(address, options), failOnMissingKey: env.HELMFILE_VALS_FAIL_ON_MISSING_KEY_IN_MAP === 'true' })
    return (await references.values(new Map([['values', value]]))).get('values')!
  }
}

/** Objects that ref+k8s:// names, read as Helm would reach the cluster. */
const objectReader = ({ env, signal, out, kubeContext }: Pick<HelmfileContext, 'env' | 'signal' | 'out'> & { kubeContext: string }): KubernetesReader => async (address, options) => {
  const [{ kubernetesReader }, { globalFlags, readSettings }] = await Promise.all([import('../kubernetes-reader.ts'), import('../settings.ts')])
  const settings = readSettings(parseFlags([], globalFlags).flags, env)
  return await kubernetesReader({ settings: { ...settings, ...(kubeContext !== '' && { kubeContext }) }, out, signal })(address, options)
}

async function noVerb(word: string | undefined, argv: readonly string[], program: string, out: Output): Promise<number> {
  const help = await import('./help.ts')
  if (word === undefined) {
    if (argv.includes('--version') || argv.includes('-v')) {
      const { helmfileVersionText } = await import('../commands/helmfile-version.ts')
      out.line(`${program} version ${helmfileVersionText()}`)
      return 0
    }
    // What is wrong with flags is said before the help is shown.
    parseFlags(argv, helmfileGlobalFlags)
    out.write(help.helmfileHelp(program))
    return 0
  }
  const rest = argv.slice(argv.indexOf(word) + 1)
  if (word === 'help') {
    const found = resolveVerb(helmfileVerbs, helmfileGlobalFlags, rest)
    if (found !== undefined && typeof found !== 'string') out.write(help.verbHelp(program, found.entry.name, await found.entry.load()))
    else out.write(help.helmfileHelp(program))
    return 0
  }
  const group = helmfileVerbs.filter((verb) => verb.name.startsWith(`${word} `))
  if (group.length > 0) {
    out.write(help.groupHelp(program, word, group))
    return 0
  }
  throw unknownVerb(word, program)
}

/** helmfile's verbs in the order it adds them, which is the order of its suggestions. */
const names = [
  'create', 'init', 'apply', 'build', 'cache', 'deps', 'destroy', 'diff', 'doctor', 'fetch', 'list', 'repos', 'lint', 'write-values', 'test', 'unittest', 'template', 'sync', 'status', 'show-dag', 'print-env', 'version',
]

/** cobra's words for a command that is not there. */
function unknownVerb(word: string, program: string): PintleError {
  const typed = word.toLowerCase()
  const near = names.filter((name) => name.startsWith(typed) || editDistance(typed, name, 3) <= 2)
  const suggestion = near.length === 0 ? '' : `\n\nDid you mean this?\n${near.map((name) => `\t${name}\n`).join('')}`
  return usage(`unknown command ${JSON.stringify(word)} for "helmfile"${suggestion}`, `Run '${program} --help' for usage.`)
}

