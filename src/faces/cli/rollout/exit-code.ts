import { isEnded, type Journal } from '../../../delivery/rollout/index.ts'

/**
 * How a command ends that followed a rollout to its end: 0 promoted, 6 the old version is the release again, 5 refused before anything was changed, 1 failed or superseded; 3 when it
 * goes on, or holds, without an end.
 */
export function exitCodeOf({ phase, transitions }: Pick<Journal, 'phase' | 'transitions'>): number {
  if (phase === 'promoted') return 0
  // What never went on from its beginning changed nothing.
  if (phase === 'aborted') return transitions.some((t) => t.phase === 'aborting') ? 6 : 5
  return phase === 'failed' || isEnded({ phase }) ? 1 : 3
}

/** The end in a sentence. */
export function endText(journal: Journal): string {
  const { release, phase, from, to, message, achieved } = journal
  const why = message === undefined ? '' : `: ${message}`
  switch (exitCodeOf(journal)) {
    case 0: return `${release}: revision ${to.revision} is promoted`
    case 5: return `${release}: refused, nothing was changed${why}`
    case 6: return `${release}: aborted, revision ${from.revision} serves again${why}`
    case 1: return `${release}: ${phase}${why}`
    default: return `${release}: ${phase} at ${achieved}%${why}`
  }
}
