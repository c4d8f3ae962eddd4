import { pathKeys } from '../../../cluster/diff/index.ts'
import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import { valueLayers, type LayerSources, type ValueLayer } from '../../../charts/chart/index.ts'
import { manifestOrigin, renderChart, templateText } from '../../../charts/render/index.ts'
import { codeFrame } from '../../../errors/index.ts'
import { loadInstallable, locateChart, userValues } from '../chart-args.ts'
import type { Command, CommandContext } from '../command.ts'
import { chartFlags, outputFlag, projectFlags, valueFlags } from '../flag-sets.ts'
import { usage } from '../flags.ts'
import { environmentOf, isLocalChart, projectOf, targetFromFlags, targetFromProject, type Target } from '../release-target.ts'
import { imageFlag } from '../service-image.ts'
import { printStructured } from '../structured.ts'
import { readValueFiles } from '../value-files.ts'

/** `pintle explain` */
export const explain: Command = {
  use: 'explain ADDRESS [NAME] CHART | ADDRESS SERVICE [flags]',
  long: `Says where something comes from.

ADDRESS is a field of a rendered object (Deployment/web:spec.replicas, Deployment/web:spec.template.spec.containers.0.image): the line of the template that
writes it, the includes on the way, and the values it reads with every file, line or flag that sets them. Or it is a key of the
values (image.tag): all its layers. Values of keys named like secrets are not shown.

Of a SERVICE of pintle.yaml all that its release is made from counts: its values files, those of the environment, and the digest of its image, as pinned or by --image.`,
  examples: `pintle explain image.tag ./charts/shop -f values-prod.yaml
pintle explain Deployment/shop:spec.replicas shop ./charts/shop -f values-prod.yaml --set replicaCount=4
pintle explain image.digest checkout-api -e prod`,
  flags: [...projectFlags, imageFlag, ...valueFlags, ...chartFlags, outputFlag],
  printsValues: true,
  args: [2, 3],
  async run(context) {
    const { args, out, settings } = context
    const address = args[0]!
    const of = await targetNamed(context)
    const name = of?.release ?? (args.length === 3 ? args[1]! : 'release-name')
    const chart = await loadInstallable(of?.chart ?? await locateChart(args.at(-1)!, context), context)
    const sources = await layerSources(context, of)
    const target = /^([A-Za-z]+)\/([^:]+):(.+)$/.exec(address)
    if (!target) {
      const keys = pathKeys(address.replace(/^\.?Values\./, ''))
      const layers = shownLayers(keys, valueLayers(chart, keys, sources))
      if (printStructured(context, () => ({ value: keys.join('.'), layers }))) return layers.length > 0 ? 0 : 1
      out.line(`${keys.join('.')}${layers.length === 0 ? ' is set nowhere' : ''}`)
      printLayers(context, layers)
      return layers.length > 0 ? 0 : 1
    }
    const values = await userValues(context, of && { valueFiles: sources.valueFiles!, set: of.set, over: of.image?.values, environment: of.environment })
    const rendered = renderChart(chart, { release: { name, namespace: settings.namespace || of?.namespace || 'default' }, values, trace: true })
    const [, kind, object, path] = target as unknown as [string, string, string, string]
    const origin = manifestOrigin(rendered, { kind, name: object, keys: pathKeys(path) })
    if (!origin) {
      throw usage(`no ${path} in ${kind}/${object}`, `There are: ${rendered.manifests.map((m) => `${m.kind}/${m.name}`).slice(0, 20).join(', ')}`)
    }
    const layered = origin.values.map((keys) => ({ value: keys.join('.'), layers: shownLayers(keys, valueLayers(chart, keys, sources)) }))
    const hidden = isSecret(pathKeys(path)) || origin.values.some(isSecret) || (kind.toLowerCase() === 'secret' && /^(?:data|stringData)\b/.test(path))
    const text = hidden ? origin.text.replace(/^(\s*[^:]*:\s)?.*$/, '$1(hidden)') : origin.text
    if (printStructured(context, () => ({ ...origin, text, values: layered }))) return 0
    out.line(`${address}`)
    out.line(`  rendered as ${JSON.stringify(text.trim())} in ${origin.path}, line ${origin.renderedLine}`)
    for (const [i, frame] of origin.stack.entries()) {
      out.line(`  ${i === 0 ? 'written by' : 'included at'} ${frame.template}:${frame.line}:${frame.column}`)
      const source = i === 0 ? templateText(chart, frame.template) : undefined
      if (source !== undefined) out.line(codeFrame(source, frame.line, frame.column, 0).replace(/^/gm, '    '))
    }
    for (const { value, layers } of layered) {
      out.line(`  reads ${value}`)
      printLayers(context, layers)
    }
    return 0
  },
}

/** A service of pintle.yaml; a chart that lies here is meant where there is one of that name. */
async function targetNamed(context: CommandContext): Promise<Target | undefined> {
  const { flags, args } = context
  const [, word] = args
  if (args.length !== 2 || isLocalChart(word!, context) || !existsSync(flags.string('config'))) return flags.changed('image') ? await targetFromFlags({ ...context, args: [args.length === 3 ? args[1]! : 'release-name', args.at(-1)!] }) : undefined
  const { project } = projectOf(context)
  const service = project.services.get(word!)
  return service === undefined ? undefined : await targetFromProject(context, project, service, environmentOf(project.environments, flags.string('environment')))
}

/** The sources of values a command line names, and before them those of a service, with the text of its files. */
export async function layerSources({ flags, signal }: Pick<CommandContext, 'flags' | 'signal'>, of?: Target): Promise<LayerSources> {
  const files = [...(of?.valueFiles ?? []), ...flags.list('values')]
  const contents = await readValueFiles(files, { signal, ...(of && { environment: of.environment }) })
  return {
    ...(of?.image && { over: of.image.values, overSource: of.image.source }),
    valueFiles: files,
    texts: new Map(contents.map(({ file, bytes }) => [file, Buffer.from(bytes).toString()])),
    unplaced: new Set(contents.filter((c) => c.isScript).map((c) => c.file)),
    set: [...(of?.set ?? []), ...flags.list('set')], setString: flags.list('set-string'), setJson: flags.list('set-json'), setLiteral: flags.list('set-literal'), setFile: flags.list('set-file'),
  }
}

const secretKey = /pass(word|phrase)?|secret|token|credential|private.?key|api.?key/i

function isSecret(keys: readonly string[]): boolean {
  return keys.some((key) => secretKey.test(key))
}

/** The layers as they may be shown. */
function shownLayers(keys: readonly string[], layers: readonly ValueLayer[]): readonly ValueLayer[] {
  return isSecret(keys) ? layers.map((layer) => (layer.value === undefined ? layer : { ...layer, value: '(hidden)' })) : layers
}

function printLayers({ out }: CommandContext, layers: readonly ValueLayer[]): void {
  for (const [i, layer] of layers.entries()) {
    const at = layer.file === undefined ? layer.source : `${relative(process.cwd(), layer.file) || layer.file}${layer.line === undefined ? '' : `:${layer.line}:${layer.column}`}`
    const shown = layer.kind !== 'scalar' && layer.kind !== 'flag' ? `(${layer.kind})` : layer.value === undefined ? '' : layer.value === '(hidden)' ? layer.value : JSON.stringify(layer.value)
    out.line(`    ${i === layers.length - 1 ? '=>' : '  '} ${at}  ${shown}`)
  }
}
