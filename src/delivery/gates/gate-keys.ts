import { keyedMap, type Fault, type Path } from '../settings/index.ts'
import { providerKinds } from './providers/registry.ts'

/** `gateTemplates` of pintle.yaml as written, and what makes its errors. */
export interface Templates {
  readonly raw: unknown
  readonly fault: Fault
}

const gateKeys: readonly string[] = ['name', 'provider', 'query', 'numerator', 'denominator', 'samples', 'max', 'min', 'min_samples', 'window', 'unit', 'confidence', 'dryRun', 'inline', 'background', ...Object.keys(providerKinds)]

/** The keys of a free gate; a template of gates has the same. @throws what `fault` makes */
export const checkGateKeys = (map: Record<string, unknown>, more: readonly string[], at: Path, fault: Fault): Record<string, unknown> =>
  keyedMap(map, [...gateKeys, ...more], { section: String(at[0]), at: at.slice(1), fault: (path, ...rest) => fault([at[0]!, ...path], ...rest) })
