import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { PintleError } from '../../errors/index.ts'
import { checkDependencies, loadChart, readSource, readValues, validateReleaseName, type Chart, type Table } from '../../charts/chart/index.ts'
import type { CommandContext } from './command.ts'
import type { Flags } from './flags.ts'
import { signatureFlags } from './flag-sets.ts'
import { usage } from './flags.ts'
import { secretReading } from './secret-reading.ts'
import { personAt } from './person.ts'

export interface ChartArguments {
  readonly name: string
  readonly chart: Chart
  /** User values, merged in Helm's order. */
  readonly values: Table
  /** Where the chart was found. */
  readonly path: string
}

/**
 * What install, upgrade and template share: reads [NAME] CHART and the values flags, finds and loads the chart, checks it.
 * Upstream: NameAndChart and runInstall.
 */
export async function chartFromArgs(context: CommandContext, options: { defaultName?: string; lazyFiles?: boolean; command?: 'template' }): Promise<ChartArguments> {
  const { flags, args } = context
  const { name, reference } = await nameAndChart(flags, args, options.defaultName ?? '')
  const path = await locateChart(reference, context, options)
  const values = await userValues(context)
  const chart = await loadInstallable(path, context, { lazyFiles: options.lazyFiles ?? false, dependencyUpdate: flags.bool('dependency-update') })
  return { name, chart, values, path }
}

/** Checks a name as installing it would. */
export function checkReleaseName(name: string): void {
  try {
    validateReleaseName(name)
  } catch (error) {
    throw new PintleError('usage', `release name check failed: release name ${JSON.stringify(name)}: ${(error as Error).message}`, { hint: 'Lower-case letters, digits and dashes, at most 53 of them.' })
  }
}

/** The values of -f and the --set family; with `given`, those files instead of -f, those --set before the flags', all over `base` and below `over`; `environment` is told to files in TypeScript, `onSecrets` what was encrypted. */
export async function userValues(context: CommandContext, given: { valueFiles?: readonly string[]; set?: readonly string[]; base?: Table; over?: Table | undefined; environment?: string; onSecrets?: (secrets: readonly string[]) => void } = {}): Promise<Table> {
  const { flags, signal, memory, out } = context
  // Whatever fails from here on may repeat them.
  const onSecrets = (found: readonly string[]): void => {
    out.hide(found)
    given.onSecrets?.(found)
  }
  const values = await readValues(
    {
      ...(given.base && { base: given.base }),
      valueFiles: given.valueFiles ?? flags.list('values'), set: [...(given.set ?? []), ...flags.list('set')], setString: flags.list('set-string'), setFile: flags.list('set-file'),
      setJson: flags.list('set-json'), setLiteral: flags.list('set-literal'), ...(given.over && { over: given.over }),
    },
    { signal, asHelm: out.plain, person: personAt(out), secrets: secretReading(context), ...(memory && { readFile: async (name, options) => memory.files.get(name) ?? await readSource(name, options) }), ...(given.environment ? { environment: given.environment } : {}), onSecrets },
  )
  // Templates and schemas quote the values they break on.
  if (!out.plain) out.hideLater(async () => (await import('./secret-values.ts')).secretsOfValues(values))
  return values
}

/** Library charts are no applications. */
export function requireInstallable(chart: Chart): void {
  const { type } = chart.metadata
  if (type !== '' && type !== 'application') throw new PintleError('chart.load', `${type} charts are not installable`)
}

type LoadContext = Pick<CommandContext, 'flags' | 'settings' | 'out' | 'signal' | 'shared' | 'memory'>

