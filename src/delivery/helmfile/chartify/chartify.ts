import { existsSync, statSync } from 'node:fs'
import { cp, mkdir, readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { ChartFile, loadChart, loadFiles, type Chart } from '../../../charts/chart/index.ts'
import { PintleError } from '../../../errors/index.ts'
import { fetchDependencies, keepFileDependencies, namesDependencies } from './chart-dependencies.ts'
import type { ChartifyHost, ChartifyRequest } from './chartify-request.ts'
import { chartOfManifests, chartYaml, readFiles, withoutDoubleRendering, type ChartFiles } from './folder-chart.ts'
import { kustomizeValues } from './kustomize-values.ts'
import { patch } from './patch.ts'
import { replaceWithRendered } from './rendered-files.ts'
import { setNamespace } from './set-namespace.ts'
import { withPatched } from './split-patched.ts'

/** A chart that was made, and the path Helm's commands shall know it by. */
export interface Chartified {
  readonly path: string
  /** In memory; undefined where it lies at the path on disk, to be removed at the end. */
  readonly chart: Chart | undefined
}

/**
 * Makes a chart: of a folder of manifests, of a kustomization, of a chart with more dependencies, or of a chart whose rendered objects are patched. Nothing that was rendered or
 * decrypted reaches a disk: what lies there meanwhile are charts and their dependencies.
 * Source: Chartify in chartify.go.
 */
export async function chartify(request: ChartifyRequest, host: ChartifyHost): Promise<Chartified> {
  const { release, target } = request
  const base = await baseOf(request, host)
  let onDisk = base.onDisk
  try {
    const namespace = release.forceNamespace || (base.kind === 'manifests' ? release.namespace : '')
    const patched = request.jsonPatches.length + request.strategicMergePatches.length + request.transformers.length > 0
    if (namespace === '' && !patched && base.kind === 'chart') {
      onDisk = false
      return { path: base.path, chart: base.onDisk ? undefined : base.chart }
    }
    const rendered = await render(base, request, host)
    let { files, paths } = replaceWithRendered(base.files, rendered)
    if (namespace !== '') files = setNamespace(files, namespace)
    if (patched && paths.length > 0) files = withPatched(files, await patch(files, paths, request, host), paths)
    return { path: base.path, chart: chartOf(withoutDoubleRendering(files)) }
  } finally {
    if (onDisk) await rm(target, { recursive: true, force: true })
  }
}

/** What is rendered first. */
interface Base {
  readonly kind: 'chart' | 'kustomization' | 'manifests'
  readonly files: ChartFiles
  readonly chart: Chart
  readonly path: string
  readonly onDisk: boolean
}

async function baseOf(request: ChartifyRequest, host: ChartifyHost): Promise<Base> {
  const { release, target } = request
  const path = resolve(host.cwd, request.chart)
  const made = (kind: Base['kind'], files: ChartFiles): Base => ({ kind, files, chart: chartOf(files), path: target, onDisk: false })
  if (!existsSync(path)) return remote(request, host)
  if (!statSync(path).isDirectory()) {
    const chart = await loadChart(path)
    return { kind: 'chart', files: new Map(chart.raw.map((file) => [file.name, file.text])), chart, path: target, onDisk: false }
  }
  if (existsSync(join(path, 'kustomization.yaml'))) {
    if (request.setFlags.length > 0) throw new PintleError('values.parse', '--set is not yet supported for kustomize-based apps! Use -f/--values flag instead.')
    const built = await host.kustomize.build(path, kustomizeValues(request.files, release.namespace))
    // chartify prints what kustomize said, which is nothing.
    host.print('\n')
    return made('kustomization', withoutDoubleRendering(new Map([['Chart.yaml', chartYaml(path, release.version)], ['templates/kustomized.yaml', built]])))
  }
  if (!existsSync(join(path, 'Chart.yaml'))) return made('manifests', await chartOfManifests(path, await readFiles(path), release.version, (file, text) => host.render(file, text)))
  if (request.dependencies.length === 0 && (request.skipDeps || !await namesDependencies(path))) {
    return { kind: 'chart', files: await readFiles(path), chart: await loadChart(path), path: target, onDisk: false }
  }
  await mkdir(target, { recursive: true })
  await cp(path, target, { recursive: true, dereference: true })
  await keepFileDependencies(target, path)
  return onDisk(target, true, request, host)
}

async function remote(request: ChartifyRequest, host: ChartifyHost): Promise<Base> {
  const { release, target } = request
  await mkdir(target, { recursive: true })
  await host.helm.direct(['pull', request.chart, '--untar', '-d', target, ...(release.version === '' ? [] : ['--version', release.version])])
  const entries = await readdir(target)
  if (entries.length !== 1) throw new PintleError('chart.load', `${entries.length - 1} additional files found in temp directory. This is very strange`)
  return onDisk(join(target, entries[0]!), false, request, host)
}

async function onDisk(folder: string, local: boolean, { dependencies, skipDeps }: ChartifyRequest, { helm }: ChartifyHost): Promise<Base> {
  await fetchDependencies(folder, dependencies, { local, skipDeps }, helm)
  return { kind: 'chart', files: await readFiles(folder), chart: await loadChart(folder), path: folder, onDisk: true }
}

/** What `helm template --output-dir` would have written, by the path below the chart. Source: ReplaceWithRendered in replace.go. */
async function render(base: Base, request: ChartifyRequest, { helm }: ChartifyHost): Promise<Map<string, string>> {
  const { release, files } = request
  const written = new Map<string, string>()
  const defaults = base.files.get('values.yaml')
  const defaultsPath = join(base.path, 'values.yaml')
  const output = join(base.path, 'helmx.1.rendered')
  const memory = new Map(files.map((file) => [file.path, Buffer.from(file.text)]))
  if (defaults !== undefined) memory.set(defaultsPath, Buffer.from(defaults))
  await helm.direct([
    'template', '--debug=false', `--output-dir=${output}`, ...(request.includeCrds ? ['--include-crds'] : []), ...(request.validate ? ['--validate'] : []), release.name, base.path, ...request.setFlags,
    ...[...(defaults === undefined ? [] : [defaultsPath]), ...request.moreValues, ...files.map((file) => file.path)].flatMap((path) => ['-f', path]),
    ...(release.namespace === '' ? [] : ['--namespace', release.namespace]), ...(request.kubeVersion === '' ? [] : ['--kube-version', request.kubeVersion]),
    ...request.apiVersions.flatMap((version) => ['--api-versions', version]), ...request.templateArgs,
  ], { files: memory, charts: new Map([[base.path, base.chart]]), written })
  const below = `${output}/`
  return new Map([...written].map(([path, text]) => [path.slice(below.length).replace(/^[^/]*\//, ''), text]))
}

const chartOf = (files: ChartFiles): Chart => loadFiles([...files].map(([name, text]) => ChartFile.fromText(name, text)), 'v2')
