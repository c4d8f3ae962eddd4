import { Capabilities, chartFromRecord, chartRecord, coalesceTables, coalesceValues, defaultCapabilities, parseKubeVersion, versionSet, type Chart, type Table } from '../../charts/chart/index.ts'
import { Engine, Lookups, manifestOrigin, renderChart, templateText, type RenderOptions, type Rendered } from '../../charts/render/index.ts'
import { toValues, type CrdFile, type Locate, type ReleaseSource, type RenderContext, type RenderedRelease } from '../../cluster/release/index.ts'
import type { Cluster } from '../../cluster/kube/index.ts'
import { int64, type Value } from '../../language/go/index.ts'

export interface SourceOptions {
  readonly chart: Chart
  readonly values: Table
  readonly cluster: Cluster
  readonly subNotes?: boolean
  readonly skipSchemaValidation?: boolean
  readonly enableDns?: boolean
  /** The chart's CRDs stand before all else in the manifest, as `template --include-crds` has them. */
  readonly includeCrds?: boolean
  readonly hideSecrets?: boolean
  /** Lookups and DNS answer with nothing: for who wants to know what depends on them. */
  readonly withoutAnswers?: boolean
  /** Another clock. */
  readonly now?: () => bigint
  /** What upgrade does with the values of the deployed revision. */
  readonly reuse?: 'default' | 'reset' | 'reuse' | 'reset-then-reuse'
  readonly warn?: (message: string) => void
  /** Changes what was rendered, once, when nothing is to be looked up any more. */
  readonly postRender?: (rendered: Rendered) => Promise<Rendered>
  /** Keeps compiled templates: for who renders a chart more than once. */
  readonly engine?: Engine
  readonly signal?: AbortSignal
}

/** What of the cluster's capabilities a render saw. `apiVersions` is undefined when no template looked. */
export interface SeenCapabilities { readonly kubeVersion: string; readonly apiVersions: readonly string[] | undefined }

/** A chart's own definitions, and those of its dependencies. */
export const crdFiles = (chart: Chart): CrdFile[] => chart.crds().map((crd) => ({ name: crd.fileName, text: crd.file.text }))

/** A release source that renders a chart against a cluster: its capabilities, its lookups, the values of the last revision. */
export function releaseSource(options: SourceOptions): ReleaseSource {
  const { chart } = options
  return {
    crds: crdFiles(chart),
    chart: () => chartRecord(chart),
    async render(context: RenderContext): Promise<RenderedRelease> {
      const { rendered, config, locate } = await renderForCluster(options, context)
      return { chart: chartRecord(rendered.chart), config, manifest: rendered.manifest, hooks: rendered.hooks, notes: rendered.notes, locate }
    },
  }
}

/** One render against the cluster, with everything it produced. */
export async function renderForCluster(options: SourceOptions, context: Pick<RenderContext, 'name' | 'namespace' | 'revision' | 'isUpgrade' | 'current' | 'dryRun'>): Promise<{ rendered: Rendered; config: Table; recorded: ReadonlyMap<string, Value>; capabilities?: SeenCapabilities; locate: Locate }> {
  const { chart, cluster, signal } = options
  const config = context.current ? reuseValues(options, context.current) : options.values
  const call = signal ? { signal } : {}
  const offline = context.dryRun === 'client'
  const lookups = new Lookups({
    lookup: (apiVersion, kind, namespace, name) => (offline || options.withoutAnswers === true ? Promise.resolve(new Map()) : lookup(cluster, apiVersion, kind, namespace, name, call)),
    ...(options.enableDns && options.withoutAnswers !== true ? { dns: resolveHost } : {}),
  })
  const engine = options.engine ?? new Engine()
  let settings: RenderOptions = {
    release: { name: context.name, namespace: context.namespace, revision: context.revision, isUpgrade: context.isUpgrade },
    values: config,
    answers: lookups,
    subNotes: options.subNotes ?? false,
    hideSecrets: options.hideSecrets ?? false,
    includeCrds: options.includeCrds ?? false,
    skipSchemaValidation: options.skipSchemaValidation ?? false,
    ...(options.now && { now: options.now }),
  }
  const render = (capabilities?: Capabilities): Promise<Rendered> => {
    if (capabilities !== undefined) settings = { ...settings, capabilities }
    return lookups.settle(() => {
      signal?.throwIfAborted()
      return renderChart(chart, { ...settings, engine })
    })
  }
  // An upgrade reads the last release from the cluster in any case, and Helm its capabilities with it (pkg/action/upgrade.go).
  const { rendered: settled, capabilities } = offline && !context.isUpgrade ? { rendered: await render() } : await withCapabilities(cluster, chart, render, call)
  const rendered = options.postRender ? await options.postRender(settled) : settled
  return { rendered, config, recorded: lookups.recorded, ...(capabilities && { capabilities }), locate: locatorOf(chart, settings) }
}

