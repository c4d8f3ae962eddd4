import { evaluateVariable, wrapperVariable } from '../../charts/references/index.ts'
import type { CommandEntry } from './command.ts'
import { usage } from './flags.ts'
import { nextWord } from './resolve-command.ts'
import { versions } from './versions.ts'

/** A command line of helm-secrets, as another: with its options as variables. */
export interface Unwrapped {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Printed in place of running anything. */
  readonly text?: string
  /** The exit code when something is only printed. */
  readonly code?: number
}

/** Those that HELM_SECRETS_WRAPPER_ENABLED wraps. Upstream: scripts/wrapper/helm.sh. */
const wrappedVerbs = ['install', 'upgrade', 'template', 'lint', 'diff']
const help = ['-h', '--help', 'help']

/**
 * Reads `secrets [OPTIONS] COMMAND ...`: commands of its own, and any other, which then reads values through a backend. Upstream: scripts/run.sh of helm-secrets.
 * @returns undefined for command lines that are none of these
 */
export function unwrapSecrets(argv: readonly string[], commands: readonly CommandEntry[], program: string, variables: NodeJS.ProcessEnv = process.env): Unwrapped | undefined {
  const at = nextWord(argv, 0)
  if (argv[at] !== 'secrets') {
    return variables.HELM_SECRETS_WRAPPER_ENABLED === 'true' && wrappedVerbs.includes(argv[at] ?? '') ? { argv, env: { [wrapperVariable]: 'true' } } : undefined
  }
  const { env, rest } = options(argv.slice(at + 1))
  const [word, ...more] = rest
  // Without a command the plugin fails.
  if (word === undefined || help.includes(word)) return { argv, env, text: overview(program, commands), code: word === undefined && program === 'helm' ? 1 : 0 }
  if (word === '--version' || word === '-v') return { argv, env, text: `${versions.helmSecrets}\n` }
  const before = argv.slice(0, at)
  const backend = env.HELM_SECRETS_BACKEND ?? variables.HELM_SECRETS_BACKEND ?? 'sops'
  if (backend !== 'sops' && ['decrypt', 'dec', 'view'].includes(word)) return { argv: [...before, 'secrets', 'backend-decrypt', ...more], env }
  if (commands.some((c) => [c.name, ...(c.aliases ?? [])].includes(`secrets ${word}`))) return { argv: [...before, 'secrets', word, ...more], env }
  if (more.length === 0 || help.includes(more[0]!)) return { argv, env, text: wrapperUsage(program, word) }
  return { argv: [...before, ...rest], env: { ...env, [wrapperVariable]: 'true' } }
}

/** Options before the command. */
function options(words: readonly string[]): { env: Record<string, string>; rest: readonly string[] } {
  const env: Record<string, string> = {}
  let i = 0
  for (; i < words.length; i++) {
    const word = words[i]!
    const [, name, , given] = /^(--?[a-z-]+)(=(.*))?$/s.exec(word) ?? []
    if (name === undefined) break
    const variable = valueOptions[name]
    if (variable !== undefined) {
      const value = given ?? words[++i]
      if (value === undefined) throw usage(`flag needs an argument: ${name}`)
      env[variable] = value
      continue
    }
    const toggle = toggles[name]
    if (toggle === undefined) break
    if (given === undefined && toggle !== 'HELM_SECRETS_QUIET' && (words[i + 1] === 'true' || words[i + 1] === 'false')) env[toggle] = words[++i]!
    else env[toggle] = given ?? 'true'
  }
  return { env, rest: words.slice(i) }
}

const valueOptions: Readonly<Record<string, string>> = { '--backend': 'HELM_SECRETS_BACKEND', '-b': 'HELM_SECRETS_BACKEND', '--backend-args': 'HELM_SECRETS_BACKEND_ARGS', '-a': 'HELM_SECRETS_BACKEND_ARGS' }
const toggles: Readonly<Record<string, string>> = {
  '--quiet': 'HELM_SECRETS_QUIET', '-q': 'HELM_SECRETS_QUIET', '--ignore-missing-values': 'HELM_SECRETS_IGNORE_MISSING_VALUES', '--evaluate-templates': 'HELM_SECRETS_EVALUATE_TEMPLATES',
  '--evaluate-templates-decode-secrets': 'HELM_SECRETS_EVALUATE_TEMPLATES_DECODE_SECRETS', '--decrypt-secrets-in-tmp-dir': 'HELM_SECRETS_DECRYPT_SECRETS_IN_TMP_DIR', '--evaluate-references': evaluateVariable,
}

function overview(program: string, commands: readonly CommandEntry[]): string {
  const own = commands.filter((c) => c.name.startsWith('secrets ') && c.hidden !== true)
  const width = Math.max(...own.map((c) => c.name.length - 'secrets '.length), '<cmd>'.length)
  return `Values from encrypted files and secret stores, read in memory.

Usage:
  ${program} secrets [OPTIONS] COMMAND

Available Commands:
${own.map((c) => `  ${c.name.slice('secrets '.length).padEnd(width)}  ${c.short}`).join('\n')}
  ${'<cmd>'.padEnd(width)}  any other command of ${program}, with values files and --set read through the backend

Available Options:
  -b, --backend NAME                                 sops, vals or noop (env: HELM_SECRETS_BACKEND)
  -a, --backend-args ARGS                            arguments of the backend (env: HELM_SECRETS_BACKEND_ARGS)
  -q, --quiet                                        do not say which files are decrypted (env: HELM_SECRETS_QUIET)
      --ignore-missing-values [true|false]           a values file that is missing is empty (env: HELM_SECRETS_IGNORE_MISSING_VALUES)
      --evaluate-templates [true|false]              replace references in what was rendered (env: HELM_SECRETS_EVALUATE_TEMPLATES)
      --evaluate-templates-decode-secrets [true|false]
                                                     those in the data of Secrets, too (env: HELM_SECRETS_EVALUATE_TEMPLATES_DECODE_SECRETS)
      --decrypt-secrets-in-tmp-dir [true|false]      taken and not needed: nothing is written
  -h, --help                                         this help
  -v, --version                                      the version of helm-secrets that this behaves as
`
}

const wrapperUsage = (program: string, word: string): string => `${program} secrets [ OPTIONS ] ${word}

Runs \`${program} ${word}\` with its values read through a backend: files of -f, --values and --set-file that are encrypted, and literals of --set, --set-string and --set-json, are
decrypted in memory.

Examples:
  $ ${program} secrets upgrade shop ./charts/shop -f values.yaml -f secrets.yaml
  $ ${program} secrets -b vals template ./charts/shop -f values.yaml
`
