import { metricSources, readGates, type GateSettings } from '../gates/index.ts'
import { isMeasured, type StrategySections } from '../rollout/index.ts'
import { faultIn, isMap } from '../settings/index.ts'

/** As much of pintle.yaml as says what is measured. */
interface Measured { readonly file: string; readonly gateTemplates?: unknown }

/**
 * What the gates of a service are in an environment: its `slo` asks the environment's Prometheus where it names none.
 * @returns undefined where nothing is measured
 * @throws PintleError config.invalid with the line
 */
export function serviceGates({ file, gateTemplates }: Measured, { name, sections }: { readonly name: string; readonly sections: StrategySections }, environment: { readonly prometheus?: string } | undefined): GateSettings | undefined {
  if (!isMeasured(sections)) return undefined
  const { slo, gates } = sections
  const url = environment?.prometheus
  const own = slo === undefined || slo === null ? {} : isMap(slo) ? slo : undefined
  const asked = url === undefined || own === undefined || metricSources.some((source) => source in own) ? slo : { ...own, prometheus: url }
  return readGates(asked, gates, faultIn(file, ['services', name]), gateTemplates === undefined ? undefined : { raw: gateTemplates, fault: faultIn(file, ['gateTemplates']) })
}
