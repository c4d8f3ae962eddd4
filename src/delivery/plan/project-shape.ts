import { PintleError, meant } from '../../errors/index.ts'

export type Smoke = { readonly http: string; readonly status?: number } | { readonly run: string }

export type Shape = { readonly [key: string]: 'string' | 'strings' | 'any' | 'smoke' | Shape | readonly ['map', Shape] }

const service: Shape = {
  chart: 'string', version: 'string', namespace: 'string', values: 'strings', set: 'strings', timeout: 'string', smoke: 'smoke', needs: 'strings', owner: 'string', incidents: 'any', image: 'any', strategy: 'string', canary: 'any', blueGreen: 'any', slo: 'any', gates: 'any', watch: 'any', notify: 'any',
}
/** Every key of pintle.yaml; what is `any` here is checked by the room that acts on it. */
export const projectShape: Shape = {
  apiVersion: 'string',
  environments: ['map', { kubeContext: 'string', namespace: 'string', values: 'strings', cluster: 'string', requires: { approvals: 'any', approvers: 'any', maxAge: 'any', stagedIn: 'string', from: 'string', checklist: 'any' }, businessHours: 'any', policy: 'any', notify: 'any', wave: 'any', strategy: 'string', prometheus: 'string', watch: 'any' }],
  services: ['map', service],
  trust: 'any',
  releasesFrom: 'string',
  evidence: 'any',
  gateTemplates: 'any',
}

/** Keys of the format that this version reads and does not act on yet: said aloud, never ignored silently. */
const later: Readonly<Record<string, string>> = {
  releasesFrom: 'helmfile releases',
}

export interface Source { path: string; text: string; notYet: string[] }

/**
 * Refuses what pintle.yaml does not know, and tells `source.notYet` of what is not acted on yet.
 * @returns the document
 * @throws PintleError config.invalid
 */
export const checkProject = (document: unknown, source: Source): unknown => check(document, projectShape, '', source)

function check(value: unknown, shape: Shape, at: string, source: Source): unknown {
  if (value === null || value === undefined) return {}
  if (typeof value !== 'object' || Array.isArray(value)) throw wrong(source.path, source.text, last(at), `${at || 'the document'} must be a map`)
  for (const [key, item] of Object.entries(value)) {
    const where = at === '' ? key : `${at}.${key}`
    const expected = Object.hasOwn(shape, key) ? shape[key] : undefined
    if (expected === undefined) throw wrong(source.path, source.text, key, `unknown key ${where}`, meant(key, Object.keys(shape)))
    if (Object.hasOwn(later, key)) source.notYet.push(`${where} (${later[key]})`)
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

/** The error for a key, with the first line that has it. */
export function wrong(path: string, text: string, key: string, message: string, hint?: string): PintleError {
  const index = text.split('\n').findIndex((l) => new RegExp(`^\\s*(?:- )?["']?${key.replaceAll(/[^\w-]/g, '\\$&')}["']?\\s*:|[{,]\\s*${key.replaceAll(/[^\w-]/g, '\\$&')}\\s*:`).test(l))
  return new PintleError('config.invalid', `${path}: ${message}`, {
    place: { file: path, ...(index < 0 ? {} : { line: index + 1, source: text }) },
    ...(hint === undefined ? {} : { hint }),
  })
}

const last = (at: string): string => at.slice(at.lastIndexOf('.') + 1)
