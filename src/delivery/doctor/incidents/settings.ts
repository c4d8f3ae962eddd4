import { PintleError, nearest } from '../../../errors/index.ts'
import type { Fault } from '../../policy/index.ts'

/** `incidents` of a service in pintle.yaml, checked. Tokens are names of environment variables: they are read when they are used, and never kept. */
export interface IncidentSettings {
  readonly pagerduty?: { readonly url: string; readonly tokenVariable: string; readonly services: readonly string[] }
  readonly opsgenie?: { readonly url: string; readonly tokenVariable: string; readonly tag: string }
  readonly command?: string
}

const shapes: Readonly<Record<string, Readonly<Record<string, 'string' | 'strings'>>>> = {
  pagerduty: { token: 'string', url: 'string', services: 'strings' },
  opsgenie: { token: 'string', url: 'string', tag: 'string' },
}

/**
 * Reads `incidents: { pagerduty: { token: "${NAME}", services: [ID] }, opsgenie: { token: "${NAME}", tag }, command: LINE }`.
 * @throws what `fault` makes
 */
export function parseIncidentSettings(raw: unknown, service: string, fault: Fault): IncidentSettings {
  if (raw === undefined || raw === null) return {}
  if (!isMap(raw)) throw fault([], 'incidents must be a map', 'Sources: pagerduty, opsgenie, command.')
  for (const key of Object.keys(raw)) if (key !== 'command' && !Object.hasOwn(shapes, key)) throw unknown([key], `incidents.${key}`, key, [...Object.keys(shapes), 'command'], fault)
  if (raw.command !== undefined && (typeof raw.command !== 'string' || raw.command.trim() === '')) throw fault(['command'], 'incidents.command must be a command line')
  const pagerduty = section('pagerduty', raw.pagerduty, fault)
  const opsgenie = section('opsgenie', raw.opsgenie, fault)
  return {
    ...(pagerduty && { pagerduty: { url: address(pagerduty, 'pagerduty', 'https://api.pagerduty.com', fault), tokenVariable: variable(pagerduty, 'pagerduty', fault), services: (pagerduty.services ?? []) as string[] } }),
    ...(opsgenie && { opsgenie: { url: address(opsgenie, 'opsgenie', 'https://api.opsgenie.com', fault), tokenVariable: variable(opsgenie, 'opsgenie', fault), tag: String(opsgenie.tag ?? `service:${service}`) } }),
    ...(raw.command !== undefined && { command: raw.command as string }),
  }
}

function section(name: string, raw: unknown, fault: Fault): Record<string, unknown> | undefined {
  if (raw === undefined) return undefined
  if (!isMap(raw)) throw fault([name], `incidents.${name} must be a map`)
  for (const [key, value] of Object.entries(raw)) {
    const type = Object.hasOwn(shapes[name]!, key) ? shapes[name]![key] : undefined
    if (type === undefined) throw unknown([name, key], `incidents.${name}.${key}`, key, Object.keys(shapes[name]!), fault)
    if (type === 'string' ? typeof value !== 'string' : !(Array.isArray(value) && value.every((v) => typeof v === 'string'))) throw fault([name, key], `incidents.${name}.${key} must be ${type === 'string' ? 'a string' : 'a list of strings'}`)
  }
  return raw
}

/** A token that stands in the file itself would be in Git. */
function variable({ token }: Record<string, unknown>, name: string, fault: Fault): string {
  const found = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(String(token ?? ''))?.[1]
  if (found === undefined) throw unquoted(fault(token === undefined ? [name] : [name, 'token'], `incidents.${name}.token must name an environment variable`, `Write token: "\${${name.toUpperCase()}_TOKEN}".`))
  return found
}

function address({ url = '' }: Record<string, unknown>, name: string, usual: string, fault: Fault): string {
  if (url === '') return usual
  const parsed = URL.parse(String(url))
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.username !== '' || parsed.password !== '') throw unquoted(fault([name, 'url'], `incidents.${name}.url must be an http or https URL without credentials`))
  return parsed.href.replace(/\/+$/, '')
}

/** Without the line itself, which holds what must not be shown. */
function unquoted({ code, message, hint, place }: PintleError): PintleError {
  const { source: _source, ...rest } = place ?? { file: '' }
  return new PintleError(code, message, { ...(hint !== undefined && { hint }), ...(place && { place: rest }) })
}

function unknown(path: string[], where: string, key: string, known: readonly string[], fault: Fault) {
  const near = nearest(key, known)
  return fault(path, `unknown key ${where}`, near === undefined ? `Known here: ${known.join(', ')}.` : `Did you mean ${near}?`)
}

const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
