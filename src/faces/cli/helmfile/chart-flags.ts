import type { FlagSpec } from '../flags.ts'
import type { HelmfileContext } from './verb.ts'

export const argsFlag: FlagSpec = { name: 'args', type: 'string', usage: 'more flags for every command line of Helm' }
/** --args; with --debug Helm says more, too. Source: Args in pkg/config/global.go. */
export const argsOf = ({ flags, globals }: HelmfileContext): string => (globals.debug ? `${flags.string('args')} --debug` : flags.string('args'))

export const concurrencyFlag: FlagSpec = { name: 'concurrency', type: 'int', usage: 'how many charts are prepared at once; 0: as many as there are' }

/** --set and --values, laid over the values of every release. */
export const overrideFlags: readonly FlagSpec[] = [
  { name: 'set', type: 'stringArray', usage: 'more values, as --set of helm' },
  { name: 'values', type: 'stringArray', usage: 'more files of values, as --values of helm' },
]

export const needsFlags: readonly FlagSpec[] = [
  { name: 'skip-needs', type: 'bool', default: true, usage: 'leave out what selected releases need; yes unless one of the next two is given' },
  { name: 'include-needs', type: 'bool', usage: 'take what selected releases need, too' },
  { name: 'include-transitive-needs', type: 'bool', usage: 'and what that needs' },
]

/** Source: SkipNeeds in pkg/config. */
export function needsOptions({ flags }: HelmfileContext): { skipNeeds: boolean; includeNeeds: boolean; includeTransitiveNeeds: boolean } {
  const includeTransitiveNeeds = flags.bool('include-transitive-needs')
  const includeNeeds = flags.bool('include-needs') || includeTransitiveNeeds
  return { skipNeeds: !includeNeeds && flags.bool('skip-needs'), includeNeeds, includeTransitiveNeeds }
}

export const enforceNeedsFlag: FlagSpec = { name: 'enforce-needs-are-installed', type: 'bool', usage: 'fail when a release needs one that is not to be installed' }
export const cleanupFlag: FlagSpec = { name: 'skip-cleanup', type: 'bool', usage: 'accepted and not used: no values are written that would have to be removed' }
