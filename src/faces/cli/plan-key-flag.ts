import type { FlagSpec } from './flags.ts'

export const planKeyFlag: FlagSpec = { name: 'plan-key', type: 'string', usage: "file with the key of plans: 32 bytes, raw or in base64 (default: PINTLE_PLAN_KEY, else this user's own)" }
