import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { PintleError } from '../../errors/index.ts'
import { parseDocument } from '../../language/yaml/index.ts'
import { defaultPolicy, parsePolicySettings, type PolicySettings } from '../policy/index.ts'
import { readStrategy, type RolloutSpec, type StrategySections } from '../rollout/index.ts'
import { faultIn } from '../settings/index.ts'
import { checkProject, wrong, type Smoke } from './project-shape.ts'
import { serviceGates } from './service-gates.ts'

/** pintle.yaml, checked. Paths are absolute. */
export interface Project {
  readonly file: string
  readonly environments: ReadonlyMap<string, Environment>
  readonly services: ReadonlyMap<string, Service>
  /** As written; the attestation room reads it. */
  readonly trust?: unknown
  /** As written; the evidence room reads it. */
  readonly evidence?: unknown
  /** As written; the gates room reads it. */
  readonly gateTemplates?: unknown
}

export interface Environment {
  readonly name: string
  readonly kubeContext?: string
  readonly namespace?: string
  readonly values: readonly string[]
  /** UID of the kube-system namespace; another cluster is refused. */
  readonly cluster?: string
  /** What must hold before it is released to. The rooms that act on the keys without a type here read them. */
  readonly requires?: Requires
  readonly policy: PolicySettings
  /** As written; the doctor room reads it. */
  readonly businessHours?: unknown
  /** Here services are replaced at once, whatever they say of themselves. */
  readonly strategy?: 'rolling'
  /** URL of the Prometheus that measures it: for every `slo` without one of its own. */
  readonly prometheus?: string
  /** How its releases are watched, as written. */
  readonly watch?: unknown
  /** When its turn is in a run over several environments, from 1. */
  readonly wave?: number
  /** As written; the notify room reads it. */
  readonly notify?: unknown
}

export interface Requires {
  /** Name of the environment whose releases of the same digests must have passed. */
  readonly stagedIn?: string
  /** `ci`: runs from elsewhere are refused. */
  readonly from?: string
  readonly checklist?: unknown
  readonly approvals?: unknown
  readonly approvers?: unknown
  readonly maxAge?: unknown
}

export interface Service {
  readonly name: string
  /** Who is paged: `@acme/shop`. */
  readonly owner?: string
  /** As written; the doctor room reads it. */
  readonly incidents?: unknown
  readonly chart: string
  readonly version?: string
  readonly namespace?: string
  /** As written: may hold `{{ .Environment.Name }}`. */
  readonly values: readonly string[]
  readonly set: readonly string[]
  readonly timeout?: string
  readonly smoke: readonly Smoke[]
  /** Services that must be in place before, where a plan has them, too. */
  readonly needs: readonly string[]
  /** As written. */
  readonly image?: unknown
  /** As written; the notify room reads it. */
  readonly notify?: unknown
  /** How its traffic moves to a new version; left out where pods are replaced at once. */
  readonly rollout?: RolloutSpec
  /** What is said of it in pintle.yaml; `strategy` is left out where nothing is. */
  readonly sections: StrategySections
}

/**
 * Reads and checks pintle.yaml.
 * @returns the project and what it holds that is not acted on yet
 * @throws PintleError config.invalid naming file, key and, for an unknown key, the nearest known one
 */
