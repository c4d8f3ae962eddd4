import { chartRecord, type Capabilities, type Chart, type Table } from '../../../charts/chart/index.ts'
import type { SchemaLibrary } from '../../../charts/checks/index.ts'
import { renderChart, type Rendered } from '../../../charts/render/index.ts'
import { encodeRecord, pendingRecord } from '../../../cluster/release/index.ts'
import { isPintleError } from '../../../errors/index.ts'
import type { InputFacts, ManifestFacts } from '../../policy/index.ts'
import { chartFacts, hasChangelog, type ChartSourceFacts } from './chart-facts.ts'
import { AskedNobody, unsteadyLines } from './determinism.ts'
import { imageFacts, type KnownImages } from './image-facts.ts'
import { manifestFacts } from './manifest-facts.ts'
import { objectChecks } from './object-checks.ts'

export interface ReleaseFactsOptions {
  readonly chart: Chart
  readonly source: ChartSourceFacts
  readonly release: { readonly name: string; readonly namespace: string; readonly isUpgrade?: boolean }
  /** Merged, as the user gives them. */
  readonly values: Table
  readonly valueFiles: InputFacts['values']
  readonly setKeys: readonly string[]
  readonly capabilities: Capabilities
  /** `1.34`: whose schemas objects are held against. */
  readonly kubernetesVersion: string
  readonly library?: SchemaLibrary
  readonly images?: KnownImages
  /** What the caller found out: Git, secrets, tests, pins. */
  readonly known?: Partial<Pick<InputFacts, 'git' | 'secrets' | 'trackedDecrypted' | 'tests' | 'pins' | 'lint' | 'defaults'>>
  /** Changes what was rendered. */
  readonly postRender?: (rendered: Rendered) => Promise<Rendered>
  readonly signal?: AbortSignal
}

/** Facts about what would be released, and the render they are of. */
export interface OfflineFacts {
  readonly inputs: InputFacts
  readonly manifests: ManifestFacts
  readonly rendered: Rendered
}

/**
 * Renders a chart (twice) and tells what rules may know of it without a cluster: lookups and DNS are answered by nobody, and told.
 * @throws PintleError of rendering; values that do not fit the chart's schema are a fact
 */
export async function releaseFacts(options: ReleaseFactsOptions): Promise<OfflineFacts> {
  const { chart, release, values, capabilities, signal, known = {}, postRender = (r: Rendered) => Promise.resolve(r) } = options
  const asked = new AskedNobody()
  const settings = { release, values, capabilities, answers: asked }
  const { rendered: first, faults } = renderWithFaults(chart, settings)
  const rendered = await postRender(first)
  signal?.throwIfAborted()
  const second = await postRender(renderChart(chart, { ...settings, skipSchemaValidation: true }))
  const record = pendingRecord(
    { chart: chartRecord(rendered.chart), config: values, manifest: rendered.manifest, hooks: rendered.hooks, notes: rendered.notes },
    { name: release.name, namespace: release.namespace, version: 1, serverSide: true, status: 'pending-install', description: '' },
  )
  const checks = await objectChecks(rendered, { kubernetesVersion: options.kubernetesVersion, ...(options.library && { library: options.library }), ...(signal && { signal }) })
  return {
    rendered,
    manifests: { ...manifestFacts(rendered, encodeRecord(record).length), ...checks },
    inputs: {
      chart: chartFacts(chart, options.source), images: imageFacts(rendered, options.images), values: options.valueFiles, setKeys: options.setKeys,
      schema: { present: hasSchema(chart), faults }, nondeterministic: [...unsteadyLines(rendered, second), ...asked.facts], ...known,
      ...(options.source.local && { changelog: hasChangelog(chart) }),
    },
  }
}

type RenderSettings = Parameters<typeof renderChart>[1]

/** Helm renders nothing of values that the schema refuses; rules judge the rest, too. */
function renderWithFaults(chart: Chart, settings: RenderSettings): { rendered: Rendered; faults: string[] } {
  try {
    return { rendered: renderChart(chart, { ...settings, trace: true }), faults: [] }
  } catch (error) {
    if (!isPintleError(error, 'values.schema')) throw error
    const violations = (error.details?.violations ?? []) as readonly { readonly chart: string; readonly path: string; readonly message: string }[]
    const faults = violations.map(({ chart: name, path, message }) => `${name === '' ? '' : `${name}: `}${path === '' ? '' : `${path}: `}${withoutValue(message)}`)
    return { rendered: renderChart(chart, { ...settings, trace: true, skipSchemaValidation: true }), faults: faults.length > 0 ? faults : [error.message] }
  }
}

/** A fault of a pattern or format names the value, which may be a secret. */
const withoutValue = (message: string): string => message.replace(/^.* (?=does not match pattern|is not valid )/s, 'the value ')

const hasSchema = (chart: Chart): boolean => chart.schema !== undefined || chart.dependencies.some(hasSchema)
