import type { FlagSpec } from './flags.ts'

export const evidenceFlag: FlagSpec = { name: 'evidence', type: 'string', default: '.pintle/evidence', usage: 'folder of the evidence, or postgres:// URL; over what pintle.yaml says' }

/** What a release was asked for by; part of its record and note. */
export const ticketFlag: FlagSpec = { name: 'ticket', type: 'string', usage: 'ticket the release belongs to: OPS-12', completes: [] }