export function readProject(path: string): { project: Project; notYet: string[] } {
  const file = resolve(path)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new PintleError('config.invalid', `cannot read ${path}`, { hint: 'Name the file with --config, or give chart and values by flags.' })
  }
  let document: unknown
  try {
    document = parseDocument(text)
  } catch (error) {
    const line = /line (\d+)/.exec((error as Error).message)?.[1]
    throw new PintleError('config.invalid', `${path}: ${(error as Error).message}`, { place: { file: path, ...(line ? { line: Number(line), source: text } : {}) }, cause: error })
  }
  const notYet: string[] = []
  const raw = checkProject(document, { path, text, notYet }) as Raw
  if (raw.apiVersion !== 'pintle.dev/v1') throw wrong(path, text, 'apiVersion', `apiVersion must be pintle.dev/v1`)
  const base = dirname(file)
  const environments = Object.entries(raw.environments ?? {}).map(([name, e]) => [name, { ...pick(e, 'kubeContext', 'namespace', 'cluster', 'requires', 'businessHours', 'notify', 'watch'), name, ...waveOf(path, text, name, e?.wave), ...strategyOf(path, text, name, e), policy: e?.policy === undefined ? defaultPolicy : parsePolicySettings(e.policy, faultIn(path, ['environments', name, 'policy'])), values: (e?.values ?? []).map((v) => resolve(base, v)) }] as const)
  const services = Object.entries(raw.services ?? {}).map(([name, s]) => {
    if (!s?.chart) throw wrong(path, text, name, `services.${name} has no chart`)
    const { strategy, canary, blueGreen, slo, gates, watch } = s
    const sections = { ...(strategy !== undefined && { strategy }), ...(canary !== undefined && { canary }), ...(blueGreen !== undefined && { blueGreen }), ...(slo !== undefined && { slo }), ...(gates !== undefined && { gates }), ...(watch !== undefined && { watch }) }
    const rollout = readStrategy(sections, faultIn(path, ['services', name]))
    const local = /^\.{0,2}\//.test(s.chart)
    return [
      name,
      { ...pick(s, 'version', 'namespace', 'timeout', 'owner', 'incidents', 'image', 'notify'), name, sections, ...(rollout && { rollout }), chart: local ? resolve(base, s.chart) : s.chart, values: (s.values ?? []).map((v) => resolve(base, v)), set: s.set ?? [], smoke: s.smoke ?? [], needs: s.needs ?? [] },
    ] as const
  })
  const project: Project = { file, environments: new Map(environments), services: new Map(services), ...pick(raw, 'trust', 'evidence', 'gateTemplates') }
  for (const service of project.services.values()) serviceGates(project, service, undefined)
  return { project, notYet }
}

/** The values files of a service in an environment, in order: the service's, then the environment's. */
export function valueFiles(service: Service, environment: Environment | undefined): string[] {
  const named = (path: string) => path.replaceAll(/\{\{\s*\.Environment\.Name\s*\}\}/g, environment?.name ?? '')
  return [...service.values.map(named), ...(environment?.values ?? []).map(named)]
}

/** Those of them that are of this environment alone: named after it, or listed by it. */
export function environmentFiles(service: Service, environment: Environment | undefined): Set<string> {
  const named = valueFiles(service, environment)
  return new Set(named.filter((file, i) => i >= service.values.length || file !== service.values[i]))
}

function waveOf(path: string, text: string, name: string, wave: unknown): { wave?: number } {
  if (wave === undefined) return {}
  if (typeof wave !== 'number' || !Number.isSafeInteger(wave) || wave < 1 || wave > 1000) throw wrong(path, text, 'wave', `environments.${name}.wave must be a whole number from 1 to 1000`)
  return { wave }
}

function strategyOf(path: string, text: string, name: string, environment: { strategy?: unknown; prometheus?: string } | null): Pick<Environment, 'strategy' | 'prometheus'> {
  const { strategy, prometheus } = environment ?? {}
  if (strategy !== undefined && strategy !== 'rolling') throw wrong(path, text, 'strategy', `environments.${name}.strategy can only be rolling: what else there is, services say`)
  return { ...(strategy && { strategy }), ...(prometheus !== undefined && { prometheus }) }
}

interface Raw {
  apiVersion?: string
  trust?: unknown
  evidence?: unknown
  gateTemplates?: unknown
  environments?: Record<string, { kubeContext?: string; namespace?: string; values?: string[]; cluster?: string; requires?: Requires; businessHours?: unknown; policy?: unknown; notify?: unknown; wave?: unknown; strategy?: unknown; prometheus?: string; watch?: unknown } | null>
  services?: Record<string, { chart?: string; version?: string; namespace?: string; values?: string[]; set?: string[]; timeout?: string; needs?: string[]; owner?: string; incidents?: unknown; smoke?: Smoke[]; image?: unknown; notify?: unknown; strategy?: unknown; canary?: unknown; blueGreen?: unknown; slo?: unknown; gates?: unknown; watch?: unknown } | null>
}

function pick<T extends object, K extends keyof T>(from: T | null | undefined, ...keys: K[]): Partial<Pick<T, K>> {
  const out: Partial<Pick<T, K>> = {}
  for (const key of keys) if (from?.[key] !== undefined) out[key] = from[key]
  return out
}
