import { PintleError } from '../../errors/index.ts'
import { editDistance } from './flags.ts'

/** Helm's commands in the order it adds them, which is the order of its suggestions. Upstream: newRootCmdWithConfig in pkg/cmd/root.go. */
const helmCommands = [
  'create', 'dependency', 'pull', 'show', 'lint', 'package', 'repo', 'search', 'verify', 'get', 'history', 'install', 'list', 'test', 'rollback', 'status',
  'template', 'uninstall', 'upgrade', 'completion', 'env', 'plugin', 'version', 'registry', 'push',
] as const

/** Whether Helm has a command, or a group, of that name. */
export const isHelmCommand = (word: string): boolean => (helmCommands as readonly string[]).includes(word)

/** Words people type for other commands. */
const meant: Readonly<Record<string, string>> = { remove: 'uninstall', rm: 'uninstall' }

/** What is said to a command that is not there, called as `helm`: cobra's text, or that this version does not have it. */
export function unknownHelmCommand(word: string): PintleError {
  if (isHelmCommand(word)) return new PintleError('usage', `"helm ${word}" is not part of this version of Pintle`)
  const typed = word.toLowerCase()
  const near = helmCommands.filter((c) => c.startsWith(typed) || editDistance(typed, c, 3) <= 2 || (Object.hasOwn(meant, typed) && meant[typed] === c))
  const suggestion = near.length === 0 ? '' : `\n\nDid you mean this?\n${near.map((c) => `\t${c}\n`).join('')}`
  return new PintleError('usage', `unknown command ${JSON.stringify(word)} for "helm"${suggestion}\nRun 'helm --help' for usage.`)
}
