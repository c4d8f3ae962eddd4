import { isPintleError } from '../../errors/index.ts'
import { Capabilities, checkDependencies, defaultCapabilities, parseKubeVersion, versionSet, type Chart, type Table } from '../chart/index.ts'
import { renderChart, type Rendered } from '../render/index.ts'
import type { Finding } from './finding.ts'
import { checkObjects, type ObjectsReport } from './objects/check-objects.ts'
import { CustomSchemas } from './objects/custom-schemas.ts'
import { SchemaLibrary } from './objects/object-schemas.ts'
import { checkValues } from './values/check-values.ts'

export interface CheckChartOptions {
  /** `1.34`, `v1.34.2`; default: the version Helm assumes without a cluster. */
  readonly kubernetesVersion?: string
  /** User values, over the chart's defaults. */
  readonly values?: Table
  readonly namespace?: string
  /** CustomResourceDefinitions beside the chart's own: those of a cluster. */
  readonly definitions?: readonly string[]
  /** Where JSON schemas of custom resources lie: see CustomSources.locations. */
  readonly schemaLocations?: readonly string[]
  /** An object without a schema is an error. */
  readonly strictSchemas?: boolean
  /** For those who check several charts: unpacked once. */
  readonly library?: SchemaLibrary
  readonly signal?: AbortSignal
}

/** Of no objects at all. */
const noObjects = { counts: { valid: 0, invalid: 0, skipped: 0, error: 0, empty: 0 }, skipped: [] } as const

/**
 * Everything Pintle finds about a chart beyond Helm's own lint: objects that do not fit their schemas, API versions that end, values that nothing reads and
 * reads that nothing provides. The chart is rendered as on a server of the Kubernetes version with the chart's definitions installed: what it serves is in
 * .Capabilities.APIVersions.
 * @returns findings by file and line; a chart that does not render is a finding, too
 * @throws PintleError usage for a version that cannot be read
 */
export async function checkChart(chart: Chart, options: CheckChartOptions = {}): Promise<ObjectsReport> {
  const version = options.kubernetesVersion ?? defaultCapabilities().kubeVersion.version
  const findings = checkValues(chart)
  options.signal?.throwIfAborted()
  const library = options.library ?? (await SchemaLibrary.load())
  let rendered: Rendered | undefined
  if (!chart.isLibrary) {
    try {
      checkDependencies(chart)
      rendered = renderChart(chart, {
        release: { name: 'test-release', namespace: options.namespace ?? 'default' }, ...(options.values === undefined ? {} : { values: options.values }),
        capabilities: serverCapabilities(chart, version, library, options.definitions ?? []), trace: true,
      })
    } catch (error) {
      if (!isPintleError(error)) throw error
      findings.push({ rule: 'schema/not-rendered', severity: 'info', path: 'templates/', message: `objects were not validated, since the chart does not render: ${error.message.split('\n')[0]}`, hint: error.code === 'chart.dependency' ? 'Run `pintle dependency build`.' : 'Give values with which it does.' })
    }
  }
  const report = rendered === undefined ? undefined : await checkObjects(chart, rendered, {
    kubernetesVersion: version, library, definitions: options.definitions ?? [], ...(options.schemaLocations === undefined ? {} : { schemaLocations: options.schemaLocations }),
    ...(options.strictSchemas === undefined ? {} : { strict: options.strictSchemas }), ...(options.signal === undefined ? {} : { signal: options.signal }),
  })
  return { ...(report ?? noObjects), findings: sorted([...findings, ...(report?.findings ?? [])]) }
}

/** What a server of the Kubernetes version offers templates, with the chart's definitions installed. */
export function serverCapabilities(chart: Chart, version: string, library: SchemaLibrary, definitions: readonly string[]): Capabilities {
  const helm = defaultCapabilities()
  const schemas = library.of(version)
  const kubeVersion = parseKubeVersion(version)
  if (schemas === undefined) return defaultCapabilities({ kubeVersion })
  const custom = new CustomSchemas({ definitions: [...chart.crds().map((crd) => crd.file.text), ...definitions], kubernetesVersion: schemas.version })
  return new Capabilities(kubeVersion, versionSet([...schemas.servedVersions(), ...custom.servedVersions()]), helm.helmVersion)
}

function sorted(findings: readonly Finding[]): Finding[] {
  const key = (f: Finding): string => f.path
  return [...findings].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)))
}
