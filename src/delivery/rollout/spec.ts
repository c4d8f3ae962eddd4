import { nearest } from '../../errors/index.ts'
import { readWatch } from '../verify/index.ts'
import { isMap, keyedMap, readDuration, type Fault, type Path } from '../settings/index.ts'
import { isDriven } from './drivers/is-driven.ts'
import type { RolloutSpec, RouterKind, Step } from './types.ts'

/** The sections of a service in pintle.yaml that say how it is rolled out, as they are written. */
export interface StrategySections {
  readonly strategy?: unknown
  readonly canary?: unknown
  readonly blueGreen?: unknown
  readonly slo?: unknown
  readonly gates?: unknown
  readonly watch?: unknown
}

const routers: readonly RouterKind[] = ['replicas', 'gateway-api', 'istio', 'nginx', 'argo-rollouts', 'flagger', 'service']
const shared = ['router', 'workload', 'route', 'deadline', 'undecided', 'lost', 'lostAfter', 'replicas'] as const
const canaryKeys = [...shared, 'steps', 'tolerance', 'header'] as const
const blueGreenKeys = [...shared, 'smoke', 'warmUp', 'pause', 'approval', 'soak', 'scaleDownDelay', 'twoReleases'] as const
const defaults = { tolerance: 5, deadline: 30 * 60_000, lostAfter: 2 * 60_000, scaleDownDelay: 300_000, soak: 300_000 }

/**
 * Reads how a service is rolled out. The settings of its gates are left to whoever knows the environment.
 * @param fault makes the error for a place below the service
 * @returns undefined for a rolling update: the cluster's own
 * @throws what `fault` makes
 */
export function readStrategy(sections: StrategySections, fault: Fault): RolloutSpec | undefined {
  const { strategy = 'rolling' } = sections
  if (strategy !== 'rolling' && strategy !== 'canary' && strategy !== 'blue-green') {
    throw fault(['strategy'], `strategy is ${JSON.stringify(strategy)}`, `It is rolling, canary or blue-green.${typeof strategy === 'string' && nearest(strategy, ['rolling', 'canary', 'blue-green']) !== undefined ? ` Did you mean ${nearest(strategy, ['rolling', 'canary', 'blue-green'])}?` : ''}`)
  }
  if (strategy === 'rolling') {
    for (const key of ['canary', 'blueGreen'] as const) if (sections[key] !== undefined) throw fault([key], `${key} is set, and the strategy is rolling`, `Set \`strategy: ${key === 'canary' ? 'canary' : 'blue-green'}\`, or take ${key} away.`)
    return undefined
  }
  const hasGates = isGated(sections)
  const watch = readWatch(sections.watch, fault)?.for ?? 0
  return strategy === 'canary' ? { ...canary(sections.canary ?? {}, hasGates, fault), watch } : { ...blueGreen(sections.blueGreen ?? {}, hasGates, fault), watch }
}

/** Whether anything of the service is measured: an error budget, too. */
export const isMeasured = ({ slo, gates }: StrategySections): boolean => slo !== undefined || gates !== undefined

/** Whether anything says that a version must go. */
const isGated = ({ slo, gates }: StrategySections): boolean => (isMap(slo) && Object.keys(slo).some((key) => key === 'error_rate_max' || key.endsWith('_latency_ms'))) || (Array.isArray(gates) ? gates.length > 0 : gates !== undefined)

type Spec = Omit<RolloutSpec, 'watch'>

function canary(value: unknown, hasGates: boolean, fault: Fault): Spec {
  const raw = keyedMap(value, canaryKeys, { section: 'canary', fault: under('canary', fault) })
  const router = routerOf(raw.router ?? 'replicas', ['canary', 'router'], fault)
  if (router === 'service') throw fault(['canary', 'router'], 'a Service selects all or nothing', 'Use `strategy: blue-green`, or router `replicas`.')
  // Another controller has steps of its own: with none here, they are followed.
  const steps = raw.steps === undefined && isDriven({ router }) ? [] : readSteps(raw.steps ?? [5, 25, 50, 100], hasGates, fault)
  const tolerance = number(raw.tolerance, ['canary', 'tolerance'], defaults.tolerance, 0, 100, fault)
  const header = raw.header === undefined ? undefined : headerOf(raw.header, fault)
  return { strategy: 'canary', router, steps, tolerance, ...common(raw, 'canary', fault), ...(header && { header }) }
}

