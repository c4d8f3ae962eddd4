import type { CompareOptions, SecretView } from '../../cluster/helm-diff/index.ts'
import type { CommandContext } from './command.ts'
import type { FlagSpec, Flags } from './flags.ts'
import { globalFlags } from './settings.ts'

/** Helm's global flags; helm-diff has a boolean --color. */
const globals: readonly FlagSpec[] = globalFlags.filter((flag) => flag.name !== 'color' && flag.name !== 'colour').map((flag) => ({ ...flag, hidden: flag.name.startsWith('kube-') && flag.name !== 'kube-context' }))

/** What all commands of `pintle diff` take, with helm-diff's names. */
export const diffFlags: readonly FlagSpec[] = [
  ...globals,
  { name: 'color', type: 'bool', usage: 'colour the output; by default on a terminal, unless TERM is dumb. HELM_DIFF_COLOR=true|false says the same' },
  { name: 'no-color', type: 'bool', usage: 'no colours' },
  { name: 'context', short: 'C', type: 'int', default: -1, usage: 'lines of context around changes; -1 for all' },
  { name: 'output', type: 'string', default: 'diff', usage: 'diff, simple, template, json, structured or dyff; for template, HELM_DIFF_TPL names a file', completes: ['diff', 'simple', 'template', 'json', 'structured', 'dyff'] },
  { name: 'suppress', type: 'stringArray', placeholder: 'KIND', usage: 'say only that objects of this kind change; can be repeated', completes: [] },
  { name: 'suppress-secrets', short: 'q', type: 'bool', usage: 'the same as --suppress Secret' },
  { name: 'show-secrets', type: 'bool', usage: 'show the values of Secrets' },
  { name: 'show-secrets-decoded', type: 'bool', usage: 'show the values of Secrets, decoded' },
  { name: 'suppress-output-line-regex', type: 'stringArray', usage: 'leave lines out that match; can be repeated', completes: [] },
  { name: 'find-renames', short: 'D', type: 'float', default: 0, usage: 'take objects of one kind for renamed when less than this share of their lines differs' },
  { name: 'strip-trailing-cr', type: 'bool', usage: 'line ends are no difference' },
  { name: 'include-tests', type: 'bool', usage: 'compare the test hooks too' },
  { name: 'normalize-manifests', type: 'bool', usage: 'compare what the YAML means: its style is no difference' },
  { name: 'detailed-exitcode', type: 'bool', usage: 'exit with 2 when there are changes' },
]

/** --output, else HELM_DIFF_OUTPUT. */
export function diffOutput(flags: Flags, env: NodeJS.ProcessEnv = process.env): string {
  if (flags.changed('output')) return flags.string('output')
  return env.HELM_DIFF_OUTPUT?.trim() ? env.HELM_DIFF_OUTPUT : flags.string('output')
}

/** Whether to colour. Upstream: PersistentPreRun in cmd/root.go. */
export function diffColour({ flags, out }: Pick<CommandContext, 'flags' | 'out'>, env: NodeJS.ProcessEnv = process.env): boolean {
  const said = /^(1|t|T|TRUE|true|True)$/.test(env.HELM_DIFF_COLOR ?? '') ? true : /^(0|f|F|FALSE|false|False)$/.test(env.HELM_DIFF_COLOR ?? '') ? false : undefined
  const forced = flags.changed('color') ? flags.bool('color') : said
  if (flags.bool('no-color') || forced === false) return false
  if (flags.changed('no-color') || forced === true) return true
  return out.isTerminal && env.TERM !== 'dumb'
}

/** What the flags say about comparing. `context` comes from an environment variable too, for `upgrade` alone. */
export function compareOptions({ flags, out }: Pick<CommandContext, 'flags' | 'out'>, context = flags.number('context')): CompareOptions {
  const secrets: SecretView = flags.bool('show-secrets-decoded') ? 'decoded' : flags.bool('show-secrets') ? 'shown' : 'redacted'
  return {
    secrets,
    context,
    stripTrailingCR: flags.bool('strip-trailing-cr'),
    findRenames: flags.number('find-renames'),
    suppressedKinds: suppressedKinds(flags),
    suppressLines: flags.list('suppress-output-line-regex'),
    structured: diffOutput(flags) === 'structured',
    warn: (text) => out.note(text),
  }
}

export const suppressedKinds = (flags: Flags): string[] => [...flags.list('suppress'), ...(flags.bool('suppress-secrets') ? ['Secret'] : [])]

/** Whether values of Secrets are asked for; without that, values that were encrypted are in no diff, whatever the kind of object. */
export const showsSecrets = (flags: Flags): boolean => flags.bool('show-secrets') || flags.bool('show-secrets-decoded')
