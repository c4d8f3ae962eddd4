import { defaultPatience, type Patience } from '../../cluster/readiness/index.ts'
import { parseDuration, usage, type FlagSpec, type Flags } from './flags.ts'

/** The words of --fail-after. */
const words: Readonly<Record<string, keyof Patience>> = {
  'invalid-image': 'invalidImage', 'image-pull': 'imagePull', 'config-error': 'configError', unschedulable: 'unschedulable', quota: 'quota',
  'secret-sync': 'secretSync', 'secret-controller': 'secretController',
  'crash-restarts': 'crashRestarts', 'oom-kills': 'oomKills',
}
const isCount = (word: string): boolean => word === 'crash-restarts' || word === 'oom-kills'
const defaults = Object.entries(words).map(([word, key]) => `${word}=${defaultPatience[key] / (isCount(word) ? 1 : 1000)}${isCount(word) ? '' : 's'}`).join(',')

export const progressFlag: FlagSpec = {
  name: 'progress', type: 'string', default: 'auto', choices: ['auto', 'live', 'plain', 'json', 'none'],
  usage: "how to tell on stderr what goes on: 'live' redraws a table, 'plain' adds lines, 'json' writes one event a line, 'none'; 'auto' is live on a terminal, else plain",
  // The name of the first version.
  parse: (raw) => (raw === 'quiet' ? 'none' : raw),
}

const early: readonly FlagSpec[] = [
  { name: 'fail-early', type: 'bool', default: true, usage: 'stop waiting when time will not mend it; =false waits until the timeout, as Helm does' },
  { name: 'fail-after', type: 'stringToString', placeholder: 'trouble=limit', usage: `how long each trouble is borne before that; times, 'never', or counts (${defaults})` },
]

/** Flags of the commands that wait for a rollout. */
export const waitingFlags: readonly FlagSpec[] = [
  ...early,
  { name: 'stable-for', type: 'duration', default: '0s', usage: 'with --wait: how long what was rolled out must stay ready, its minReadySeconds included' },
  progressFlag,
]

/** The same for a command that always waits, and watches a while. */
export const carefulFlags: readonly FlagSpec[] = waitingFlags.map((f) => (f.name === 'stable-for' ? { ...f, default: '10s', usage: f.usage.replace('with --wait: ', '') } : f))

export function waitingOptions(flags: Flags): { failEarly?: boolean; patience?: Partial<Patience>; stableFor?: number } {
  if (!flags.has('fail-early')) return {}
  const patience: Partial<Patience> = {}
  for (const [word, text] of Object.entries(flags.map('fail-after'))) {
    const key = Object.hasOwn(words, word) ? words[word] : undefined
    if (key === undefined) throw usage(`--fail-after knows no trouble ${JSON.stringify(word)}`, `there are: ${Object.keys(words).join(', ')}`)
    patience[key] = limit(word, text)
  }
  return { failEarly: flags.bool('fail-early'), patience, stableFor: flags.duration('stable-for') }
}

function limit(word: string, text: string): number {
  if (text === 'never') return Infinity
  if (isCount(word)) {
    if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
    throw usage(`--fail-after ${word} is a number of times from 1 on, or never, not ${JSON.stringify(text)}`)
  }
  try {
    const milliseconds = parseDuration(text)
    if (milliseconds >= 0) return milliseconds
  } catch {
    // Told below.
  }
  throw usage(`--fail-after ${word} is a time like 90s, or never, not ${JSON.stringify(text)}`)
}
