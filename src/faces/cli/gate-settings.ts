import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { readGates, type GateSettings, type GateSubject } from '../../delivery/gates/index.ts'
import { readProject, serviceGates, type Environment, type Project, type Service } from '../../delivery/plan/index.ts'
import { isMap, type Fault } from '../../delivery/settings/index.ts'
import type { CommandContext } from './command.ts'
import { usage, type Flags } from './flags.ts'
import { environmentOf, serviceOf } from './release-target.ts'

/** What is to be judged, and by what. */
export interface GateCall {
  readonly settings: GateSettings
  readonly subject: GateSubject
  /** Where commands of pintle.yaml run. */
  readonly folder: string
}

interface Named {
  readonly project: Project
  readonly service: Service
  readonly environment: Environment | undefined
}

/** SERVICE and STEP of a command line: gates of pintle.yaml, of flags, or both, where flags win. @throws PintleError usage, config.invalid */
export function gateCall(context: CommandContext): GateCall {
  const { flags, args } = context
  const said = sloOfFlags(flags)
  const named = serviceOfProject(context, said !== undefined)
  const name = args[0] ?? named?.service.name
  if (name === undefined) throw usage('which service?', 'pintle gate SERVICE STEP')
  const settings = named === undefined ? settingsOfFlags(said, flags) : settingsOfProject(named, said, flags)
  if (settings === undefined || settings.gates.length === 0) throw usage(`nothing says what ${name} is judged by`, 'slo: { error_rate_max: 0.005, p95_latency_ms: 300, window_minutes: 5 } of the service in pintle.yaml, or --error-rate-max and --p95-latency-ms.')
  return { settings, subject: subjectOf(context, name, named), folder: named === undefined ? process.cwd() : dirname(named.project.file) }
}

/** A service that is not in pintle.yaml may come from flags alone, as `checkout-api-green` does. */
function serviceOfProject(context: CommandContext, flagsSuffice: boolean): Named | undefined {
  const { flags, args } = context
  const config = flags.string('config')
  if (!flags.changed('config') && !flags.changed('environment') && !existsSync(config)) return undefined
  const { project } = readProject(config)
  if (args[0] !== undefined && !project.services.has(args[0]) && flagsSuffice) return undefined
  return { project, service: serviceOf(project, args[0], config), environment: environmentOf(project.environments, flags.string('environment')) }
}

/** Flags of `slo`, and the keys that each takes the place of. */
const keys: Readonly<Record<string, { readonly key: string; readonly replaces?: string }>> = {
  'error-rate-max': { key: 'error_rate_max' }, 'p95-latency-ms': { key: 'p95_latency_ms' }, 'min-samples': { key: 'min_samples' }, confidence: { key: 'confidence' }, subset: { key: 'subset' },
  window: { key: 'window', replaces: 'window_minutes' }, 'scrape-interval': { key: 'scrape_interval' }, prometheus: { key: 'prometheus' },
}

/** Keys of `slo` that flags give; undefined: none that could judge. */
function sloOfFlags(flags: Flags): Record<string, unknown> | undefined {
  const given = Object.entries(keys).filter(([flag]) => flags.changed(flag))
  const of = (flag: string): unknown => {
    switch (flags.spec(flag)!.type) {
      case 'float': return flags.number(flag)
      case 'int': return flags.number(flag)
      case 'bool': return flags.bool(flag)
      default: return flags.string(flag)
    }
  }
  return given.length === 0 ? undefined : { ...Object.fromEntries(given.map(([flag, { key }]) => [key, of(flag)])), ...(flags.changed('prometheus') && { provider: 'prometheus' }) }
}

function settingsOfFlags(slo: Record<string, unknown> | undefined, flags: Flags): GateSettings {
  return readGates(slo, freeGate(flags), faultOfFlags)
}

function settingsOfProject({ project, service, environment }: Named, said: Record<string, unknown> | undefined, flags: Flags): GateSettings | undefined {
  const { sections } = service
  const slo = isMap(sections.slo) ? { ...sections.slo } : {}
  for (const { key, replaces } of Object.values(keys)) if (said?.[key] !== undefined && replaces !== undefined) delete slo[replaces]
  const merged = said === undefined ? sections.slo : { ...slo, ...said }
  const free = freeGate(flags)
  return serviceGates(project, { name: service.name, sections: { ...sections, ...(merged !== undefined && { slo: merged }), ...(free && { gates: free }) } }, environment)
}

/** --query with --max or --min. */
function freeGate(flags: Flags): object[] | undefined {
  if (!flags.changed('query')) return undefined
  const bound = ['max', 'min'].filter((name) => flags.changed(name))
  if (bound.length !== 1) throw usage('--query needs a threshold: one of --max and --min')
  return [{ name: 'query', query: flags.string('query'), [bound[0]!]: flags.number(bound[0]!) }]
}

const faultOfFlags: Fault = (path, message, hint) => {
  const flag = Object.entries(keys).find(([, { key }]) => key === path[1])?.[0]
  return usage(flag === undefined ? message : `--${flag}: ${message}`, hint)
}

function subjectOf({ flags, args, settings }: CommandContext, service: string, named: Named | undefined): GateSubject {
  const step = args[1] ?? '100'
  const weight = Number(/^(\d{1,3}(?:\.\d+)?)%?$/.exec(step)?.[1] ?? NaN)
  if (!(weight >= 0 && weight <= 100)) throw usage(`${JSON.stringify(step)} is no step`, 'STEP is the percentage of the traffic that the new version has: 25.')
  const [canary, hash] = [flags.string('canary'), flags.string('canary-hash')]
  const whole = canary === '' && hash === ''
  const began = flags.duration('began')
  if (!whole && flags.string('subset') === 'none' && weight < 100 && began <= 0) throw usage('--subset none needs --began', 'What the service was like before the new version had traffic: --began 20m, if that was twenty minutes ago.')
  return {
    service, release: service, namespace: settings.namespace || (named?.environment?.namespace ?? named?.service.namespace ?? ''), environment: named?.environment?.name ?? flags.string('environment'),
    canary: canary || service, stable: flags.string('stable') || service, ...(hash !== '' && { canaryHash: hash }), ...(flags.string('stable-hash') !== '' && { stableHash: flags.string('stable-hash') }),
    weight, step: `${weight}%`, ...(whole && { whole }), ...(began > 0 && { began: Date.now() - began }),
  }
}
