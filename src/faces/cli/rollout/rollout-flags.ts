import type { CommandContext, Session } from '../command.ts'
import { usage, type FlagSpec } from '../flags.ts'

/** Flags of the commands that may run a rollout. */
export const rolloutFlags: readonly FlagSpec[] = [
  { name: 'compress-time', type: 'int', default: 1, usage: 'divide every wait of a rollout by this; on simulated clusters only, and on record' },
]

/** @throws PintleError usage on a cluster that is no simulation */
export function compressionOf({ flags }: CommandContext, { simulated }: Session): number {
  const factor = flags.has('compress-time') ? flags.number('compress-time') : 1
  if (factor < 1 || factor > 10_000) throw usage('--compress-time is a number from 1 to 10000')
  if (factor > 1 && !simulated) throw usage('--compress-time is for simulated clusters', 'Real traffic takes its time: shorten `window_minutes` and waits in pintle.yaml instead.')
  return factor
}
