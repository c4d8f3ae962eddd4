import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Chart } from '../../charts/chart/index.ts'
import type { GateSettings } from '../../delivery/gates/index.ts'
import { serviceGates, type Environment, type Project, type Service } from '../../delivery/plan/index.ts'
import { faultIn } from '../../delivery/settings/index.ts'
import { defaultPolicy, type PolicySettings, type RunFacts } from '../../delivery/policy/index.ts'
import { parseBusinessHours, parseChecklist, parseIncidentSettings, readChecklistFile, type Checklist, type IncidentSettings } from '../../delivery/doctor/index.ts'
import { isPintleError } from '../../errors/index.ts'
import { loadInstallable, userValues } from './chart-args.ts'
import type { CommandContext } from './command.ts'
import { ciRun, operator } from './operator.ts'
import { readValueFiles, type ValueFile } from './value-files.ts'
import { environmentOf, projectOf, serviceOf, targetFromFlags, targetFromProject, type Target } from './release-target.ts'
import { valuePath } from './value-files.ts'

/** What a doctor examines: a service of pintle.yaml, a release given by flags, or only the folder it stands in. */
export interface Subject {
  readonly service: string
  readonly environment: string
  readonly settings: Environment | undefined
  readonly otherEnvironments: readonly string[]
  readonly folder: string
  readonly hasChart: boolean
  readonly namespace: string | undefined
  readonly run: RunFacts
  readonly owner: string | undefined
  /** Whether anybody is told of its releases; undefined where there is no pintle.yaml. */
  readonly notify: boolean | undefined
  readonly checklist: Checklist | undefined
  readonly incidents: IncidentSettings
  readonly policy: PolicySettings
  /** What its releases are measured by; undefined: by nothing. */
  readonly gates: GateSettings | undefined
  /** Finds and loads the chart. */
  load(): Promise<{ target: Target; chart: Chart; values: Awaited<ReturnType<typeof userValues>>; contents: readonly ValueFile[] }>
}

/** @throws PintleError config.invalid, usage */
export function subjectOf(context: CommandContext): Subject {
  const { flags, args } = context
  const config = flags.string('config')
  if (args.length < 2 && (args.length === 1 || existsSync(config) || flags.changed('config'))) return ofProject(context)
  return ofFlags(context)
}

/** What is planned, as what a doctor examines. @throws PintleError config.invalid */
export function subjectOfTarget(context: CommandContext, { project, release, environment }: Target): Subject {
  return project === undefined ? ofFlags(context) : subjectOfService(context, project, serviceOf(project, release, context.flags.string('config')), environmentOf(project.environments, environment))
}

function ofFlags(context: CommandContext): Subject {
  const { flags, args } = context
  const folder = process.cwd()
  return {
    service: args[0] ?? '', environment: flags.string('environment'), settings: undefined, otherEnvironments: [], folder, hasChart: args.length === 2 || existsSync(resolve(folder, 'Chart.yaml')), namespace: undefined,
    run: runFacts(context, undefined, undefined), owner: undefined, notify: undefined, checklist: undefined, incidents: {}, policy: defaultPolicy, gates: undefined, load: () => loaded(context, () => targetFromFlags(context)),
  }
}

function ofProject(context: CommandContext): Subject {
  const { flags, args } = context
  const { project } = projectOf(context)
  return subjectOfService(context, project, serviceOf(project, args[0], flags.string('config')), environmentOf(project.environments, flags.string('environment')))
}

/** @throws PintleError config.invalid for what pintle.yaml says wrongly about what is required, hours, incidents */
export function subjectOfService(context: CommandContext, project: Project, service: Service, environment: Environment | undefined): Subject {
  const { flags } = context
  const folder = dirname(project.file)
  const at = (...section: string[]) => faultIn(project.file, section)
  const inEnvironment = (...rest: string[]) => at('environments', environment?.name ?? '', ...rest)
  const from = environment?.requires?.from
  if (from !== undefined && from !== 'ci' && from !== 'anywhere') throw inEnvironment('requires')(['from'], `environments.${environment!.name}.requires.from must be ci or anywhere`)
  const stagedIn = environment?.requires?.stagedIn
  if (stagedIn !== undefined && !project.environments.has(stagedIn)) throw inEnvironment('requires')(['stagedIn'], `there is no environment ${JSON.stringify(stagedIn)}`, `There are: ${[...project.environments.keys()].join(', ')}.`)
  return {
    service: service.name, environment: environment?.name ?? '', settings: environment, otherEnvironments: [...project.environments.keys()].filter((name) => name !== environment?.name), folder, hasChart: true,
    namespace: environment?.namespace ?? service.namespace, owner: service.owner, notify: service.notify !== undefined || environment?.notify !== undefined,
    run: runFacts(context, environment, parseBusinessHours(environment?.businessHours, inEnvironment('businessHours'))),
    checklist: parseChecklist(environment?.requires?.checklist, (path) => readChecklistFile(resolve(folder, path)), inEnvironment('requires', 'checklist'), flags.has('checked') ? flags.list('checked') : []),
    incidents: parseIncidentSettings(service.incidents, service.name, at('services', service.name, 'incidents')),
    policy: environment?.policy ?? defaultPolicy, gates: serviceGates(project, service, environment),
    load: () => loaded(context, () => targetFromProject(context, project, service, environment)),
  }
}

function runFacts({ flags }: CommandContext, environment: Environment | undefined, businessHours: RunFacts['businessHours']): RunFacts {
  const ci = ciRun()?.provider
  const breakGlass = flags.has('break-glass') ? flags.string('break-glass') : ''
  return { operator: operator(), ciRequired: environment?.requires?.from === 'ci', ...(ci !== undefined && { ci }), ...(breakGlass !== '' && { breakGlass }), ...(businessHours && { businessHours }) }
}

async function loaded(context: CommandContext, find: () => Promise<Target>): Promise<Awaited<ReturnType<Subject['load']>>> {
  const target = await find()
  const chart = await loadInstallable(target.chart, context)
  const files = [...target.valueFiles.map((f) => resolve(f)), ...context.flags.list('values').map(valuePath)]
  const values = await userValues(context, { valueFiles: files, set: target.set, over: target.image?.values, environment: target.environment })
  return { target, chart, values, contents: await readValueFiles(files, { environment: target.environment, signal: context.signal }) }
}

/** What is wrong with a chart or its values, in one line; other errors are thrown on. */
export function chartFaultOf(error: unknown): string {
  if (isPintleError(error) && /^(chart|values|template|yaml|repo|registry|http|signature)\./.test(error.code)) return error.message.split('\n')[0]!
  throw error
}
