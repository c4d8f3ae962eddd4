import { getRelease, releaseConfig, releaseMetadata } from '../../../cluster/release/index.ts'
import { jsonMarshal } from '../../../language/go/index.ts'
import { marshal } from '../../../language/yaml/index.ts'
import { actionOptions } from '../change-options.ts'
import type { Command, CommandContext } from '../command.ts'
import { outputFlag } from '../flag-sets.ts'
import type { FlagSpec } from '../flags.ts'
import { formatTime } from '../go-dates.ts'
import { printRelease } from '../print-release.ts'
import { withSession } from '../session.ts'
import { printStructured } from '../structured.ts'
import { computedValues, valuesText } from '../values-text.ts'

const revisionFlag: FlagSpec = { name: 'revision', type: 'int', default: 0, usage: 'of this revision; the last when left out', completes: 'revision' }

function read(context: CommandContext) {
  return withSession(context, (session) => getRelease({ ...actionOptions(context, session), name: context.args[0]!, version: context.flags.number('revision') }))
}

export const getAll: Command = {
  use: 'get all RELEASE_NAME [flags]',
  long: 'Prints all that is stored of a release: values, hooks, manifest, notes.',
  flags: [revisionFlag, { name: 'template', type: 'string', usage: 'Go template for the output: {{.Release.Name}}' }],
  args: [1, 1],
  completes: ['release'],
  async run(context) {
    const { record, labels } = await read(context)
    if (context.flags.string('template') !== '') {
      const { renderReleaseTemplate } = await import('../version-template.ts')
      context.out.write(renderReleaseTemplate(context.flags.string('template'), record, labels))
      return 0
    }
    printRelease(context, record, {
      debug: true, metadata: true,
      extra: () => valuesText(record),
    })
    return 0
  },
}

export const getHooks: Command = {
  use: 'get hooks RELEASE_NAME [flags]',
  long: 'Prints the hooks of a release.',
  flags: [revisionFlag],
  args: [1, 1],
  completes: ['release'],
  async run(context) {
    const { record } = await read(context)
    for (const hook of record.hooks) context.out.line(`---\n# Source: ${hook.path}\n${hook.manifest}`)
    return 0
  },
}

export const getManifest: Command = {
  use: 'get manifest RELEASE_NAME [flags]',
  long: 'Prints the manifest of a release.',
  flags: [revisionFlag],
  args: [1, 1],
  completes: ['release'],
  async run(context) {
    context.out.line((await read(context)).record.manifest)
    return 0
  },
}

export const getNotes: Command = {
  use: 'get notes RELEASE_NAME [flags]',
  long: 'Prints the notes of a release.',
  flags: [revisionFlag],
  args: [1, 1],
  completes: ['release'],
  async run(context) {
    const { notes } = (await read(context)).record.info
    if (notes) context.out.line(`NOTES:\n${notes}`)
    return 0
  },
}

export const getValues: Command = {
  use: 'get values RELEASE_NAME [flags]',
  long: 'Prints the values a release was given, or with --all all it was rendered with.',
  flags: [revisionFlag, { name: 'all', short: 'a', type: 'bool', usage: "the chart's defaults too" }, outputFlag],
  args: [1, 1],
  completes: ['release'],
  async run(context) {
    const { flags, args, out } = context
    const { config, record } = await withSession(context, (session) => releaseConfig({ ...actionOptions(context, session), name: args[0]!, version: flags.number('revision') }))
    const values = flags.bool('all') ? computedValues(record) : config
    const format = flags.string('output')
    if (format === 'json') out.line(jsonMarshal(values))
    else {
      if (format === 'table') out.line(flags.bool('all') ? 'COMPUTED VALUES:' : 'USER-SUPPLIED VALUES:')
      out.write(marshal(values))
    }
    return 0
  },
}

export const getMetadata: Command = {
  use: 'get metadata RELEASE_NAME [flags]',
  long: 'Prints what is known about a release besides its content.',
  flags: [revisionFlag, outputFlag],
  args: [1, 1],
  completes: ['release'],
  async run(context) {
    const { flags, args, out } = context
    const { metadata: m, method } = await withSession(context, async (session) => {
      const options = { ...actionOptions(context, session), name: args[0]!, version: flags.number('revision') }
      const [metadata, { record }] = await Promise.all([releaseMetadata(options), getRelease(options)])
      return { metadata, method: record.apply_method ?? '' }
    })
    const deployedAt = formatTime(m.deployedAt, '2006-01-02T15:04:05Z07:00')
    // Go writes maps by their keys, whatever order the storage gives them in.
    const byKey = Object.entries(m.labels).sort(([a], [b]) => (a < b ? -1 : 1))
    const labels = byKey.length > 0 ? Object.fromEntries(byKey) : undefined
    if (printStructured(context, () => ({
      name: m.name, chart: m.chart, version: m.version, appVersion: m.appVersion, annotations: m.annotations, labels, dependencies: m.dependencies, namespace: m.namespace,
      revision: m.revision, status: m.status, deployedAt, applyMethod: method || undefined,
    }))) return 0
    const pairs = (set: Record<string, string> | undefined) => Object.entries(set ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => `${k}=${v}`).join(',')
    const methods: Record<string, string> = { '': 'client-side apply (defaulted)', csa: 'client-side apply', ssa: 'server-side apply' }
    for (const [name, value] of [
      ['NAME', m.name], ['CHART', m.chart], ['VERSION', m.version], ['APP_VERSION', m.appVersion], ['ANNOTATIONS', pairs(m.annotations)], ['LABELS', pairs(labels)],
      ['DEPENDENCIES', (m.dependencies ?? []).map((d) => String(d.name)).sort().join(',')], ['NAMESPACE', m.namespace], ['REVISION', m.revision], ['STATUS', m.status],
      ['DEPLOYED_AT', deployedAt], ['APPLY_METHOD', methods[method] ?? `unknown (${JSON.stringify(method)})`],
    ]) out.line(`${name}: ${value}`)
    return 0
  },
}
