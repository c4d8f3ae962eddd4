import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import type { Chart } from '../../charts/chart/index.ts'
import { imageName, lockDigest, moved, parseImage, pin, readLock, type Pin, type PlanFile, type PlanKey, type PlanRequest } from '../../delivery/plan/index.ts'
import { PintleError } from '../../errors/index.ts'
import { loadInstallable, userValues } from './chart-args.ts'
import type { CommandContext, Session } from './command.ts'
import { contextName } from './context-name.ts'
import type { FlagSpec } from './flags.ts'
import { policyFlags } from './policy-flags.ts'
import { overRendered } from './over-rendered.ts'
import { operator } from './operator.ts'
import { watchFlag, type Target } from './release-target.ts'
import { imageFlag } from './service-image.ts'
import { readValueFiles, valuePath } from './value-files.ts'
import { versions } from './versions.ts'
import { kustomizeFlag, projectFlags } from './flag-sets.ts'

/** Flags of the commands that make a plan. */
export const planningFlags: readonly FlagSpec[] = [
  ...projectFlags,
  { name: 'locked', type: 'bool', usage: 'refuse when pintle.lock is missing or anything pinned moved' },
  { name: 'create-namespace', type: 'bool', usage: 'create the namespace when it is missing' },
  { name: 'upgrade-crds', type: 'bool', usage: "on an upgrade, too, bring the chart's CRDs up to date first; refused (exit code 5) when that would lose something" },
  { name: 'skip-tests', type: 'bool', usage: "do not run the chart's tests" },
  imageFlag, watchFlag,
  kustomizeFlag,
  { name: 'acknowledge', type: 'stringArray', placeholder: 'KIND/NAME', usage: 'this object is meant to be deleted, or to change its selector' },
  { name: 'checked', type: 'stringArray', usage: 'an item of the checklist that is done; can be repeated' },
  { name: 'break-glass', type: 'string', placeholder: 'REASON', usage: 'an emergency: release from outside of CI all the same, on record' },
  ...policyFlags,
]

/** --break-glass, as plan and record keep it. */
export function emergencyOf(flags: CommandContext['flags']): Pick<PlanFile, 'emergency'> {
  const reason = flags.string('break-glass').trim()
  return reason === '' ? {} : { emergency: { reason, by: operator() } }
}

/** What is to be released, read and pinned. */
export interface ReadTarget {
  readonly target: Target
  readonly chart: Chart
  readonly request: Omit<PlanRequest, 'target' | 'namespace'>
  /** As it goes into pintle.lock: its digests are not keyed. */
  readonly pinned: Pin
  readonly lockPath: string
  /** Values files, in order. */
  readonly files: readonly string[]
  readonly before: Pin | undefined
  /** How it differs from pintle.lock. */
  readonly changes: readonly string[]
}

/** Loads a chart once, however many releases are made of it. */
export type LoadChart = (path: string) => Promise<Chart>

export function chartLoader(context: CommandContext): LoadChart {
  const loaded = new Map<string, Promise<Chart>>()
  return (path) => {
    let chart = loaded.get(path)
    if (chart === undefined) loaded.set(path, chart = loadInstallable(path, context))
    return chart
  }
}

/**
 * Reads chart, values and lock of a target, and pins them.
 * @throws PintleError rule.refused for another version than asked for, and with --locked for what moved
 */
export async function readTarget(context: CommandContext, target: Target, key: PlanKey, load: LoadChart): Promise<ReadTarget> {
  const { flags, signal, settings } = context
  const chart = await load(target.chart)
  const wanted = target.version ?? (flags.string('version') || undefined)
  if (wanted !== undefined && chart.metadata.version !== wanted) {
    const exact = /^v?\d+\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?$/.test(wanted)
    throw refused(exact ? `the chart has version ${chart.metadata.version}, ${wanted} is asked for` : `${JSON.stringify(wanted)} is no exact version`, 'A release is made from one exact version: no ranges, no latest.')
  }
  const files = [...target.valueFiles.map((f) => resolve(f)), ...flags.list('values').map(valuePath)]
  const secrets: string[] = []
  const values = await userValues(context, { valueFiles: files, set: target.set, over: target.image?.values, environment: target.environment, onSecrets: (found) => secrets.push(...found) })
  const contents = await readValueFiles(files, { environment: target.environment, signal })

  const lockPath = join(target.base, 'pintle.lock')
  const before = readLock(lockPath).releases[target.lockKey]
  const tool = { pintle: versions.pintle, helm: versions.helm }
  const now = pin(chart, contents.map(({ file, bytes }) => ({ path: relative(target.base, file), bytes })), tool, target.fetched)
  // Digests of images are pintle pin's to find; here they only count.
  const pinned = { ...now, ...(before?.images && { images: before.images }), ...(target.image && { image: target.image.pinned }) }
  const changes = before ? moved(before, pinned) : []
  if (flags.bool('locked') && (!before || changes.length > 0)) {
    throw refused(before ? `pintle.lock no longer fits:\n  ${changes.join('\n  ')}` : `pintle.lock has no pin for ${target.lockKey}`, 'Run without --locked to pin anew, and review the change of pintle.lock.')
  }
  const keyed = { ...pinned, values: contents.map(({ file, bytes }) => ({ path: relative(target.base, file), digest: key.digest(bytes) })) }
  const local = target.fetched.source === undefined && existsSync(target.chart)
  const postRender = await overRendered(context)
  return {
    target, chart, pinned, lockPath, files, before, changes,
    request: {
      service: target.release, name: target.release, needs: target.needs, chart, values, ...(secrets.length > 0 && { secrets }), pin: keyed, smoke: target.smoke, ...(target.rollout && { rollout: target.rollout }), ...(target.watch && { watch: target.watch }), ...(target.simple !== undefined && { simple: target.simple }), source: { skipSchemaValidation: false, ...(postRender && { postRender }) },
      sources: { ...(local && { chart: relative(target.base, target.chart) || '.' }), lock: { path: relative(target.base, lockPath), key: target.lockKey, digest: lockDigest(before) } },
      settings: { timeout: target.timeout, createNamespace: flags.bool('create-namespace'), historyMax: settings.maxHistory, skipTests: flags.bool('skip-tests'), upgradeCrds: flags.bool('upgrade-crds') },
    },
  }
}

/** What a plan says of where it goes. */
export const sessionTarget = ({ settings }: CommandContext, session: Session): PlanRequest['target'] => ({ server: session.cluster.server, context: contextName(settings, session), simulated: session.simulated })

/** The pin with those of its images that are still used; new ones are told, or with --locked refused. */
export function pinnedImages({ flags, out }: CommandContext, pinned: Pin, images: readonly string[]): Pin {
  if (pinned.images === undefined) return pinned
  const used = new Set(images.map((text) => {
    const image = parseImage(text)
    return typeof image === 'string' ? text : imageName(image)
  }))
  const missing = [...used].filter((name) => !pinned.images!.some((i) => i.image === name))
  const list = missing.map((name) => `  ${name}`).join('\n')
  if (missing.length > 0 && flags.bool('locked')) throw refused(`pintle.lock has no digest for:\n${list}`, 'Run `pintle pin`, and review the change of pintle.lock.')
  if (missing.length > 0) out.note(`  not pinned (\`pintle pin\` does it):\n${list}`)
  return { ...pinned, images: pinned.images.filter((i) => used.has(i.image)) }
}

export function refused(message: string, hint: string): PintleError {
  return new PintleError('rule.refused', message, { hint })
}
