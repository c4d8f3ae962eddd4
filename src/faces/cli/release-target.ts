import { existsSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { defaultPolicy, type PolicySettings } from '../../delivery/policy/index.ts'
import { environmentFiles, readLock, readProject, serviceGates, serviceWatch, valueFiles, type Environment, type Pin, type PlannedWatch, type Project, type ResolvedServiceImage, type Service } from '../../delivery/plan/index.ts'
import type { RolloutSpec } from '../../delivery/rollout/index.ts'
import { PintleError } from '../../errors/index.ts'
import { requirementOf } from './approval-policy.ts'
import { locateChart } from './chart-args.ts'
import type { CommandContext } from './command.ts'
import { parseDuration, usage, type FlagSpec } from './flags.ts'
import { imageOfTarget } from './service-image.ts'

/** What is to be released or pinned, from pintle.yaml or from flags alone. */
export interface Target {
  readonly release: string
  readonly environment: string
  /** The chart as it was asked for. */
  readonly reference: string
  /** Path of the chart. */
  readonly chart: string
  /** Where it was fetched from. */
  readonly fetched: Pick<Pin['chart'], 'source' | 'archive' | 'manifest'>
  /** The exact version the chart must have. */
  readonly version?: string
  readonly valueFiles: readonly string[]
  /** Those of them that are of this environment alone. */
  readonly environmentFiles: ReadonlySet<string>
  readonly policy: PolicySettings
  /** pintle.yaml, where it is of it. */
  readonly project?: Project
  readonly set: readonly string[]
  /** The service's own image, whose digest is laid over all values. */
  readonly image?: ResolvedServiceImage
  readonly smoke: Service['smoke']
  /** How its traffic moves; left out for a rolling update. */
  readonly rollout?: RolloutSpec
  /** How it is watched once it is deployed. */
  readonly watch?: PlannedWatch
  /** `strategy: rolling` was said; undefined where nothing says how. */
  readonly simple?: boolean
  /** Names of releases that must be in place before. */
  readonly needs: readonly string[]
  readonly timeout: number
  readonly base: string
  readonly lockKey: string
  readonly cluster?: string
  readonly namespace?: string
  readonly kubeContext?: string
  /** How many others must approve before the environment is changed. */
  readonly approvals: number
  readonly notYet: readonly string[]
}

/** The one target of a command line: SERVICE, or NAME and CHART. */
export async function targetOf(context: CommandContext): Promise<Target> {
  const { flags, args } = context
  if (args.length === 2) return targetFromFlags(context)
  const { project } = projectOf(context)
  const service = serviceOf(project, args[0], flags.string('config'))
  return targetFromProject(context, project, service, environmentOf(project.environments, flags.string('environment')))
}

/** NAME and CHART: everything comes from flags. */
export async function targetFromFlags(context: CommandContext): Promise<Target> {
  const { flags, args } = context
  const environment = flags.string('environment')
  const lockKey = environment === '' ? args[0]! : `${args[0]}/${environment}`
  const watch = askedWatch(context) ?? 0
  const image = await imageOfTarget(context, { release: args[0]!, lock: { base: process.cwd(), key: lockKey } })
  return {
    ...(image && { image }), ...(watch > 0 && { watch: { for: watch, onRed: 'report' as const } }),
    release: args[0]!, environment, reference: args[1]!, ...(await located(args[1]!, undefined, context, { base: process.cwd(), key: lockKey })), valueFiles: [], environmentFiles: new Set(), policy: defaultPolicy, set: [], smoke: [], needs: [], timeout: timeoutOf(context) ?? 300_000, base: process.cwd(),
    lockKey, approvals: 0, notYet: [],
  }
}

/** pintle.yaml; what it holds that is not acted on yet is told. */
export function projectOf({ flags, out }: CommandContext): { project: Project; notYet: string[] } {
  const read = readProject(flags.string('config'))
  for (const key of read.notYet) out.warn(`${flags.string('config')}: ${key} is not acted on by this version`)
  return read
}

/** @param name may be left out where there is one service */
export function serviceOf(project: Project, name: string | undefined, config: string): Service {
  const names = [...project.services.keys()]
  const wanted = name ?? (names.length === 1 ? names[0]! : undefined)
  if (wanted === undefined) throw usage('which service?', `pintle.yaml has: ${names.join(', ')}`)
  const service = project.services.get(wanted)
  if (!service) throw usage(`no service ${JSON.stringify(wanted)} in ${config}`, `there are: ${names.join(', ')}`)
  return service
}

/** @param name may be left out where there is at most one environment */
export function environmentOf(all: ReadonlyMap<string, Environment>, name: string): Environment | undefined {
  if (name === '' && all.size <= 1) return all.values().next().value
  if (name === '') throw usage('which environment?', `-e one of: ${[...all.keys()].join(', ')}`)
  const found = all.get(name)
  if (!found && all.size > 0) throw usage(`no environment ${JSON.stringify(name)}`, `there are: ${[...all.keys()].join(', ')}`)
  return found
}

export async function targetFromProject(context: CommandContext, project: Project, service: Service, environment: Environment | undefined): Promise<Target> {
  const { name, version, namespace } = service
  const lockKey = environment ? `${name}/${environment.name}` : name
  const base = dirname(project.file)
  const image = await imageOfTarget(context, { release: name, project, service, lock: { base, key: lockKey } })
  return {
    ...(image && { image }),
    release: name, environment: context.flags.string('environment'), reference: isAbsolute(service.chart) ? relative(base, service.chart) : service.chart, ...(await located(service.chart, version, context, { base, key: lockKey })), valueFiles: valueFiles(service, environment), environmentFiles: environmentFiles(service, environment), policy: environment?.policy ?? defaultPolicy, project, set: service.set, smoke: service.smoke, needs: service.needs, ...rolloutOf(project, service, environment, askedWatch(context)),
    timeout: timeoutOf(context) ?? (service.timeout ? parseDuration(service.timeout) : 300_000),
    base, lockKey, notYet: [], approvals: environment === undefined ? 0 : requirementOf(project, environment.name).approvals,
    ...(version ? { version } : {}),
    ...(environment?.cluster ? { cluster: environment.cluster } : {}),
    ...(environment?.namespace ?? namespace ? { namespace: environment?.namespace ?? namespace! } : {}),
    ...(environment?.kubeContext ? { kubeContext: environment.kubeContext } : {}),
  }
}

/** As the service says, unless the environment replaces everything at once. */
function rolloutOf(project: Project, service: Service, environment: Environment | undefined, asked: number | undefined): Pick<Target, 'rollout' | 'simple' | 'watch'> {
  const { rollout, sections } = service
  const simple = sections.strategy === 'rolling' || environment?.strategy === 'rolling'
  const watch = serviceWatch(project, service, environment, asked)
  if (rollout === undefined || environment?.strategy === 'rolling') return { simple, ...(watch && { watch }) }
  const gates = serviceGates(project, service, environment)
  return { simple, rollout: { ...rollout, watch: watch?.for ?? 0, ...(gates && { gates }) }, ...(watch && { watch }) }
}

/** How long releases are watched, whatever pintle.yaml says. */
export const watchFlag: FlagSpec = { name: 'watch', type: 'duration', default: '0s', usage: 'watch the release for so long once it is deployed (default: as pintle.yaml says; 0s: not at all)' }

const askedWatch = ({ flags }: CommandContext): number | undefined => (flags.has('watch') && flags.changed('watch') ? flags.duration('watch') : undefined)

const timeoutOf = ({ flags }: CommandContext): number | undefined => (flags.has('timeout') && flags.changed('timeout') ? flags.duration('timeout') : undefined)

/** Whether a chart is a folder or archive of this machine. */
export function isLocalChart(reference: string, { flags }: CommandContext): boolean {
  return (flags.string('repo') === '' && existsSync(reference.trim())) || /^\.{0,2}\//.test(reference)
}

/** A chart here, or fetched into Helm's cache; with --offline the one that was pinned, if it is still there. */
async function located(reference: string, version: string | undefined, context: CommandContext, lock: { base: string; key: string }): Promise<Pick<Target, 'chart' | 'fetched'>> {
  if (isLocalChart(reference, context)) return { chart: existsSync(reference) ? resolve(reference) : await locateChart(reference, context), fetched: {} }
  if (context.flags.has('offline') && context.flags.bool('offline')) {
    const { ContentCache } = await import('../../charts/registry/index.ts')
    const pinned = readLock(join(lock.base, 'pintle.lock')).releases[lock.key]?.chart
    const cached = pinned?.archive === undefined ? undefined : new ContentCache(context.settings.contentCache).get(pinned.archive.replace('sha256:', ''), '.chart')
    if (pinned === undefined || cached === undefined) throw new PintleError('rule.refused', `${reference} would have to be fetched, and --offline asks nobody`, { hint: 'Pin it once without --offline: what was fetched is kept.' })
    const { source, archive, manifest } = pinned
    return { chart: cached.path, fetched: { ...(source && { source }), ...(archive && { archive }), ...(manifest && { manifest }) } }
  }
  const { locateRemote } = await import('./remote-chart.ts')
  const { path, kind, url, digest, manifestDigest } = await locateRemote(reference, context, version === undefined ? {} : { version })
  if (kind === 'local') return { chart: path, fetched: {} }
  const source = url === undefined ? undefined : withoutUser(url)
  return { chart: path, fetched: { ...(source && { source }), ...(digest && { archive: digest }), ...(manifestDigest && { manifest: manifestDigest }) } }
}

/** A URL for the lock: nobody's name and password in it. */
const withoutUser = (url: string): string => url.replace(/^([a-z]+:\/\/)[^/@]*@/, '$1')
