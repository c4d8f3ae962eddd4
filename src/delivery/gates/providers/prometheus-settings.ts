import { isMap, keyedMap, withoutLine, type Fault, type Path } from '../../settings/index.ts'
import type { ProviderSettings } from './provider-kind.ts'
import { isReference, secretReference, endpointUrl } from './secret-texts.ts'

/** `prometheus` of a service: a URL, or a map. */
export interface PrometheusSettings extends ProviderSettings {
  readonly kind: 'prometheus'
  readonly url: string
  /** Thanos and Mimir answer the same API; each needs a word more. */
  readonly type: 'prometheus' | 'thanos' | 'mimir'
  /** Mimir's: X-Scope-OrgID. */
  readonly tenant?: string
  /** Left out: GET, and POST for a query that is too long for a URL. */
  readonly method?: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly bearer?: string
  readonly basic?: { readonly username: string; readonly password: string }
  /** Milliseconds for one answer. */
  readonly timeout: number
  readonly caFile?: string
}

const keys = ['url', 'type', 'tenant', 'method', 'headers', 'bearer', 'basic', 'timeout', 'ca_file']

/** @throws what `fault` makes */
export function readPrometheus(raw: unknown, at: Path, shown: Fault): PrometheusSettings {
  const fault = withoutLine(shown)
  const name = at.join('.')
  if (typeof raw === 'string') return { kind: 'prometheus', url: endpointUrl(raw, name, at, fault), type: 'prometheus', headers: {}, timeout: 10_000 }
  const map = keyedMap(raw, keys, { section: String(at[0]), at: at.slice(1), fault: (path, ...rest) => shown([at[0]!, ...path], ...rest) })
  const { type = map.tenant === undefined ? 'prometheus' : 'mimir', method, tenant, timeout = 10, ca_file: caFile } = map
  if (type !== 'prometheus' && type !== 'thanos' && type !== 'mimir') throw shown([...at, 'type'], `${name}.type must be prometheus, thanos or mimir`)
  if (method !== undefined && method !== 'GET' && method !== 'POST') throw shown([...at, 'method'], `${name}.method must be GET or POST`)
  if (tenant !== undefined && (typeof tenant !== 'string' || !/^[\w!.*'()|$%{}+:/#-]{1,500}$/.test(tenant))) throw shown([...at, 'tenant'], `${name}.tenant must be a tenant's name`)
  if (typeof timeout !== 'number' || !(timeout > 0) || timeout > 300) throw shown([...at, 'timeout'], `${name}.timeout must be a number of seconds up to 300`)
  if (caFile !== undefined && typeof caFile !== 'string') throw shown([...at, 'ca_file'], `${name}.ca_file must be a path`)
  if (map.bearer !== undefined && map.basic !== undefined) throw shown([...at, 'basic'], `${name} has both bearer and basic`)
  return {
    kind: 'prometheus', url: endpointUrl(map.url, `${name}.url`, [...at, 'url'], fault), type, headers: readHeaders(map.headers, name, [...at, 'headers'], fault), timeout: timeout * 1000,
    ...(method && { method }), ...(tenant !== undefined && { tenant }), ...(caFile !== undefined && { caFile }),
    ...(map.bearer !== undefined && { bearer: secretReference(map.bearer, `${name}.bearer`, [...at, 'bearer'], fault) }),
    ...(map.basic !== undefined && { basic: readBasic(map.basic, name, [...at, 'basic'], fault) }),
  }
}

function readBasic(raw: unknown, name: string, at: Path, fault: Fault): { username: string; password: string } {
  const { username, password } = keyedMap(raw, ['username', 'password'], { section: String(at[0]), at: at.slice(1), fault: (path, ...rest) => fault([at[0]!, ...path], ...rest) })
  if (typeof username !== 'string') throw fault(at, `${name}.basic.username must be a text`)
  return { username, password: secretReference(password, `${name}.basic.password`, [...at, 'password'], fault) }
}

/** Headers of a provider; those whose name sounds of a secret must name where it is kept. */
export function readHeaders(raw: unknown, name: string, at: Path, fault: Fault): Record<string, string> {
  if (raw === undefined) return {}
  if (!isMap(raw)) throw fault(at, `${name}.headers must be a map`)
  for (const [header, value] of Object.entries(raw)) {
    if (!/^[\w-]{1,100}$/.test(header) || typeof value !== 'string' || /[^\t\x20-\x7e]/.test(value)) throw fault([...at, header], `${name}.headers.${header.slice(0, 100)} is no header`)
    if (/auth|token|key|secret|cookie|password/i.test(header) && !isReference(value)) throw fault([...at, header], `${name}.headers.${header} is a secret: name an environment variable or a reference`, 'Write "${NAME}".')
  }
  return { ...(raw as Record<string, string>) }
}