/** The new version runs beside the old one, is checked, gets all traffic at once, and the old one stays until it is sure. */
function blueGreen(value: unknown, hasGates: boolean, fault: Fault): Spec {
  const raw = keyedMap(value, blueGreenKeys, { section: 'blueGreen', fault: under('blueGreen', fault) })
  const at = (key: string): Path => ['blueGreen', key]
  const router = routerOf(raw.router ?? 'service', at('router'), fault)
  const wait = (key: 'warmUp' | 'soak' | 'scaleDownDelay', otherwise: number): number => (raw[key] === undefined ? otherwise : readDuration(raw[key], at(key), fault))
  const [warmUp, soak, delay] = [wait('warmUp', 0), wait('soak', defaults.soak), wait('scaleDownDelay', defaults.scaleDownDelay)]
  const steps: Step[] = [
    { kind: 'weight', weight: 0 },
    ...(warmUp > 0 ? [{ kind: 'wait', for: warmUp, why: 'warm-up' } as const] : []),
    ...(raw.smoke === undefined ? [] : [{ kind: 'smoke', checks: checksOf(raw.smoke, at('smoke'), fault) } as const]),
    ...(raw.pause === undefined || raw.pause === false ? [] : [{ kind: 'pause', ...(typeof raw.pause === 'string' && { message: raw.pause }) } as const]),
    ...(raw.approval === undefined ? [] : [approvalOf(raw.approval, at('approval'), fault)]),
    { kind: 'weight', weight: 100 },
    ...(soak > 0 ? [{ kind: 'wait', for: soak, why: 'soak' } as const] : []),
    ...(hasGates ? [{ kind: 'gate' } as const] : []),
    ...(delay > 0 ? [{ kind: 'wait', for: delay, why: 'scale-down delay' } as const] : []),
  ]
  const two = raw.twoReleases === undefined ? undefined : twoReleasesOf(raw.twoReleases, at('twoReleases'), fault)
  return { strategy: 'blue-green', router, steps, tolerance: 0, ...common(raw, 'blueGreen', fault), ...(two && { twoReleases: two }) }
}

function common(raw: Record<string, unknown>, section: string, fault: Fault): Pick<RolloutSpec, 'deadline' | 'undecided' | 'lost' | 'lostAfter' | 'workload' | 'route' | 'replicas'> {
  const at = (key: string): Path => [section, key]
  const named = (key: 'workload' | 'route', example: string): string | undefined => {
    const value = raw[key]
    if (value === undefined) return undefined
    if (typeof value !== 'string' || !/^(?:[A-Za-z]+\/)?[a-z0-9][a-z0-9.-]*$/.test(value)) throw fault(at(key), `${section}.${key} must name an object`, `Like ${example}.`)
    return value
  }
  const [workload, route] = [named('workload', 'Deployment/checkout-api'), named('route', 'HTTPRoute/checkout-api')]
  const choice = (key: 'undecided' | 'lost', otherwise: 'abort' | 'hold'): 'abort' | 'hold' => {
    const value = raw[key] ?? otherwise
    if (value !== 'abort' && value !== 'hold') throw fault(at(key), `${section}.${key} is abort or hold`)
    return value
  }
  return {
    deadline: raw.deadline === undefined ? defaults.deadline : readDuration(raw.deadline, at('deadline'), fault),
    undecided: choice('undecided', 'abort'), lost: choice('lost', 'hold'),
    lostAfter: raw.lostAfter === undefined ? defaults.lostAfter : readDuration(raw.lostAfter, at('lostAfter'), fault),
    ...(raw.replicas !== undefined && { replicas: number(raw.replicas, at('replicas'), 1, 1, 10_000, fault) }),
    ...(workload !== undefined && { workload }), ...(route !== undefined && { route }),
  }
}

const stepKeys = ['weight', 'wait', 'gate', 'pause', 'approval', 'smoke'] as const
const mostSteps = 100

function readSteps(value: unknown, hasGates: boolean, fault: Fault): Step[] {
  const at: Path = ['canary', 'steps']
  if (!Array.isArray(value) || value.length === 0 || value.length > mostSteps) throw fault(at, `canary.steps must be a list of 1 to ${mostSteps} steps`, 'Percentages ([5, 25, 50, 100]), or maps with one of: weight, wait, gate, pause, approval, smoke.')
  const steps = value.flatMap((item, i): Step[] => (typeof item === 'number' ? [{ kind: 'weight', weight: percent(item, [...at, i], fault) }, ...(hasGates ? [{ kind: 'gate' } as const] : [])] : [stepOf(item, [...at, i], fault)]))
  let before = -1
  for (const [i, step] of steps.entries()) {
    if (step.kind !== 'weight') continue
    if (step.weight <= before) throw fault([...at, Math.min(i, value.length - 1)], `canary.steps must rise: ${step.weight} after ${before}`)
    before = step.weight
  }
  if (before !== 100) throw fault(at, before < 0 ? 'canary.steps has no weight' : `canary.steps ends at ${before} percent`, 'The last weight is 100.')
  if (steps[0]!.kind !== 'weight') return [{ kind: 'weight', weight: 0 }, ...steps]
  return steps
}

