import type { FlagSpec } from '../../flags.ts'
import type { HelmfileContext } from '../verb.ts'

/** Flags of verbs that can work on several environments in one run. */
export const fleetFlags: readonly FlagSpec[] = [
  { name: 'all-environments', type: 'bool', usage: 'all environments of the state in one run' },
  { name: 'wave', type: 'stringArray', placeholder: 'ENV,...', usage: 'environments that are worked on at once; several flags are waves, each begun when the one before is healthy' },
  { name: 'wave-timeout', type: 'int', default: 300, usage: 'seconds until the releases of a wave must be healthy' },
  { name: 'fleet-output', short: 'o', type: 'string', default: 'table', usage: 'what is printed about a run over several environments: table or json', completes: ['table', 'json'] },
  { name: 'as-jobs', type: 'bool', usage: 'run each environment as a Job in a cluster' },
  { name: 'image', type: 'string', usage: 'image of Pintle for Jobs' },
  { name: 'jobs-namespace', type: 'string', default: 'pintle-fleet', usage: 'namespace of Jobs' },
  { name: 'keys-secret', type: 'string', usage: 'Secret whose keys become variables of Jobs: SOPS_AGE_KEY and the like' },
  { name: 'report', type: 'string', hidden: true, usage: 'where the report of this environment goes: fd:3 or configmap:NAMESPACE/NAME' },
]

/** Whether a command line is about several environments. */
export function isFleet({ flags, globals }: Pick<HelmfileContext, 'flags' | 'globals'>): boolean {
  if (!flags.has('report') || flags.string('report') !== '') return false
  return flags.bool('all-environments') || flags.list('wave').length > 0 || flags.bool('as-jobs') || new Set(globals.environments).size > 1
}

/** Those that only the run over all environments needs, not that of one. */
const ownFlags = new Set(['all-environments', 'wave', 'fleet-output', 'as-jobs', 'image', 'jobs-namespace', 'keys-secret', 'environment'])

/** The command line for one environment: what names environments and waves is left out. @param specs flags of the verb and global ones */
export function wordsWithoutFleet(argv: readonly string[], specs: readonly FlagSpec[]): string[] {
  const out: string[] = []
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!
    if (word === '--') return [...out, ...argv.slice(i)]
    const long = /^--([^=]+)(=)?/.exec(word)
    const short = long === null ? /^-([a-zA-Z])(.*)$/s.exec(word) : null
    const spec = long !== null ? specs.find((one) => one.name === long[1]) : short !== null ? specs.find((one) => one.short === short[1]) : undefined
    const apart = spec !== undefined && spec.type !== 'bool' && spec.noValue === undefined && (long !== null ? long[2] === undefined : short![2] === '')
    const words = apart ? argv.slice(i, i + 2) : [word]
    if (apart) i += 1
    if (spec === undefined || !ownFlags.has(spec.name)) out.push(...words)
  }
  return out
}
