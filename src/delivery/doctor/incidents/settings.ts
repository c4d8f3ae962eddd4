import { keyedMap, withoutLine, type Fault } from '../../settings/index.ts'

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
  const { command, ...sources } = keyedMap(raw, [...Object.keys(shapes), 'command'], { section: 'incidents', fault })
  if (command !== undefined && (typeof command !== 'string' || command.trim() === '')) throw fault(['command'], 'incidents.command must be a command line')
  const pagerduty = sourceOf('pagerduty', sources.pagerduty, fault)
  const opsgenie = sourceOf('opsgenie', sources.opsgenie, fault)
  return {
    ...(pagerduty && { pagerduty: { url: address(pagerduty, 'pagerduty', 'https://api.pagerduty.com', fault), tokenVariable: variable(pagerduty, 'pagerduty', fault), services: (pagerduty.services ?? []) as string[] } }),
    ...(opsgenie && { opsgenie: { url: address(opsgenie, 'opsgenie', 'https://api.opsgenie.com', fault), tokenVariable: variable(opsgenie, 'opsgenie', fault), tag: String(opsgenie.tag ?? `service:${service}`) } }),
    ...(command !== undefined && { command }),
  }
}

function sourceOf(name: string, raw: unknown, fault: Fault): Record<string, unknown> | undefined {
  if (raw === undefined) return undefined
  const source = keyedMap(raw, Object.keys(shapes[name]!), { section: 'incidents', at: [name], fault })
  for (const [key, value] of Object.entries(source)) {
    const type = shapes[name]![key]
    if (type === 'string' ? typeof value !== 'string' : !(Array.isArray(value) && value.every((v) => typeof v === 'string'))) throw fault([name, key], `incidents.${name}.${key} must be ${type === 'string' ? 'a string' : 'a list of strings'}`)
  }
  return source
}

/** A token that stands in the file itself would be in Git. */
function variable({ token }: Record<string, unknown>, name: string, fault: Fault): string {
  const found = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(String(token ?? ''))?.[1]
  if (found === undefined) throw withoutLine(fault)(token === undefined ? [name] : [name, 'token'], `incidents.${name}.token must name an environment variable`, `Write token: "\${${name.toUpperCase()}_TOKEN}".`)
  return found
}

function address({ url = '' }: Record<string, unknown>, name: string, usual: string, fault: Fault): string {
  if (url === '') return usual
  const parsed = URL.parse(String(url))
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.username !== '' || parsed.password !== '') throw withoutLine(fault)([name, 'url'], `incidents.${name}.url must be an http or https URL without credentials`)
  return parsed.href.replace(/\/+$/, '')
}
