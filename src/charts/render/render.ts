import { PintleError } from '../../errors/index.ts'
import type { Value } from '../../language/go/index.ts'
import type { Span } from '../../language/template/index.ts'
import { defaultCapabilities, isCompatibleRange, processDependencies, toRenderValues, type Capabilities, type Chart, type Log, type Table } from '../chart/index.ts'
import { Engine } from './engine.ts'
import { sortManifests, type Manifest, type RenderedHook } from './manifests.ts'
import { nodeHost, type Answers } from './node-host.ts'

export interface RenderOptions {
  readonly release: { readonly name: string; readonly namespace: string; readonly revision?: number; readonly isUpgrade?: boolean }
  /** User values, over the chart's defaults. Changed by nobody. */
  readonly values?: Table
  readonly capabilities?: Capabilities
  readonly strict?: boolean
  readonly skipSchemaValidation?: boolean
  /** Notes of subcharts are part of the notes. */
  readonly subNotes?: boolean
  readonly includeCrds?: boolean
  readonly hideSecrets?: boolean
  /** `lookup` and DNS; without it both answer with nothing. See Lookups for a cluster. */
  readonly answers?: Answers
  readonly now?: () => bigint
  readonly randomBytes?: (count: number) => Uint8Array
  readonly trace?: boolean
  readonly engine?: Engine
  readonly log?: Log
}

export interface Rendered {
  /** The manifest Helm stores and prints: documents in install order, each under `---` and `# Source:`. */
  readonly manifest: string
  readonly manifests: readonly Manifest[]
  readonly hooks: readonly RenderedHook[]
  readonly notes: string
  /** Every rendered file by path, before sorting. */
  readonly files: ReadonlyMap<string, string>
  readonly spans?: ReadonlyMap<string, readonly Span[]>
  /** The chart as it was rendered: dependencies processed, disabled subcharts gone. */
  readonly chart: Chart
  /** The values templates saw. */
  readonly values: Table
}

/**
 * Renders a chart as `helm template` and `helm install` do: dependencies, values, schema, templates, order.
 * The chart is worked on in a copy, so it can be rendered again.
 * @throws PintleError chart.dependency, values.schema, template.*, yaml.parse with Helm's text; for yaml.parse `details.manifest` holds all
 *   that was rendered
 */
export function renderChart(loaded: Chart, options: RenderOptions): Rendered {
  const chart = loaded.copy()
  const user = options.values ?? new Map<string, Value>()
  processDependencies(chart, user, options.log)
  const capabilities = options.capabilities ?? defaultCapabilities()
  const isUpgrade = options.release.isUpgrade ?? false
  const top = toRenderValues(chart, user, { name: options.release.name, namespace: options.release.namespace, revision: options.release.revision ?? 1, isInstall: !isUpgrade, isUpgrade }, capabilities, {
    skipSchemaValidation: options.skipSchemaValidation ?? false,
    ...(options.log ? { log: options.log } : {}),
  })
  const wanted = chart.metadata.kubeVersion
  if (wanted !== '' && !isCompatibleRange(wanted, capabilities.kubeVersion.addressableText())) {
    throw new PintleError('chart.load', `chart requires kubeVersion: ${wanted} which is incompatible with Kubernetes ${capabilities.kubeVersion.version}`, {
      hint: 'Give --kube-version for the cluster the chart is meant for.',
    })
  }
  const host = nodeHost({
    ...(options.answers ? { answers: options.answers } : {}),
    ...(options.now ? { now: options.now } : {}),
    ...(options.randomBytes ? { randomBytes: options.randomBytes } : {}),
  })
  const { files, spans } = (options.engine ?? new Engine()).render(chart, top, { host, strict: options.strict ?? false, trace: options.trace ?? false })
  const notes = takeNotes(files, chart, options.subNotes ?? false)
  return { chart, ...assemble(files, chart, options), notes, ...(spans ? { spans } : {}), values: top.get('Values') as Table }
}

/** Rendered files in order: hooks apart, everything else as one manifest. */
export function assemble(files: ReadonlyMap<string, string>, chart: Chart, options: Pick<RenderOptions, 'includeCrds' | 'hideSecrets'>): Pick<Rendered, 'manifest' | 'manifests' | 'hooks' | 'files'> {
  let sorted
  try {
    sorted = sortManifests(files)
  } catch (error) {
    if (error instanceof PintleError) {
      throw new PintleError(error.code, error.message, {
        cause: error,
        ...(error.place ? { place: error.place } : {}),
        ...(error.hint === undefined ? {} : { hint: error.hint }),
        details: { manifest: [...files].filter(([, text]) => text.trim() !== '').map(([path, text]) => `---\n# Source: ${path}\n${text}\n`).join('') },
      })
    }
    throw error
  }
  const out: string[] = []
  if (options.includeCrds) for (const crd of chart.crds()) out.push(`---\n# Source: ${crd.fileName}\n${crd.file.text}\n`)
  for (const m of sorted.manifests) {
    if (options.hideSecrets && m.kind === 'Secret' && m.apiVersion === 'v1') out.push(`---\n# Source: ${m.path}\n# HIDDEN: The Secret output has been suppressed\n`)
    else out.push(`---\n# Source: ${m.path}\n${m.content}\n`)
  }
  return { manifest: out.join(''), ...sorted, files }
}

/** Takes NOTES.txt out of the rendered files; several (with subNotes) are joined by a newline, by path. Helm's own order is random. */
function takeNotes(files: Map<string, string>, chart: Chart, subNotes: boolean): string {
  const own = `${chart.name}/templates/NOTES.txt`
  const notes: string[] = []
  for (const path of [...files.keys()].filter((p) => p.endsWith('NOTES.txt')).sort()) {
    if (subNotes || path === own) notes.push(files.get(path)!)
    files.delete(path)
  }
  return notes.filter((text, i) => i === 0 || text !== '').join('\n')
}
