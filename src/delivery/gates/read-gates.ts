import type { Fault } from '../settings/index.ts'
import type { Templates } from './gate-keys.ts'
import { readFreeGates } from './read-free-gates.ts'
import { readSlo } from './read-slo.ts'
import type { GateSettings } from './settings.ts'

/**
 * Reads what a service's gates are made of: `slo` and `gates`.
 * @param slo as written; undefined: no error rate and no latency
 * @param gates as written; undefined: none
 * @param fault makes errors for paths below the service: `['slo', 'error_rate_max']`
 * @param templates `gateTemplates` of pintle.yaml, and what makes its errors
 * @returns plain data that holds no secret; no gates at all where nothing is written
 * @throws what `fault` makes
 */
export function readGates(slo: unknown, gates: unknown, fault: Fault, templates?: Templates): GateSettings {
  const { gates: own, ...common } = readSlo(slo, fault)
  const free = readFreeGates(gates, { fault, templates, providers: common.providers, window: common.window, usual: common.usual })
  const all = [...own, ...free.gates]
  const twice = all.findIndex(({ name }, i) => all.findIndex((other) => other.name === name) !== i)
  if (twice >= 0) throw fault(twice < own.length ? ['slo'] : ['gates', twice - own.length, 'name'], `two gates are called ${all[twice]!.name}`)
  const used = Object.fromEntries(Object.entries({ ...common.providers, ...free.providers }).filter(([name]) => all.some((gate) => gate.provider === name) || common.budget?.provider === name))
  return { schema: 'pintle.dev/gates/v1', providers: used, gates: all, scrape: common.scrape, subset: common.subset, ...(common.budget && { budget: common.budget }) }
}