/** Loads a chart and refuses what cannot be installed: library charts, missing dependencies. */
export async function loadInstallable(path: string, context: LoadContext, options: { anyType?: boolean; lazyFiles?: boolean; dependencyUpdate?: boolean } = {}): Promise<Chart> {
  const { out, signal, shared, memory } = context
  const load = () => loadChart(path, { signal, lazyFiles: options.lazyFiles ?? false })
  const chart = memory?.charts.get(path) ?? (shared === undefined ? await load() : await shared.chart(path, load))
  // Helm's upgrade does not look at the type.
  if (options.anyType !== true) requireInstallable(chart)
  if (chart.metadata.deprecated) out.warn('this chart is deprecated')
  if (chart.format === 'v3') throw notInstallable(chart)
  if ((chart.metadata.dependencies ?? []).length > 0) {
    try {
      checkDependencies(chart)
    } catch (error) {
      if (options.dependencyUpdate === true) {
        await (await import('./dependency-update.ts')).updateChartDependencies(path, context)
        shared?.forgetChart(path)
        return await load()
      }
      const { message } = error as Error
      throw new PintleError('chart.dependency', `an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing dependencies: ${message}`, { cause: error })
    }
  }
  return chart
}

/**
 * Helm 4.3.1 loads charts of the coming apiVersion v3 and installs none. Its dependency check comes first, and takes a subchart that
 * Chart.yaml does not name for an error of type. Upstream: v3Accessor.MetaDependencies in pkg/chart/common.go.
 */
function notInstallable(chart: Chart): PintleError {
  const unnamed = chart.dependencies.length > (chart.metadata.dependencies ?? []).length
  const message = unnamed
    ? "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing dependencies: unsupported chart dependency type"
    : 'invalid chart apiVersion'
  return new PintleError('chart.load', message, { hint: 'apiVersion v3 is experimental in Helm; use apiVersion: v2.' })
}

async function nameAndChart(flags: Flags, args: readonly string[], defaultName: string): Promise<{ name: string; reference: string }> {
  if (args.length > 2) throw usage(`expected at most two arguments, unexpected arguments: ${args.slice(2).join(', ')}`)
  if (args.length === 2) {
    if (flags.bool('generate-name')) throw usage('cannot set --generate-name and also specify a name')
    if (flags.string('name-template') !== '') throw usage('cannot set --name-template and also specify a name')
    return { name: args[0]!, reference: args[1]! }
  }
  const reference = args[0]!
  if (flags.string('name-template') !== '') {
    const { renderName } = await import('./name-template.ts')
    return { name: renderName(flags.string('name-template')), reference }
  }
  if (defaultName !== '') return { name: defaultName, reference }
  if (!flags.bool('generate-name')) throw usage('must either provide a name or specify --generate-name')
  let base = reference.replace(/\/+$/, '').split('/').at(-1) ?? ''
  if (base === '.' || base === '') base = 'chart'
  const dot = base.indexOf('.')
  return { name: `${dot < 0 ? base : base.slice(0, dot)}-${Math.floor(Date.now() / 1000)}`, reference }
}

/**
 * The path of a chart: a folder or archive here, or what --repo, `repo/chart`, a URL or oci:// lead to, fetched into Helm's cache. What it takes to fetch is
 * loaded only then.
 */
export async function locateChart(reference: string, context: LoadContext, options: { command?: 'template' } = {}): Promise<string> {
  if (context.memory?.charts.has(reference) === true) return reference
  const name = reference.trim()
  if (context.flags.string('repo') === '' && !context.flags.bool('verify')) {
    if (existsSync(name)) {
      if (signatureFlags.some((f) => context.flags.has(f.name) && context.flags.changed(f.name))) throw usage(`${name} is a chart of this machine: cosign's signatures are on charts in registries`, 'Leave --key out; --verify checks a provenance file.')
      return resolve(name)
    }
    if (name.startsWith('/') || name.startsWith('.')) throw new PintleError('chart.load', `path ${JSON.stringify(name)} not found`)
    if (!name.includes('/')) {
      throw new PintleError('chart.locate', `non-absolute URLs should be in form of repo_name/path_to_chart, got: ${name}`, { hint: 'There is no such folder or archive here either.' })
    }
  }
  const { locateRemote } = await import('./remote-chart.ts')
  return (await locateRemote(reference, context, options)).path
}