function stepOf(item: unknown, at: Path, fault: Fault): Step {
  const raw = keyedMap(item, stepKeys, { section: 'step', fault: (path, ...rest) => fault([...at, ...path], ...rest) })
  const [key, ...more] = Object.keys(raw) as (typeof stepKeys)[number][]
  if (key === undefined || more.length > 0) throw fault(at, 'a step is a percentage, or a map with one key', `One of: ${stepKeys.join(', ')}.`)
  const value = raw[key]
  const here = [...at, key]
  switch (key) {
    case 'weight': return { kind: 'weight', weight: percent(value, here, fault) }
    case 'wait': return { kind: 'wait', for: readDuration(value, here, fault) }
    case 'pause': return { kind: 'pause', ...(typeof value === 'string' && { message: value.slice(0, 500) }) }
    case 'approval': return approvalOf(value, here, fault)
    case 'smoke': return { kind: 'smoke', checks: checksOf(value, here, fault) }
    case 'gate': {
      if (value === true || value === null || value === 'all') return { kind: 'gate' }
      if (Array.isArray(value) && value.length > 0 && value.every((v) => typeof v === 'string')) return { kind: 'gate', gates: value }
      if (typeof value === 'string') return { kind: 'gate', gates: [value] }
      throw fault(here, 'gate is `all`, or a list of names of gates')
    }
  }
}

function approvalOf(value: unknown, at: Path, fault: Fault): Step {
  const raw = Array.isArray(value) ? { approvers: value } : keyedMap(value, ['approvers', 'count'], { section: 'approval', fault: (path, ...rest) => fault([...at, ...path], ...rest) })
  const { approvers } = raw as { approvers?: unknown }
  if (!Array.isArray(approvers) || approvers.length === 0 || !approvers.every((v) => typeof v === 'string')) throw fault(at, 'approval needs approvers', 'A list of identities or groups: ["@acme/sre"].')
  return { kind: 'approval', approvers, count: number((raw as { count?: unknown }).count, [...at, 'count'], 1, 1, 20, fault) }
}

function checksOf(value: unknown, at: Path, fault: Fault): Extract<Step, { kind: 'smoke' }>['checks'] {
  const fine = (v: unknown): boolean => isMap(v) && (typeof v.http === 'string' || typeof v.run === 'string')
  if (!Array.isArray(value) || value.length === 0 || !value.every(fine)) throw fault(at, 'smoke must be a list of {http: URL} and {run: COMMAND}')
  return value as Extract<Step, { kind: 'smoke' }>['checks']
}

function headerOf(value: unknown, fault: Fault): { name: string; value: string } {
  const raw = keyedMap(value, ['name', 'value'], { section: 'canary.header', fault: (path, ...rest) => fault(['canary', 'header', ...path], ...rest) })
  if (typeof raw.name !== 'string' || !/^[A-Za-z0-9-]+$/.test(raw.name) || typeof raw.value !== 'string' || raw.value === '') throw fault(['canary', 'header'], 'canary.header has a name and a value')
  return { name: raw.name, value: raw.value }
}

function twoReleasesOf(value: unknown, at: Path, fault: Fault): { service: string; label: string } {
  const raw = keyedMap(value, ['service', 'label'], { section: 'blueGreen.twoReleases', fault: (path, ...rest) => fault([...at, ...path], ...rest) })
  const { service, label = 'color' } = raw
  if (typeof service !== 'string' || typeof label !== 'string') throw fault(at, 'blueGreen.twoReleases names the Service whose selector is flipped', '{ service: checkout-api, label: color }')
  return { service, label }
}

function routerOf(value: unknown, at: Path, fault: Fault): RouterKind {
  if (!routers.includes(value as RouterKind)) throw fault(at, `${at.join('.')} is ${JSON.stringify(value)}`, `One of: ${routers.join(', ')}.`)
  return value as RouterKind
}

const percent = (value: unknown, at: Path, fault: Fault): number => number(value, at, undefined, 0, 100, fault)

function number(value: unknown, at: Path, otherwise: number | undefined, least: number, most: number, fault: Fault): number {
  if (value === undefined && otherwise !== undefined) return otherwise
  if (typeof value !== 'number' || !(value >= least && value <= most)) throw fault(at, `${at.join('.')} must be a number from ${least} to ${most}`)
  return value
}

const under = (section: string, fault: Fault): Fault => (path, ...rest) => fault([section, ...path], ...rest)

/** `25%`, `gate`, `pause`: what a step is called. */
export function stepName(step: Step): string {
  switch (step.kind) {
    case 'weight': return step.weight === 0 ? 'preview' : `${step.weight}%`
    case 'wait': return step.why ?? 'wait'
    case 'gate': return step.gates === undefined ? 'gates' : `gates ${step.gates.join(', ')}`
    default: return step.kind
  }
}

/** The percentages, in their order: what a plan shows. */
export const weightsOf = (spec: RolloutSpec): number[] => spec.steps.flatMap((s) => (s.kind === 'weight' ? [s.weight] : []))
