import type { YamlScalar } from './yaml-scalars.ts'

/** What is wrong with a file that SOPS should have encrypted. */
export interface SopsFault {
  readonly rule: 'file/sops-no-mac' | 'file/sops-partly'
  readonly line: number
  readonly column: number
  readonly path: readonly (string | number)[]
}

/** Whether SOPS wrote the document: its metadata stands beside what it encrypts. */
export const isSops = (scalars: readonly YamlScalar[]): boolean => scalars.some((s) => s.path[0] === 'sops' && (s.path[1] === 'mac' || s.path[1] === 'version' || s.path[1] === 'lastmodified'))

/**
 * Values that SOPS' own rules say are encrypted and are not, as after a merge or an edit without SOPS; a missing MAC, without which nobody can tell.
 * Upstream: the rules `encrypted_regex`, `unencrypted_regex`, `encrypted_suffix`, `unencrypted_suffix` of getsops/sops.
 */
export function sopsFaults(scalars: readonly YamlScalar[]): SopsFault[] {
  const setting = (name: string): string | undefined => scalars.find((s) => s.path.length === 2 && s.path[0] === 'sops' && s.path[1] === name)?.value
  const first = scalars.find((s) => s.path[0] === 'sops')!
  const faults: SopsFault[] = []
  if (setting('mac') === undefined) faults.push({ rule: 'file/sops-no-mac', line: first.keyLine, column: 1, path: ['sops'] })
  const covered = coverage(setting)
  const plain = scalars.find((s) => s.path[0] !== 'sops' && s.value !== '' && !s.value.startsWith('ENC[') && covered(s.path))
  if (plain !== undefined) faults.push({ rule: 'file/sops-partly', line: plain.line, column: plain.column, path: plain.path })
  return faults
}

/** Whether a path is to be encrypted. The rule's expression is another's: one that is no expression covers nothing. */
function coverage(setting: (name: string) => string | undefined): (path: readonly (string | number)[]) => boolean {
  const some = (path: readonly (string | number)[], test: (key: string) => boolean) => path.some((step) => typeof step === 'string' && test(step))
  const encryptedSuffix = setting('encrypted_suffix')
  if (encryptedSuffix !== undefined && encryptedSuffix !== '') return (path) => some(path, (key) => key.endsWith(encryptedSuffix))
  for (const [name, wanted] of [['encrypted_regex', true], ['unencrypted_regex', false]] as const) {
    const pattern = setting(name)
    if (pattern === undefined || pattern === '') continue
    const words = alternatives(pattern)
    // What cannot be read as a list of names is left to SOPS.
    if (words === undefined) return () => false
    return (path) => some(path, (key) => words(key)) === wanted
  }
  const suffix = setting('unencrypted_suffix') ?? '_unencrypted'
  return (path) => suffix === '' || !some(path, (key) => key.endsWith(suffix))
}

/** `^(data|stringData)$` and its like, read without running somebody else's expression. */
function alternatives(pattern: string): ((key: string) => boolean) | undefined {
  const match = /^(\^)?\(?((?:[\w-]+\|)*[\w-]+)\)?(\$)?$/.exec(pattern)
  if (match === null) return undefined
  const [, from, list, to] = match
  const words = list!.split('|')
  return (key) => words.some((w) => (from !== undefined && to !== undefined ? key === w : from !== undefined ? key.startsWith(w) : to !== undefined ? key.endsWith(w) : key.includes(w)))
}