/** Finds what wrote a field. Origins cost time, so the chart is rendered with them only once somebody asks: after a failure. */
function locatorOf(chart: Chart, settings: RenderOptions): Locate {
  let traced: Rendered | undefined
  return ({ kind, name, keys }) => {
    try {
      traced ??= renderChart(chart, { ...settings, trace: true })
    } catch {
      // A chart of chance may fail the second time; the error it is asked for matters more.
      return undefined
    }
    // A field that is missing is placed by what is around it, in the end by the object's kind.
    for (let depth = keys.length; depth >= 0; depth--) {
      const origin = manifestOrigin(traced, { kind, name, keys: depth === 0 ? ['kind'] : keys.slice(0, depth) })
      const frame = origin?.stack[0]
      if (origin === undefined || frame === undefined) continue
      const source = templateText(traced.chart, frame.template)
      const values = depth < keys.length ? [] : origin.values.map((path) => path.join('.'))
      // Text that no action wrote is known by its line.
      const column = frame.column > 1 ? frame.column : (source?.split('\n')[frame.line - 1]?.search(/\S|$/) ?? 0) + 1
      return { place: { file: frame.template, line: frame.line, column, ...(source !== undefined && { source }) }, values }
    }
    return undefined
  }
}

/**
 * Renders with what the cluster can do. Few charts look at that, and asking takes two requests of hundreds of kilobytes: it is asked when a template names
 * it, or once a render turned out to have looked.
 */
async function withCapabilities(cluster: Cluster, chart: Chart, render: (capabilities: Capabilities) => Promise<Rendered>, call: { signal?: AbortSignal }): Promise<{ rendered: Rendered; capabilities?: SeenCapabilities }> {
  const { helmVersion } = defaultCapabilities()
  const { gitVersion } = await cluster.version(call)
  const kubeVersion = parseKubeVersion(gitVersion)
  const whole = async () => {
    const apiVersions = await cluster.apiVersions(call)
    return { rendered: await render(new Capabilities(kubeVersion, versionSet(apiVersions), helmVersion)), capabilities: { kubeVersion: gitVersion, apiVersions } }
  }
  if (namesCapabilities(chart)) return whole()
  const unasked = new UnaskedCapabilities(kubeVersion, versionSet([]), helmVersion)
  const first = await render(unasked).catch((error: unknown) => {
    if (!unasked.looked) throw error
    return undefined
  })
  return first === undefined || unasked.looked ? whole() : { rendered: first, capabilities: { kubeVersion: gitVersion, apiVersions: undefined } }
}

/** Capabilities without API versions, which notes whether a template looked into it, by whatever way. */
class UnaskedCapabilities extends Capabilities {
  looked = false

  override fields(): ReturnType<Capabilities['fields']> {
    this.looked = true
    return super.fields()
  }

  override method(name: string): ReturnType<Capabilities['method']> {
    this.looked = true
    return super.method(name)
  }
}

const namesCapabilities = (chart: Chart): boolean => chart.templates.some((file) => file.text.includes('Capabilities')) || chart.dependencies.some(namesCapabilities)

