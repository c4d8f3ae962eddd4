import { shownChart } from '../charts/chart-reference.ts'
import { HelmExitError } from '../charts/helm-exit-error.ts'
import { releaseId } from '../order/release-id.ts'
import { moreValues } from '../charts/more-values.ts'
import { warnOfNeeds } from '../charts/warn-of-needs.ts'
import type { ReleaseSpec } from '../spec.ts'
import { warning } from './delete-releases.ts'
import { diffArgv } from './diff-argv.ts'
import { forReleases } from './for-releases.ts'
import { isInstalled, isWanted, toBeDeleted } from './installed.ts'
import { ReleaseError, releaseFailed } from './release-error.ts'
import type { ReleaseInput, StateRun } from './state-run.ts'
import { chartOf } from './sync-releases.ts'
import type { DiffOptions } from './verb-options.ts'

interface Prepared {
  readonly release: ReleaseSpec
  readonly argv: readonly string[]
  readonly input: ReleaseInput
}

export interface DiffRun {
  /** What was found is not shown. */
  readonly suppressDiff: boolean
  /** Hooks of `cleanup` run after each. */
  readonly cleanup: boolean
}

export interface Differences {
  readonly updated: readonly ReleaseSpec[]
  readonly deleted: readonly ReleaseSpec[]
  /** `Affected releases are: ...`; undefined when there is nothing to say. */
  readonly message: string | undefined
  /** What failed; then nothing else is known. */
  readonly errors: readonly Error[]
}

/** Compares releases with the cluster, and finds those that are to be removed. Source: Run.diff in pkg/app/run.go. */
export async function differences(run: StateRun, releases: readonly ReleaseSpec[], options: DiffOptions, how: DiffRun & { readonly detailedExitCode: boolean }): Promise<Differences> {
  const { changed, errors } = await diffReleases(run, releases, options, how)
  let deleted: readonly ReleaseSpec[] = []
  const fatal = errors.filter((error) => !(error instanceof ReleaseError) || error.exitStatus !== 2)
  try {
    deleted = await toBeDeleted(run, releases)
  } catch (error) {
    fatal.push(error as Error)
  }
  if (fatal.length > 0) return { updated: [], deleted: [], message: undefined, errors: fatal }
  const gone = new Set(deleted.map(releaseId))
  const updated = changed.filter((release) => !gone.has(releaseId(release)))
  if (updated.length === 0 && deleted.length === 0) return { updated, deleted, message: how.detailedExitCode ? 'No affected releases' : undefined, errors: [] }
  return { updated, deleted, message: affectedText(updated, deleted, run.colour.diff === true), errors: [] }
}

/** @param colour what is deleted is red */
export function affectedText(updated: readonly ReleaseSpec[], deleted: readonly ReleaseSpec[], colour: boolean): string {
  const line = ({ name, chart }: ReleaseSpec, what: string): string => `  ${name} (${chart}) ${what}`
  const red = (text: string): string => (colour ? `\u001B[31m${text}\u001B[0m` : text)
  return `Affected releases are:\n${[...updated.map((r) => line(r, 'UPDATED')), ...deleted.map((r) => red(line(r, 'DELETED')))].sort().join('\n')}\n`
}

/** Source: DiffReleases in pkg/state/state.go. What is found is printed in the order of the releases. */
async function diffReleases(run: StateRun, all: readonly ReleaseSpec[], options: DiffOptions, how: DiffRun): Promise<{ changed: ReleaseSpec[]; errors: Error[] }> {
  const releases = all.filter(isWanted)
  const prepared = new Map<ReleaseSpec, Prepared | 'new'>()
  const unprepared = await forReleases(run, releases, async (release) => {
    prepared.set(release, await prepare(run, release, options).catch((error: unknown) => { throw releaseFailed(release, error) }))
  })
  if (unprepared.length > 0) return { changed: [], errors: unprepared }
  const outputs = new Map<ReleaseSpec, string>()
  const differing = new Set<ReleaseSpec>()
  const errors = await forReleases(run, releases, async (release) => {
    const one = prepared.get(release)!
    try {
      if (one === 'new') {
        differing.add(release)
        throw new ReleaseError(release, '', 2)
      }
      await diffRelease(run, one, how.suppressDiff || release.suppressDiff === true, options.detailedExitCode, (text) => outputs.set(release, (outputs.get(release) ?? '') + text))
    } catch (error) {
      const status = error instanceof HelmExitError ? error.exitStatus : 0
      if (status === 2) differing.add(release)
      throw error instanceof ReleaseError ? error : new ReleaseError(release, (error as Error).message, status, error)
    } finally {
      if (how.cleanup) await run.hook('cleanup', 'diff', release).catch(warning(run))
    }
  })
  for (const release of releases) run.print(outputs.get(release) ?? '')
  return { changed: releases.filter((release) => differing.has(release)), errors }
}

/** Source: prepareDiffReleases. @returns `new` for one that is not there and need not be compared */
async function prepare(run: StateRun, release: ReleaseSpec, options: DiffOptions): Promise<Prepared | 'new'> {
  warnOfNeeds(run.state, release, run.log)
  let installed: Promise<boolean> | undefined
  const isThere = (): Promise<boolean> => (installed ??= isInstalled(run, release))
  if (options.skipDiffOnInstall && !(await isThere())) return 'new'
  const isNew = (release.disableValidationOnInstall === true || options.skipDiffValidationOnInstall) && !(await isThere())
  const input = await run.valuesOf(release)
  const argv = diffArgv(run.state, release, chartOf(run, release), options, { values: input.argv, moreValues: moreValues(run.state, run.valuesFiles), render: input.render, isNew })
  return { release, argv, input }
}

/** Source: DiffRelease in pkg/helmexec/exec.go. @throws HelmExitError, with status 2 for differences */
async function diffRelease(run: StateRun, { release, argv, input }: Prepared, silent: boolean, detailed: boolean, write: (text: string) => void): Promise<void> {
  const { helm, log, colour } = run
  const said = `Comparing release=${release.name}, chart=${shownChart(argv[4]!)}, namespace=${release.namespace}\n`
  if (silent) log('info', said)
  else write(said)
  const { words, env } = withoutColour(argv, colour.diff)
  const show = (text: string): void => { if (!silent && text !== '') write(`${text}\n`) }
  try {
    const { stdout } = await helm.exec(words, { files: input.files, env, ...(silent && { live: false }) })
    if (!detailed && !argv.some((word) => word.includes('detailed-exitcode'))) show(stdout)
  } catch (error) {
    if (error instanceof HelmExitError && (error.exitStatus === 2 || !detailed)) show(error.outcome.stdout)
    throw error
  }
}

/** Helm 4 takes --color for a flag of its own: a variable says it instead. Source: filterColorFlagsForHelm4. */
function withoutColour(argv: readonly string[], given: boolean | undefined): { words: readonly string[]; env: Readonly<Record<string, string>> } {
  const colours = argv.filter((word) => word === '--color' || word === '--no-color')
  const chosen = given ?? (colours.length === 0 ? undefined : colours[0] === '--color')
  return { words: argv.filter((word) => word !== '--color' && word !== '--no-color'), env: chosen === undefined ? {} : { HELM_DIFF_COLOR: String(chosen) } }
}
