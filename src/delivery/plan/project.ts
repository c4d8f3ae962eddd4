import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { PintleError, meant } from '../../errors/index.ts'
import { parseDocument } from '../../language/yaml/index.ts'
import { defaultPolicy, parsePolicySettings, type PolicySettings } from '../policy/index.ts'
import { faultIn } from '../settings/index.ts'

/** pintle.yaml, checked. Paths are absolute. */
export interface Project {
  readonly file: string
  readonly environments: ReadonlyMap<string, Environment>
  readonly services: ReadonlyMap<string, Service>
  /** As written; the attestation room reads it. */
  readonly trust?: unknown
  /** As written; the evidence room reads it. */
  readonly evidence?: unknown
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
}

export type Smoke = { readonly http: string; readonly status?: number } | { readonly run: string }

type Shape = { readonly [key: string]: 'string' | 'strings' | 'any' | 'smoke' | Shape | readonly ['map', Shape] }

const service: Shape = {
  chart: 'string', version: 'string', namespace: 'string', values: 'strings', set: 'strings', timeout: 'string', smoke: 'smoke', needs: 'strings', owner: 'string', incidents: 'any', image: 'any', strategy: 'string', canary: 'any', slo: 'any', notify: 'any',
}
const root: Shape = {
  apiVersion: 'string',
  environments: ['map', { kubeContext: 'string', namespace: 'string', values: 'strings', cluster: 'string', requires: { approvals: 'any', approvers: 'any', maxAge: 'any', stagedIn: 'string', from: 'string', checklist: 'any' }, businessHours: 'any', policy: 'any', notify: 'any' }],
  services: ['map', service],
  trust: 'any',
  releasesFrom: 'string',
  evidence: 'any',
}

/** Keys of the format that this version reads and does not act on yet: said aloud, never ignored silently. */
const later: Readonly<Record<string, string>> = {
  image: 'setting the image from the registry', strategy: 'strategies other than rolling', canary: 'canary steps', slo: 'SLO gates', releasesFrom: 'helmfile releases',
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
  const raw = check(document, root, '', { path, text, notYet }) as Raw
  if (raw.apiVersion !== 'pintle.dev/v1') throw wrong(path, text, 'apiVersion', `apiVersion must be pintle.dev/v1`)
  const base = dirname(file)
  const environments = Object.entries(raw.environments ?? {}).map(([name, e]) => [name, { ...pick(e, 'kubeContext', 'namespace', 'cluster', 'requires', 'businessHours', 'notify'), name, policy: e?.policy === undefined ? defaultPolicy : parsePolicySettings(e.policy, faultIn(path, ['environments', name, 'policy'])), values: (e?.values ?? []).map((v) => resolve(base, v)) }] as const)
  const services = Object.entries(raw.services ?? {}).map(([name, s]) => {
    if (!s?.chart) throw wrong(path, text, name, `services.${name} has no chart`)
    const local = /^\.{0,2}\//.test(s.chart)
    return [
      name,
      { ...pick(s, 'version', 'namespace', 'timeout', 'owner', 'incidents', 'image', 'notify'), name, chart: local ? resolve(base, s.chart) : s.chart, values: (s.values ?? []).map((v) => resolve(base, v)), set: s.set ?? [], smoke: s.smoke ?? [], needs: s.needs ?? [] },
    ] as const
  })
  return { project: { file, environments: new Map(environments), services: new Map(services), ...pick(raw, 'trust', 'evidence') }, notYet }
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

interface Raw {
  apiVersion?: string
  trust?: unknown
  evidence?: unknown
  environments?: Record<string, { kubeContext?: string; namespace?: string; values?: string[]; cluster?: string; requires?: Requires; businessHours?: unknown; policy?: unknown; notify?: unknown } | null>
  services?: Record<string, { chart?: string; version?: string; namespace?: string; values?: string[]; set?: string[]; timeout?: string; needs?: string[]; owner?: string; incidents?: unknown; smoke?: Smoke[]; image?: unknown; notify?: unknown } | null>
}

interface Source { path: string; text: string; notYet: string[] }

function check(value: unknown, shape: Shape, at: string, source: Source): unknown {
  if (value === null || value === undefined) return {}
  if (typeof value !== 'object' || Array.isArray(value)) throw wrong(source.path, source.text, last(at), `${at || 'the document'} must be a map`)
  for (const [key, item] of Object.entries(value)) {
    const where = at === '' ? key : `${at}.${key}`
    const expected = Object.hasOwn(shape, key) ? shape[key] : undefined
    if (expected === undefined) throw wrong(source.path, source.text, key, `unknown key ${where}`, meant(key, Object.keys(shape)))
    if (Object.hasOwn(later, key) && !(key === 'strategy' && item === 'rolling')) source.notYet.push(`${where} (${later[key]})`)
    if (expected === 'string' && typeof item !== 'string' && typeof item !== 'number') throw wrong(source.path, source.text, key, `${where} must be a string`)
    if (expected === 'strings' && !(Array.isArray(item) && item.every((v) => typeof v === 'string'))) throw wrong(source.path, source.text, key, `${where} must be a list of strings`)
    if (typeof expected === 'object' && !Array.isArray(expected)) check(item, expected as Shape, where, source)
    if (expected === 'smoke') checkSmoke(item, where, key, source)
    if (Array.isArray(expected)) {
      if (typeof item !== 'object' || item === null || Array.isArray(item)) throw wrong(source.path, source.text, key, `${where} must be a map`)
      for (const [name, inner] of Object.entries(item)) check(inner, (expected as readonly ['map', Shape])[1], `${where}.${name}`, source)
    }
  }
  return value
}

function checkSmoke(item: unknown, where: string, key: string, source: Source): void {
  const fine = (s: unknown) => typeof s === 'object' && s !== null && (typeof (s as Smoke & { http: unknown }).http === 'string' || typeof (s as { run: unknown }).run === 'string')
  if (!Array.isArray(item) || !item.every(fine)) throw wrong(source.path, source.text, key, `${where} must be a list of {http: URL} and {run: COMMAND}`)
}

function wrong(path: string, text: string, key: string, message: string, hint?: string): PintleError {
  const index = text.split('\n').findIndex((l) => new RegExp(`^\\s*(?:- )?["']?${key.replaceAll(/[^\w-]/g, '\\$&')}["']?\\s*:|[{,]\\s*${key.replaceAll(/[^\w-]/g, '\\$&')}\\s*:`).test(l))
  return new PintleError('config.invalid', `${path}: ${message}`, {
    place: { file: path, ...(index < 0 ? {} : { line: index + 1, source: text }) },
    ...(hint === undefined ? {} : { hint }),
  })
}

const last = (at: string): string => at.slice(at.lastIndexOf('.') + 1)

function pick<T extends object, K extends keyof T>(from: T | null | undefined, ...keys: K[]): Partial<Pick<T, K>> {
  const out: Partial<Pick<T, K>> = {}
  for (const key of keys) if (from?.[key] !== undefined) out[key] = from[key]
  return out
}
