import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { PintleError } from '../../../errors/index.ts'
import { defaultCapabilities, loadChart, parseKubeVersion, type Chart } from '../../../charts/chart/index.ts'
import { renderChart, type Rendered } from '../../../charts/render/index.ts'
import { sbom as billOf, type SbomImage } from '../../../charts/sbom/index.ts'
import { chartDigest, findImages, imageName, parseImage, readLock } from '../../../delivery/plan/index.ts'
import { locateChart, userValues } from '../chart-args.ts'
import type { Command, CommandContext } from '../command.ts'
import { chartFlags, valueFlags } from '../flag-sets.ts'
import { writeResult } from '../write-result.ts'
import { versions } from '../versions.ts'

/** `pintle sbom`: what a chart is made of and runs, for scanners and auditors. */
export const sbom: Command = {
  use: 'sbom CHART [flags]',
  long: `Prints a software bill of materials of a chart in CycloneDX 1.6 (JSON): the chart, its dependencies with versions, digests, licences
and maintainers, and the images of all it renders with the given values, hooks and tests too. Digests of images come from the
images' names and from pintle.lock.

The same chart and values give the same text; the timestamp is SOURCE_DATE_EPOCH where that is set.`,
  examples: `pintle sbom ./charts/shop -f values-prod.yaml > shop.cdx.json`,
  flags: [
    { name: 'output', short: 'o', type: 'string', placeholder: 'file', usage: 'write to this file instead of printing' },
    { name: 'lock', type: 'string', default: 'pintle.lock', usage: 'file that pintle pin wrote, for digests of images' },
    { name: 'kube-version', type: 'string', usage: 'Kubernetes version of .Capabilities.KubeVersion' },
    { name: 'api-versions', short: 'a', type: 'strings', usage: 'API versions added to .Capabilities.APIVersions' },
    ...valueFlags,
    ...chartFlags,
  ],
  args: [1, 1],
  completes: ['chart'],
  async run(context) {
    const { args, flags, settings, signal } = context
    const path = await locateChart(args[0]!, context)
    const chart = await loadChart(path, { signal })
    const kubeVersion = flags.string('kube-version')
    const rendered = chart.isLibrary ? undefined : renderChart(chart, {
      release: { name: 'release-name', namespace: settings.namespace || 'default' }, values: await userValues(context),
      capabilities: defaultCapabilities({ ...(kubeVersion === '' ? {} : { kubeVersion: parseKubeVersion(kubeVersion) }), apiVersions: flags.list('api-versions') }),
    })
    const archive = statSync(path).isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : undefined
    const repository = flags.string('repo') || (/^oci:\/\//.test(args[0]!) ? args[0]!.replace(/[@:][^/]*$/, '') : undefined)
    const bill = billOf(chart, {
      images: rendered === undefined ? [] : imagesIn(rendered, digestsOf(context)), used: rendered === undefined ? new Set() : usedCharts(rendered.chart),
      ...(archive === undefined ? {} : { archiveDigest: archive }), ...(repository === undefined ? {} : { repository }), contentDigest: chartDigest,
      tool: { name: 'pintle', version: versions.pintle }, timestamp: timestamp(),
    })
    writeResult(context, `${JSON.stringify(bill, undefined, 2)}\n`)
    return 0
  },
}

/** The images of what was rendered, with the charts whose templates name them. */
function imagesIn(rendered: Rendered, digests: ReadonlyMap<string, string>): SbomImage[] {
  const found = new Map<string, SbomImage & { charts: (readonly string[])[] }>()
  const documents = [...rendered.manifests.map((m) => ({ path: m.path, manifests: [m], hooks: [] })), ...rendered.hooks.map((h) => ({ path: h.path, manifests: [], hooks: [h] }))]
  for (const { path, manifests, hooks } of documents) {
    for (const { image } of findImages({ manifests, hooks })) {
      const reference = parseImage(image)
      if (typeof reference === 'string') continue
      const digest = reference.digest ?? digests.get(imageName(reference))
      const known = found.get(image) ?? { image, ...reference, ...(digest === undefined ? {} : { digest }), charts: [] }
      const charts = subcharts(path)
      if (!known.charts.some((c) => c.join('/') === charts.join('/'))) known.charts.push(charts)
      found.set(image, known)
    }
  }
  return [...found.values()]
}

/** `shop/charts/db/templates/x.yaml` -> ['db'] */
function subcharts(path: string): string[] {
  const parts = path.split('/')
  const out: string[] = []
  for (let i = 1; i + 1 < parts.length && parts[i] === 'charts'; i += 2) out.push(parts[i + 1]!)
  return out
}

function usedCharts(chart: Chart, path: readonly string[] = []): Set<string> {
  const out = new Set<string>()
  for (const child of chart.dependencies) {
    out.add([...path, child.name].join('/'))
    for (const below of usedCharts(child, [...path, child.name])) out.add(below)
  }
  return out
}

/** Digests that pintle pin found, by the image's whole name. */
function digestsOf({ flags }: CommandContext): Map<string, string> {
  const file = flags.string('lock')
  if (!existsSync(file)) {
    if (flags.changed('lock')) throw new PintleError('usage', `there is no ${file}`, { hint: '`pintle pin` writes it.' })
    return new Map()
  }
  return new Map(Object.values(readLock(file).releases).flatMap((p) => p.images ?? []).map((i) => [i.image, i.digest]))
}

function timestamp(): number {
  const epoch = process.env.SOURCE_DATE_EPOCH
  return epoch !== undefined && /^\d{1,11}$/.test(epoch) ? Number(epoch) : Math.floor(Date.now() / 1000)
}
