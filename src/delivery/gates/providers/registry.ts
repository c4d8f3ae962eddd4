import { PintleError } from '../../../errors/index.ts'
import type { MetricProvider } from '../types.ts'
import { readCloudWatch } from './cloudwatch-settings.ts'
import { readCommand } from './command-settings.ts'
import { readDatadog } from './datadog-settings.ts'
import { readHttpJson } from './http-json-settings.ts'
import { readPrometheus } from './prometheus-settings.ts'
import { prometheusQueries } from './prometheus-queries.ts'
import { datadogSubset, plainSubset } from './subset-words.ts'
import type { OpenProviderOptions, ProviderKind, ProviderSettings } from './provider-kind.ts'

/** Every source of metrics there is, by the key that stands for it in pintle.yaml. */
export const providerKinds: Readonly<Record<string, ProviderKind>> = {
  prometheus: { read: readPrometheus, queries: prometheusQueries, courses: true, load: async () => (await import('./prometheus.ts')).openPrometheus },
  datadog: { read: readDatadog, subset: datadogSubset, load: async () => (await import('./datadog.ts')).openDatadog },
  cloudwatch: { read: readCloudWatch, subset: plainSubset, load: async () => (await import('./cloudwatch.ts')).openCloudWatch },
  http: { read: readHttpJson, subset: plainSubset, load: async () => (await import('./http-json.ts')).openHttpJson },
  command: { read: readCommand, judges: true, load: async () => (await import('./command.ts')).openCommand },
}

/** Keys under which `slo` names a source. */
export const metricSources: readonly string[] = Object.keys(providerKinds)

/** Opens a source of metrics; its program is loaded now. @throws PintleError for a kind that is not known, for a variable that is not set */
export async function openProvider(settings: ProviderSettings, options: OpenProviderOptions): Promise<MetricProvider> {
  const kind = Object.hasOwn(providerKinds, settings.kind) ? providerKinds[settings.kind] : undefined
  if (kind === undefined) throw new PintleError('config.invalid', `there is no source of metrics called ${JSON.stringify(settings.kind)}`, { hint: `There are: ${Object.keys(providerKinds).join(', ')}.` })
  return (await kind.load())(settings, options)
}
