import { defaultCapabilities, type Capabilities, type Chart, type Table } from '../../charts/chart/index.ts'
import { Lookups, renderChart, type Rendered } from '../../charts/render/index.ts'
import type { KubeObject } from '../../cluster/kube/index.ts'
import { parseDocument } from '../../language/yaml/index.ts'

/** A field of an object that somebody else than the chart sets. */
export interface ForeignField {
  readonly group: string
  readonly kind: string
  readonly name: string
  readonly namespace?: string
  /** JSON pointer, with `*` for every item. */
  readonly pointer: string
  /** Who sets it. */
  readonly why: string
}

/** What a chart does that controllers treat in ways of their own. */
export interface ChartTraits {
  readonly tests: number
  /** Names of hooks by event, tests left out. */
  readonly hooks: ReadonlyMap<string, readonly string[]>
  readonly foreignFields: readonly ForeignField[]
  /** Templates whose text differs from one render to the next. */
  readonly changing: readonly string[]
  /** Templates that render otherwise once the values are written as YAML: --set makes integers, YAML floats (1e+06). */
  readonly retyped: readonly string[]
  /** How many lookups templates make. */
  readonly lookups: number
  readonly hasCrds: boolean
}

/**
 * Renders a chart twice, without a cluster, and looks at what comes out; once more with the values as a controller reads them.
 * @throws PintleError of rendering
 */
export async function chartTraits(options: { chart: Chart; values: Table; /** The values, written and read again. */ written: Table; release: { name: string; namespace: string }; capabilities?: Capabilities }): Promise<ChartTraits> {
  const { chart, values, written, release, capabilities = defaultCapabilities() } = options
  const lookups = new Lookups({ lookup: () => Promise.resolve(new Map()) })
  const once = (given: Table): Promise<Rendered> => lookups.settle(() => renderChart(chart, { release: { ...release, revision: 1, isUpgrade: false }, values: given, capabilities, answers: lookups }))
  const [first, second, again] = [await once(values), await once(values), await once(written)]
  const changing = differing(first, second)
  const objects = first.manifests.map((m) => parseDocument(m.content)).filter((o): o is KubeObject & typeof o => o !== null && typeof o === 'object' && !Array.isArray(o)) as unknown as KubeObject[]
  const hooks = new Map<string, string[]>()
  let tests = 0
  for (const hook of first.hooks) {
    if (hook.events.includes('test')) tests++
    for (const event of hook.events) if (event !== 'test') hooks.set(event, [...(hooks.get(event) ?? []), hook.name])
  }
  return {
    tests, hooks, foreignFields: [...scaled(objects), ...injected(objects)], changing, retyped: differing(first, again).filter((path) => !changing.includes(path)), lookups: lookups.recorded.size, hasCrds: chart.crds().length > 0,
  }
}

/** Paths of templates whose text is not the same. */
function differing(a: Rendered, b: Rendered): string[] {
  const texts = (r: Rendered): Map<string, string> => {
    const all = new Map<string, string>()
    for (const { path, text } of [...r.manifests.map((m) => ({ path: m.path, text: m.content })), ...r.hooks.map((h) => ({ path: h.path, text: h.manifest }))]) all.set(path, (all.get(path) ?? '') + text)
    return all
  }
  const other = texts(b)
  const own = texts(a)
  return [...new Set([...own.keys(), ...other.keys()])].filter((path) => own.get(path) !== other.get(path))
}

/** Replicas that an autoscaler sets, where the chart sets them too. */
function* scaled(objects: readonly KubeObject[]): Generator<ForeignField> {
  for (const scaler of objects) {
    const keda = scaler.kind === 'ScaledObject' && scaler.apiVersion.startsWith('keda.sh/')
    if (!keda && !(scaler.kind === 'HorizontalPodAutoscaler' && scaler.apiVersion.startsWith('autoscaling/'))) continue
    const target = (scaler.spec as { scaleTargetRef?: { apiVersion?: string; kind?: string; name?: string } } | undefined)?.scaleTargetRef
    const { kind = keda ? 'Deployment' : '', name = '', apiVersion = 'apps/v1' } = target ?? {}
    const object = objects.find((o) => o.kind === kind && o.metadata?.name === name)
    if ((object?.spec as { replicas?: number } | undefined)?.replicas === undefined) continue
    yield { group: apiVersion.includes('/') ? apiVersion.split('/')[0]! : '', kind, name, ...(object!.metadata.namespace ? { namespace: object!.metadata.namespace } : {}), pointer: '/spec/replicas', why: `${scaler.kind}/${scaler.metadata.name} sets it` }
  }
}

const bundles: Readonly<Record<string, string>> = {
  MutatingWebhookConfiguration: '/webhooks/*/clientConfig/caBundle', ValidatingWebhookConfiguration: '/webhooks/*/clientConfig/caBundle', APIService: '/spec/caBundle',
  CustomResourceDefinition: '/spec/conversion/webhook/clientConfig/caBundle',
}

/** Certificates that cert-manager writes into objects. */
function* injected(objects: readonly KubeObject[]): Generator<ForeignField> {
  for (const { apiVersion, kind, metadata } of objects) {
    const pointer = Object.hasOwn(bundles, kind) ? bundles[kind] : undefined
    if (pointer === undefined || !Object.keys(metadata?.annotations ?? {}).some((a) => /^cert-manager\.io\/inject-(ca-from|ca-from-secret|apiserver-ca)$/.test(a))) continue
    yield { group: apiVersion.split('/')[0]!, kind, name: metadata.name!, pointer, why: 'cert-manager injects it' }
  }
}
