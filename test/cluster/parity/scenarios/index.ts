import type { Scenario } from '../scenario.ts'
import { applying } from './applying.ts'
import { commandLine } from './command-line.ts'
import { faults } from './faults.ts'
import { hooks } from './hooks.ts'
import { interchange } from './interchange.ts'
import { lifecycle } from './lifecycle.ts'
import { values } from './values.ts'

export const scenarios: readonly Scenario[] = [...commandLine, ...faults, ...lifecycle, ...applying, ...hooks, ...values, ...interchange]

/** Those the environment asks for: all with PARITY_ALL, those whose names hold PARITY_ONLY, else a half of them, the same each time, or with PARITY_HALF=2 the other one. */
export function scenariosToRun(env: NodeJS.ProcessEnv = process.env): readonly Scenario[] {
  const { PARITY_ONLY: only, PARITY_ALL: all, PARITY_HALF: half = '1' } = env
  if (only !== undefined) return scenarios.filter((s) => s.name.includes(only))
  if (all !== undefined) return scenarios
  // A multiplicative hash of the place; its top bit decides.
  return scenarios.filter((_, i) => Math.imul(i + 1, 0x9e3779b3) < 0 === (half === '1'))
}
