import { PintleError } from '../../errors/index.ts'
import { int } from '../../language/go/index.ts'
import type { Value } from '../../language/go/index.ts'
import { defaultCapabilities } from './capabilities.ts'
import type { Capabilities } from './capabilities.ts'
import type { Chart } from './chart.ts'
import { coalesceValues } from './coalesce.ts'
import type { Log } from './log.ts'
import type { Table } from './merge-maps.ts'
import { metadataAsMap } from './metadata-map.ts'
import { validateAgainstSchema } from './validate-schema.ts'

/** `.Release` in templates. */
export interface ReleaseOptions {
  readonly name: string
  readonly namespace: string
  readonly revision: number
  readonly isInstall: boolean
  readonly isUpgrade: boolean
}

/**
 * The top of what templates see: Chart, Capabilities, Release, Values (ToRenderValues of pkg/chart/common/util).
 * @throws PintleError chart.dependency, values.schema with Helm's text
 */
export function toRenderValues(
  chart: Chart, values: Table, release: ReleaseOptions, capabilities: Capabilities = defaultCapabilities(),
  options: { readonly skipSchemaValidation?: boolean; readonly log?: Log } = {},
): Map<string, Value> {
  let all
  try {
    all = coalesceValues(chart, values, options.log)
  } catch (error) {
    throw new PintleError('chart.dependency', (error as Error).message, { cause: error })
  }
  if (options.skipSchemaValidation !== true) validateAgainstSchema(chart, all, options.log === undefined ? {} : { log: options.log })
  return new Map<string, Value>([
    ['Chart', metadataAsMap(chart.metadata)],
    ['Capabilities', capabilities],
    ['Release', new Map<string, Value>([
      ['Name', release.name],
      ['Namespace', release.namespace],
      ['IsUpgrade', release.isUpgrade],
      ['IsInstall', release.isInstall],
      ['Revision', int(release.revision)],
      ['Service', 'Helm'],
    ])],
    ['Values', all],
  ])
}
