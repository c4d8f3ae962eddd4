import type { FlagSpec } from './flags.ts'

export const evidenceFlag: FlagSpec = { name: 'evidence', type: 'string', default: '.pintle/evidence', usage: 'folder of the evidence, or postgres:// URL; over what pintle.yaml says' }
