import type { CommandEntry } from './command.ts'

/** Finds the command at the start of a command line; global flags may stand before it. */
export function resolveCommand(commands: readonly CommandEntry[], argv: readonly string[]): { path: string; words: string[]; entry: CommandEntry } | undefined {
  const i = nextWord(argv, 0)
  const word = argv[i]
  if (word === undefined) return undefined
  const second = argv[i + 1]
  const named = (name: string) => commands.find((c) => c.name === name || c.aliases?.includes(name))
  const two = second === undefined ? undefined : named(`${word} ${second}`)
  const entry = two ?? named(word)
  if (!entry) return undefined
  return { path: entry.name, words: [...argv.slice(0, i), ...argv.slice(i + (two ? 2 : 1))], entry }
}

/** Where the next word stands that is neither a flag nor a global flag's value. */
export function nextWord(argv: readonly string[], from: number): number {
  let i = from
  while (argv[i]?.startsWith('-')) i += valueFlags.has(argv[i]!) ? 2 : 1
  return i
}

/** Global flags that take the next word as their value, so that it is not read as the command. */
const valueFlags = new Set([
  '-n', '--namespace', '--kubeconfig', '--kube-context', '--kube-token', '--kube-as-user', '--kube-as-group', '--kube-apiserver',
  '--kube-ca-file', '--kube-tls-server-name', '--registry-config', '--repository-config', '--repository-cache', '--content-cache',
  '--burst-limit', '--qps', '--color', '--colour',
])
