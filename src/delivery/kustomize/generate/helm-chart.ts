import { posix } from 'node:path'
import { quote } from '../../../language/go/index.ts'
import { fromPlain, marshal, readTree, treeOf, treeValue } from '../../../language/yaml/index.ts'
import type { HelmChart, HelmGlobals } from '../config/types.ts'
import type { Loader } from '../load/loader.ts'
import type { Plugin, PluginContext } from '../plugin-types.ts'
import { messageOf, refuse, wrapped } from '../refusal.ts'
import { anno } from '../resource/annotations.ts'
import { readLoosely, readResources } from '../resource/read-resources.ts'
import type { Resource } from '../resource/resource.ts'
import { ResourceMap } from '../resource/resource-map.ts'
import { mergeTrees } from '../tree/merge.ts'
import type { HelmSettings } from './helm-settings.ts'

/** Where the values of a chart stand, for the command line of Helm. */
const valuesPath = '/kustomize/values.yaml'
const additionalPath = (i: number): string => `/kustomize/additional-${i}.yaml`

/** A chart that becomes resources. Upstream: HelmChartInflationGenerator; charts that are fetched are not left in chartHome. */
export async function generateHelmChart(chart: HelmChart & HelmGlobals, context: PluginContext): Promise<Plugin> {
  const { helm, loader } = context
  if (helm === undefined) return refuse('must specify --enable-helm', 'Charts of helmCharts are rendered only when the command line allows it.')
  const { name = '', releaseName = '', valuesMerge = '' } = chart
  if (name === '') refuse('chart name cannot be empty')
  if (releaseName.startsWith('-')) refuse(`releaseName must not start with '-', got ${quote(releaseName)}`)
  if (name.startsWith('-')) refuse(`chart name must not start with '-', got ${quote(name)}`)
  const additional: string[] = []
  for (const file of chart.additionalValuesFiles ?? []) {
    additional.push(await loader.load(file).catch((error: unknown) => { throw wrapped(error, 'could not load additionalValuesFile') }))
  }
  if (!['', 'merge', 'override', 'replace'].includes(valuesMerge)) refuse('valuesMerge must be one of [merge override replace]')
  return { generate: () => new Inflation(chart, helm, context, additional).resources() }
}

class Inflation {
  readonly #chart: HelmChart & HelmGlobals
  readonly #helm: HelmSettings
  readonly #context: PluginContext
  readonly #loader: Loader
  readonly #additional: readonly string[]

  constructor(chart: HelmChart & HelmGlobals, helm: HelmSettings, context: PluginContext, additional: readonly string[]) {
    this.#chart = chart
    this.#helm = helm
    this.#context = context
    this.#loader = context.loader
    this.#additional = additional
  }

  /** The folder that holds the chart. */
  get #home(): string {
    const { chartHome = '', name = '', version = '', repo = '' } = this.#chart
    const home = posix.resolve(this.#loader.root, chartHome === '' ? 'charts' : chartHome)
    return version !== '' && repo !== '' ? posix.join(home, `${name}-${version}`) : home
  }

  async resources(): Promise<Resource[]> {
    const { name = '', repo = '', version = '', devel = false } = this.#chart
    const path = posix.join(this.#home, name)
    const local = await this.#loader.context.files.isDirectory(path)
    if (!local && repo === '') refuse("no repo specified for pull, no chart found at ''", `There is no chart at ${path}.`)
    const reference = local ? [path] : [
      ...(repo.startsWith('oci://') ? [`${repo.replace(/\/$/, '')}/${name}`] : [name, '--repo', repo]), ...(version === '' ? [] : ['--version', version]), ...(devel ? ['--devel'] : []),
    ]
    const files = new Map<string, Uint8Array>([[valuesPath, Buffer.from(await this.#values(local, path, reference))]])
    this.#additional.forEach((text, i) => files.set(additionalPath(i), Buffer.from(text)))
    return this.#read(await this.#run(this.#arguments(reference), files))
  }

  #arguments(reference: readonly string[]): string[] {
    const { releaseName = '', namespace = '', nameTemplate = '', includeCRDs = false, skipTests = false, skipHooks = false, devel = false } = this.#chart
    const apiVersions = this.#chart.apiVersions?.length ? this.#chart.apiVersions : this.#helm.apiVersions ?? []
    const kubeVersion = this.#chart.kubeVersion || this.#helm.kubeVersion || ''
    return [
      'template', ...(releaseName === '' ? ['--generate-name'] : [releaseName]), ...reference, ...(namespace === '' ? [] : ['--namespace', namespace]),
      ...(nameTemplate === '' ? [] : ['--name-template', nameTemplate]), '-f', valuesPath, ...this.#additional.flatMap((_, i) => ['-f', additionalPath(i)]),
      ...apiVersions.flatMap((version) => ['--api-versions', version]), ...(kubeVersion === '' ? [] : ['--kube-version', kubeVersion]), ...(includeCRDs ? ['--include-crds'] : []),
      ...(skipTests ? ['--skip-tests'] : []), ...(skipHooks ? ['--no-hooks'] : []), ...(this.#chart.debug === true || this.#helm.debug === true ? ['--debug'] : []), ...(devel && reference.length === 1 ? ['--devel'] : []),
    ]
  }

  async #run(args: readonly string[], files: ReadonlyMap<string, Uint8Array>): Promise<string> {
    const { code, stdout, stderr } = await this.#helm.run(args, files, this.#loader.context.signal)
    if (code !== 0) refuse(`${stderr}: unable to run: 'helm ${args.join(' ')}'`)
    return stdout
  }

  /** The text of the values file: the chart's own or another one, with `valuesInline` over or under it. */
  async #values(local: boolean, path: string, reference: readonly string[]): Promise<string> {
    const { valuesFile = '', valuesInline, valuesMerge = '' } = this.#chart
    const load = async (): Promise<string> => {
      if (valuesFile !== '') return this.#loader.load(valuesFile)
      return local ? this.#loader.load(posix.join(path, 'values.yaml')) : this.#run(['show', 'values', ...reference], new Map())
    }
    if (valuesInline === undefined || valuesInline === null || Object.keys(valuesInline).length === 0) return load()
    const inline = fromPlain(valuesInline)
    if (valuesMerge === 'replace') return marshal(inline)
    let own
    const text = await load()
    try {
      own = readTree(text) ?? refuse('EOF')
    } catch (error) {
      throw wrapped(error, 'could not parse values file into rnode')
    }
    const { schemas } = this.#context
    try {
      const merged = valuesMerge === 'merge' ? mergeTrees(own, treeOf(inline), schemas, 'append') : mergeTrees(treeOf(inline), own, schemas, 'append')
      return marshal(merged === undefined ? null : treeValue(merged))
    } catch (error) {
      throw wrapped(error, 'could not merge values')
    }
  }

  #read(text: string): Resource[] {
    const { schemas } = this.#context
    let made: Resource[]
    try {
      made = ResourceMap.of(readResources(text, schemas)).list
    } catch (error) {
      made = readLoosely(text, schemas)
      if (made.length === 0) refuse(`could not parse bytes into resource map: ${messageOf(error)}`)
      ResourceMap.of(made)
    }
    for (const resource of made) resource.annotate(anno.helmGenerated, 'true')
    return made
  }
}
