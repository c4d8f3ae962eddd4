import { isMap, type Fault, type Path } from '../settings/index.ts'
import { providerKinds } from './providers/registry.ts'
import type { ProviderSettings } from './providers/provider-kind.ts'
import { expandTemplate } from './gate-templates.ts'
import type { Templates } from './gate-keys.ts'
import { count, readQuery, text, time, yes } from './read-values.ts'
import type { GateSpec } from './settings.ts'

interface Surroundings {
  readonly fault: Fault
  readonly templates: Templates | undefined
  readonly providers: Readonly<Record<string, ProviderSettings>>
  readonly usual: string
  readonly window: number
}

/** Reads the list `gates`. @throws what `fault` makes */
export function readFreeGates(raw: unknown, around: Surroundings): { gates: GateSpec[]; providers: Record<string, ProviderSettings> } {
  if (raw === undefined || raw === null) return { gates: [], providers: {} }
  if (!Array.isArray(raw)) throw around.fault(['gates'], 'gates must be a list')
  const providers: Record<string, ProviderSettings> = {}
  return { gates: raw.map((entry: unknown, i) => readGate(entry, ['gates', i], around, providers)), providers }
}

function readGate(entry: unknown, at: Path, around: Surroundings, providers: Record<string, ProviderSettings>): GateSpec {
  if (!isMap(entry)) throw around.fault(at, 'a gate is a map: { name, query, max }')
  const { map, args, fault } = expandTemplate(entry, at, around)
  const name = text(map.name, 'the name of a gate', [...at, 'name'], fault, 100)
  if (!/^[\w.-]+$/.test(name)) throw fault([...at, 'name'], 'the name of a gate has letters, digits, . _ -')
  const said = `gate ${name}`
  const provider = providerOf(map, name, at, around, fault, providers)
  const { kind } = providers[provider] ?? around.providers[provider]!
  const query = (key: string): string | undefined => (map[key] === undefined ? undefined : readQuery(map[key], `${key} of ${said}`, [...at, key], fault, args))
  const bounds = boundsOf(map, said, at, fault)
  const needed = map.min_samples === undefined ? 0 : count(map.min_samples, `min_samples of ${said}`, [...at, 'min_samples'], fault)
  const flag = (key: string): boolean | undefined => (map[key] === undefined ? undefined : yes(map[key], `${key} of ${said}`, [...at, key], fault))
  const common = {
    name, provider, window: map.window === undefined ? around.window : time(map.window, `window of ${said}`, [...at, 'window'], fault), needed,
    ...(flag('dryRun') === true && { dryRun: true }), ...(flag('inline') === false && { inline: false as const }), ...(flag('background') === false && { background: false as const }),
    ...(Object.keys(args).length > 0 && { args }), ...(map.unit !== undefined && { unit: text(map.unit, `unit of ${said}`, [...at, 'unit'], fault, 20) }),
  }
  if (common.inline === false && common.background === false) throw fault(at, `${said} is judged neither inline nor in the background`)
  if (map.numerator !== undefined || map.denominator !== undefined) {
    const [numerator, denominator] = [query('numerator'), query('denominator')]
    if (numerator === undefined || denominator === undefined || map.query !== undefined) throw fault(at, `${said} has either a query, or a numerator and a denominator`)
    if (bounds === undefined) throw fault(at, `${said} has neither max nor min`)
    return { kind: 'ratio', counts: false, ...common, numerator, denominator, ...bounds, ...(flag('confidence') === true && { confidence: true }) }
  }
  if (map.confidence !== undefined) throw fault([...at, 'confidence'], `confidence of ${said} needs a numerator and a denominator`)
  const value = query('query')
  if (value === undefined && providerKinds[kind]!.judges === true) return { kind: 'verdict', ...common }
  if (value === undefined) throw fault(at, `${said} has no query`)
  if (bounds === undefined) throw fault(at, `${said} has neither max nor min`)
  const samples = query('samples')
  if (needed > 0 && samples === undefined) throw fault([...at, 'min_samples'], `min_samples of ${said} needs something to count`, 'samples: QUERY, or numerator and denominator in place of query.')
  return { kind: 'value', ...common, query: value, ...(samples !== undefined && { samples }), ...bounds }
}

/** A gate's own source, `provider: NAME`, or the one of `slo`. */
function providerOf(map: Record<string, unknown>, name: string, at: Path, { providers: known, usual }: Surroundings, fault: Fault, own: Record<string, ProviderSettings>): string {
  const kinds = Object.keys(map).filter((key) => Object.hasOwn(providerKinds, key))
  if (kinds.length > 1 || (kinds.length === 1 && map.provider !== undefined)) throw fault(at, `gate ${name} names more than one source of metrics`)
  const [kind] = kinds
  if (kind !== undefined) {
    own[`gate ${name}`] = providerKinds[kind]!.read(map[kind], [...at, kind], fault)
    return `gate ${name}`
  }
  const { provider = usual } = map
  if (typeof provider === 'string' && Object.hasOwn(known, provider)) return provider
  throw fault([...at, 'provider'], `gate ${name} names a source of metrics that slo does not have`, `There are: ${Object.keys(known).join(', ')}; or write the source into the gate.`)
}

function boundsOf({ max, min }: Record<string, unknown>, said: string, at: Path, fault: Fault): { max: number } | { min: number } | undefined {
  if (max !== undefined && min !== undefined) throw fault([...at, 'min'], `${said} has both max and min`, 'Write two gates.')
  for (const [key, value] of [['max', max], ['min', min]] as const) if (value !== undefined && (typeof value !== 'number' || !Number.isFinite(value))) throw fault([...at, key], `${key} of ${said} must be a number`)
  return max !== undefined ? { max: max as number } : min !== undefined ? { min: min as number } : undefined
}