/** reuseValues of pkg/action/upgrade.go. May replace the chart's defaults, as Helm does with --reuse-values. */
function reuseValues(options: SourceOptions, current: NonNullable<RenderContext['current']>): Table {
  const old = () => structuredCopy(toValues(current.config))
  switch (options.reuse ?? 'default') {
    case 'reset':
      return options.values
    case 'reuse': {
      const before = coalesceValues(chartFromRecord(current.chart, toValues(current.chart?.values ?? {})), old())
      const fresh = newDefaults(options.chart.values, toValues(current.chart?.values ?? {}))
      if (fresh.length > 0) options.warn?.(`--reuse-values hides defaults that are new in this chart version: ${fresh.slice(0, 8).join(', ')}${fresh.length > 8 ? ', …' : ''}`)
      const values = coalesceTables(structuredCopy(options.values), old(), false)
      options.chart.values = before
      return values
    }
    case 'reset-then-reuse':
      return coalesceTables(structuredCopy(options.values), old(), false)
    default:
      return options.values.size === 0 && toValues(current.config).size > 0 ? old() : options.values
  }
}

function structuredCopy(table: Table): Table {
  const copy = (v: Value): Value => (v instanceof Map ? new Map([...v].map(([k, x]) => [k, copy(x)])) : Array.isArray(v) ? v.map(copy) : v)
  return copy(table as Value) as Table
}

/** Dotted keys that `now` has and `before` has not. */
function newDefaults(now: Table | null, before: Table, prefix = ''): string[] {
  const out: string[] = []
  for (const [key, value] of now ?? []) {
    const old = before.get(key)
    if (!before.has(key)) out.push(prefix + key)
    else if (value instanceof Map && old instanceof Map) out.push(...newDefaults(value, old, `${prefix}${key}.`))
  }
  return out
}

/** What `lookup` answers. Upstream: pkg/engine/lookup_func.go. */
export async function lookup(cluster: Cluster, apiVersion: string, kind: string, namespace: string, name: string, call: { signal?: AbortSignal }): Promise<Value> {
  const parts = apiVersion.split('/')
  const nowhere = (gvk: string, why: string): Error => new Error(`unable to get apiresource from unstructured: ${gvk}, Kind=${kind}: ${why}`)
  if (apiVersion === '' || apiVersion === '/' || parts.length > 2) throw nowhere('/', "groupVersion shouldn't be empty")
  const mapping = await cluster.mapping(apiVersion, kind, call)
  if (mapping === undefined) {
    // Helm asks for a resource without a name then: of a group that is served, the answer is that there is no such object.
    if ((await cluster.apiVersions(call)).includes(apiVersion)) return new Map()
    throw nowhere(parts.length === 1 ? `/${apiVersion}` : apiVersion, 'the server could not find the requested resource')
  }
  for (const [what, text] of [['namespace', mapping.namespaced ? namespace : ''], ['resource name', name]] as const) {
    const faults = text === '.' || text === '..' ? [`may not be '${text}'`] : ['/', '%'].filter((c) => text.includes(c)).map((c) => `may not contain '${c}'`)
    if (faults.length > 0) throw new Error(`invalid ${what} ${JSON.stringify(text)}: [${faults.join(' ')}]`)
  }
  const scope = mapping.namespaced && namespace !== '' ? { namespace } : {}
  if (name !== '') {
    // There is no such path over all namespaces.
    if (mapping.namespaced && namespace === '') return new Map()
    const object = await cluster.get({ apiVersion, kind, name, ...scope }, call)
    return object === undefined ? new Map() : jsonValue(object)
  }
  const { items, resourceVersion } = await cluster.list(apiVersion, kind, { ...scope, ...call })
  return jsonValue({ apiVersion, kind: `${kind}List`, metadata: { resourceVersion }, items })
}

/** JSON of a live object as templates see it through lookup: whole numbers are int64, as unstructured decodes them. */
function jsonValue(json: unknown): Value {
  if (Array.isArray(json)) return json.map(jsonValue)
  if (typeof json === 'object' && json !== null) return new Map(Object.entries(json).map(([k, v]) => [k, jsonValue(v)]))
  if (typeof json === 'number' && Number.isInteger(json)) return int64(json)
  return (json ?? null) as Value
}

async function resolveHost(name: string): Promise<string> {
  // Not imported: Node warns of what bin/pintle.js needs for imports while it runs.
  const { lookup: resolve } = process.getBuiltinModule('node:dns/promises')
  try {
    return (await resolve(name)).address
  } catch {
    return ''
  }
}
