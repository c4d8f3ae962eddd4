import { readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { defaultCapabilities, type Chart, type Table } from '../../charts/chart/index.ts'
import { SchemaLibrary, lintChart, serverCapabilities } from '../../charts/checks/index.ts'
import type { Rendered } from '../../charts/render/index.ts'
import { chartDigest, defaultKeys, imageFacts, readLock, releaseFacts, type OfflineFacts, type Pin } from '../../delivery/plan/index.ts'
import type { Facts, InputFacts } from '../../delivery/policy/index.ts'
import { decryptedFiles, longestText, scanRelease, secretFacts, trackedFindings } from '../../delivery/secret-scan/index.ts'
import { sha256 } from '../../delivery/attestation/index.ts'
import { userValues } from './chart-args.ts'
import { attestedImages, chartTrust } from './image-attestations.ts'
import type { CommandContext } from './command.ts'
import { ciRun, gitState, operator, trackedFiles, uncommittedFiles } from './operator.ts'
import { overRendered } from './over-rendered.ts'
import { reportsOf } from './policy-flags.ts'
import type { Target } from './release-target.ts'
import { readValueFiles } from './value-files.ts'

/** Above this many tracked files they are not looked through. */
const mostTracked = 20_000

export interface JudgedTarget {
  readonly target: Target
  readonly chart: Chart
  readonly files: readonly string[]
  readonly now: Date
  readonly git: GitFolders
}

/** Facts about a target without its cluster. */
export async function offlineFacts(context: CommandContext, { target, chart, files, now, git: folders }: JudgedTarget): Promise<{ facts: Facts; offline: OfflineFacts }> {
  const { flags, settings, signal } = context
  const contents = await readValueFiles(files, { environment: target.environment, signal })
  const values = await userValues(context, { valueFiles: files, set: target.set, over: target.image?.values, environment: target.environment })
  const version = flags.string('kube-version') || defaultCapabilities().kubeVersion.version
  const library = await SchemaLibrary.load()
  const { scans, tests } = reportsOf(flags)
  const set = await flagValues(context)
  const local = target.fetched.source === undefined
  const git = folders.of(local && statSync(target.chart).isDirectory() ? target.chart : target.base)
  const release = { name: target.release, namespace: settings.namespace || target.namespace || 'default' }
  const pinned = pinnedDigests(readLock(join(target.base, 'pintle.lock')).releases[target.lockKey])
  const postRender = await overRendered(context)
  const offline = await releaseFacts({
    ...(postRender && { postRender }), chart, values, library, kubernetesVersion: version, capabilities: serverCapabilities(chart, version, library, []), signal,
    source: { reference: target.reference, wantedVersion: target.version ?? flags.string('version'), digest: chartDigest(chart), local },
    release,
    valueFiles: contents.map(({ file, bytes, isScript }) => ({ path: relative(target.base, file), digest: sha256(bytes), environmentSpecific: isOfEnvironment(file, target), script: isScript })),
    setKeys: defaultKeys(set), images: { scans, pinned }, known: { ...git, ...await lintFacts(target, values, release.namespace, signal), ...(tests !== undefined && { tests }) },
  })
  const { findings } = scanRelease({ files: contents.map(({ file, bytes, isScript }) => ({ path: relative(process.cwd(), file), text: Buffer.from(bytes).toString(), unplaced: isScript })), set, values, rendered: withoutDefinitions(offline.rendered) })
  const ci = ciRun()
  const known = { scans, pinned, ...await attestedImages(context, offline.rendered, pinned) }
  return {
    offline,
    facts: { environment: target.environment, service: target.release, now, run: { operator: operator(), ciRequired: false, ...(ci && { ci: ci.provider }) }, inputs: { ...offline.inputs, chart: { ...offline.inputs.chart!, ...chartTrust(context, target) }, images: imageFacts(offline.rendered, known), secrets: secretFacts(findings) }, manifests: offline.manifests },
  }
}

/** Definitions hold no secrets, and are large. */
export const withoutDefinitions = (rendered: Rendered): Rendered => ({ ...rendered, manifests: rendered.manifests.filter((m) => m.kind !== 'CustomResourceDefinition') })

/** What Helm's rules and schemas say of the chart with these values. */
export async function lintFacts({ chart }: Pick<Target, 'chart'>, values: Table, namespace: string, signal: AbortSignal): Promise<Pick<InputFacts, 'lint'>> {
  const found = await lintChart(chart, { values, namespace, signal })
  return found instanceof Error ? { lint: [{ rule: 'helm/chart-load', severity: 'error', path: '', message: found.message }] } : { lint: found }
}

/** Digests of pintle.lock, by the image as it is written. */
export const pinnedDigests = (pin: Pin | undefined): ReadonlyMap<string, string> => new Map((pin?.images ?? []).map((i) => [i.image, i.digest]))

/** By pintle.yaml; of what flags name, by the environment as a word of the path. */
export function isOfEnvironment(file: string, { environment, environmentFiles, base }: Target): boolean {
  return environmentFiles.has(file) || (environment !== '' && relative(base, file).split(/[^A-Za-z0-9]+/).includes(environment))
}

/** What `--set` and its family set. */
export async function flagValues(context: CommandContext): Promise<Table> {
  return userValues(context, { valueFiles: [] })
}

type GitFacts = Pick<InputFacts, 'git' | 'trackedDecrypted'>

/** What Git knows of folders, each asked for once: services often lie in one repository. */
export class GitFolders {
  readonly #known = new Map<string, GitFacts>()

  /** Nothing outside of a work tree. */
  of(folder: string): GitFacts {
    let facts = this.#known.get(folder)
    if (facts === undefined) this.#known.set(folder, facts = gitFacts(folder))
    return facts
  }
}

function gitFacts(folder: string): GitFacts {
  const state = gitState(folder)
  if (state === undefined) return {}
  const tracked = trackedFiles(folder) ?? []
  return {
    git: { ...state, files: uncommittedFiles(folder) ?? [] },
    ...(tracked.length <= mostTracked && { trackedDecrypted: decryptedFiles(trackedFindings(tracked, (path) => textOf(join(folder, path)))) }),
  }
}

function textOf(file: string): string | undefined {
  try {
    return statSync(file).size > longestText ? undefined : readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
