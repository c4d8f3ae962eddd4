import type { Fault, Path } from '../../settings/index.ts'
import { aggregations, type Aggregation } from './points.ts'
import type { ProviderSettings } from './provider-kind.ts'
import { SettingsReader } from './read-settings.ts'
import { endpointUrl } from './secret-texts.ts'
import { oneLine } from './words.ts'

/** Datadog's sites, by the names in its documents. https://docs.datadoghq.com/getting_started/site/ */
export const datadogSites: readonly string[] = ['datadoghq.com', 'us3.datadoghq.com', 'us5.datadoghq.com', 'datadoghq.eu', 'uk1.datadoghq.com', 'ap1.datadoghq.com', 'ap2.datadoghq.com', 'ddog-gov.com', 'us2.ddog-gov.com']

/** `datadog` of a service: true, a site, or a map. */
export interface DatadogSettings extends ProviderSettings {
  readonly kind: 'datadog'
  /** `https://api.datadoghq.com` */
  readonly url: string
  /** Names of secrets. */
  readonly apiKey: string
  readonly appKey: string
  /** `v1`: points of a time series; `v2`: one number that Datadog works out. */
  readonly api: 'v1' | 'v2'
  /** How the points of the window become a number; by what is asked when left out. */
  readonly aggregate?: Aggregation
}

/** @throws what `fault` makes */
export function readDatadog(raw: unknown, at: Path, fault: Fault): DatadogSettings {
  const read = new SettingsReader(raw, ['site', 'url', 'api_key', 'app_key', 'api', 'aggregate'], { at, fault, short: 'site' })
  const site = read.text('site')?.replace(/^app\./, '')
  if (site !== undefined && !datadogSites.includes(site)) throw read.fault('site', `is ${JSON.stringify(oneLine(site, 60))}, which is no site of Datadog`, `There are: ${datadogSites.join(', ')}. A server of your own is named by url.`)
  if (site !== undefined && read.map.url !== undefined) throw read.fault('url', 'is named beside site')
  const url = read.map.url === undefined ? `https://api.${site ?? datadogSites[0]!}` : endpointUrl(read.map.url, `${at.join('.')}.url`, [...at, 'url'], fault)
  const aggregate = read.choice('aggregate', aggregations)
  return { kind: 'datadog', url, api: read.choice('api', ['v1', 'v2']) ?? 'v1', apiKey: read.secret('api_key', '${DD_API_KEY}'), appKey: read.secret('app_key', '${DD_APP_KEY}'), ...(aggregate && { aggregate }) }
}
