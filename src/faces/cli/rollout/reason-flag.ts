import type { FlagSpec, Flags } from '../flags.ts'

export const reasonFlag: FlagSpec = { name: 'reason', type: 'string', usage: 'why; it is kept in the journal and the evidence' }

/** The longest reason that is kept, in characters. */
const most = 1000

export const reasonOf = (flags: Flags): { reason?: string } => (flags.string('reason').trim() === '' ? {} : { reason: flags.string('reason').trim().slice(0, most) })
