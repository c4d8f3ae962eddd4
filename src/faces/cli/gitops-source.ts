import { existsSync } from 'node:fs'
import { relative, resolve, sep } from 'node:path'
import { PintleError, meant } from '../../errors/index.ts'
import { chartTraits, differenceIds, gitOrigin, inRepository, unsupported, type ChartOrigin, type Difference, type ServiceSource, type ValuesFile, type Written } from '../../delivery/gitops/index.ts'
import { readLock, readProject } from '../../delivery/plan/index.ts'
import { readRepositories } from '../../charts/registry/index.ts'
import { marshal, marshalPlain, parseDocument, unmarshal, type Json } from '../../language/yaml/index.ts'
import { loadInstallable, userValues } from './chart-args.ts'
import type { CommandContext } from './command.ts'
import { chartFlags, timeoutFlag, valueFlags, projectFlags } from './flag-sets.ts'
import { usage, type FlagSpec } from './flags.ts'
import { refuseSecrets } from './refuse-secrets.ts'
import { targetOf, type Target } from './release-target.ts'
import { goJson } from './structured.ts'
import { readValueFiles, valuePath } from './value-files.ts'

/** Flags of the commands that write what a controller applies. */
export const gitopsFlags: readonly FlagSpec[] = [
  ...projectFlags,
  { name: 'name', type: 'string', usage: "name of the objects; the service's and the environment's when left out", completes: [] },
  { name: 'remote', type: 'string', default: 'origin', usage: 'remote that the controller reads', completes: [] },
  { name: 'repo-url', type: 'string', usage: 'URL of the Git repository, when it is not that of the remote', completes: [] },
  { name: 'revision', type: 'string', usage: 'branch or commit; the branch that is checked out when left out', completes: [] },
  { name: 'create-namespace', type: 'bool', usage: 'create the namespace when it is missing' },
  { name: 'strict', type: 'bool', usage: 'refuse (exit code 5) where the controller would do anything otherwise' },
  { name: 'accept', type: 'strings', usage: 'differences that are fine, by their ids: no word about them', completes: [...differenceIds] },
  { name: 'output', short: 'o', type: 'string', default: 'yaml', choices: ['yaml', 'json'], usage: 'output format: yaml, json' },
  timeoutFlag, ...valueFlags, ...chartFlags,
]

/**
 * Everything of a service that a controller is told.
 * @throws PintleError gitops.unsupported, rule.refused for secrets in values, and all of loading and rendering a chart
 */
export async function gitopsSource(context: CommandContext): Promise<{ source: ServiceSource; differences: Difference[] }> {
  const { flags, settings, signal } = context
  const target = await targetOf(context)
  const chart = await loadInstallable(target.chart, context)
  const files = [...target.valueFiles.map((f) => resolve(f)), ...flags.list('values').map(valuePath)]
  let secrets = false
  const table = await userValues(context, { valueFiles: files, set: target.set, environment: target.environment, onSecrets: (found) => { secrets ||= found.length > 0 } })
  const contents = await readValueFiles(files, { environment: target.environment, signal })
  const merged = marshal(table)
  refuseSecrets([...contents, { file: 'values of all layers', bytes: Buffer.from(merged), isScript: true }])
  const git = await gitOrigin(existsSync(target.base) ? target.base : process.cwd(), { remote: flags.string('remote'), url: flags.string('repo-url'), revision: flags.string('revision'), signal })
  const namespace = settings.namespace || target.namespace || 'default'
  const traits = await chartTraits({ chart, values: table, written: (unmarshal(merged) ?? new Map()) as typeof table, release: { name: target.release, namespace } })
  const origin = chartOrigin(context, target, chart.metadata, git?.root)
  const values = files.map((file): ValuesFile => {
    const content = contents.find((c) => c.file === file)
    const inGit = git === undefined ? undefined : inRepository(git.root, file)
    const text = content === undefined ? '' : Buffer.from(content.bytes).toString()
    const unreadable = content === undefined ? 'not a file of this machine' : content.isScript ? 'a program' : isEncrypted(text) ? 'encrypted with SOPS' : undefined
    return { path: relative(target.base, file).split(sep).join('/'), text, ...(inGit === undefined ? {} : { inGit }), ...(unreadable === undefined ? {} : { unreadable }) }
  })
  for (const file of values) if (file.unreadable?.startsWith('encrypted')) throw unsupported(`${file.path} is encrypted with SOPS, and controllers do not decrypt values files`, 'Keep the secret in the cluster (ExternalSecret, SealedSecret) and only its name in the values.')
  if (secrets) throw unsupported('the values hold what was encrypted or what references stand for, and a controller would be told it in plain text', 'Keep the secret in the cluster (ExternalSecret, SealedSecret) and only its name in the values.')
  const read = [...values.flatMap((v) => v.inGit ?? []), ...(origin.kind === 'git' ? [`${origin.path}/`] : [])]
  const uncommitted = (git?.dirty ?? []).filter((path) => read.some((r) => r === path || (r.endsWith('/') && path.startsWith(r)) || (path.endsWith('/') && r.startsWith(path))))
  const source: ServiceSource = {
    service: target.release, environment: target.environment, namespace, chart: origin, files: values, set: [...target.set, ...flags.list('set')], values: parseDocument(merged) as { [key: string]: Json } ?? {},
    traits, timeout: target.timeout, maxHistory: settings.maxHistory, createNamespace: flags.bool('create-namespace'), smokeChecks: target.smoke.length,
    ...(git === undefined ? {} : { git: { url: git.url, revision: git.revision } }),
  }
  for (const name of ['set-string', 'set-json', 'set-literal', 'set-file']) if (flags.list(name).length > 0 && flags.string('values-as') !== 'inline') throw unsupported(`--${name} cannot be told to the controller`, 'Use --values-as inline, or write it into a values file.')
  return { source, differences: uncommitted.map((path) => ({ id: 'uncommitted', message: `${path} holds changes that are not committed: the controller does not see them` })) }
}

/** SOPS leaves its metadata beside what it encrypts. */
function isEncrypted(text: string): boolean {
  try {
    const document = parseDocument(text) as { sops?: { mac?: unknown } } | null
    return typeof document?.sops === 'object' && document.sops !== null && 'mac' in document.sops
  } catch {
    return false
  }
}

function chartOrigin({ flags, args, settings }: CommandContext, target: Target, metadata: { name: string; version: string }, root: string | undefined): ChartOrigin {
  const { name, version } = metadata
  const { source, manifest } = target.fetched
  const reference = args.length === 2 ? args[1]! : referenceOf(target, flags.string('config'))
  if (source?.startsWith('oci://')) {
    const digest = manifest ?? readLock(resolve(target.base, 'pintle.lock')).releases[target.lockKey]?.chart.manifest
    return { kind: 'oci', url: source.replace(/(:[^/:@]+)?(@sha256:[0-9a-f]+)?$/, ''), version, ...(digest === undefined ? {} : { digest }), ...(flags.bool('plain-http') ? { insecure: true } : {}) }
  }
  if (source !== undefined) {
    const url = flags.string('repo') || repositoryUrl(settings.repositoryConfig, reference)
    return { kind: 'repository', url, chart: name, version }
  }
  if (/\.tgz$/.test(target.chart)) throw unsupported(`${reference} is an archive, and controllers read charts from folders in Git, repositories and registries`, 'Push it to a registry, or unpack it into the repository.')
  const path = root === undefined ? undefined : inRepository(root, target.chart)
  if (path === undefined) throw unsupported(`the chart ${relative(process.cwd(), target.chart) || '.'} is in no Git repository that the controller could read`, root === undefined ? 'Run it in a clone with a remote, or name the repository with --repo-url.' : 'Move it into the repository, or push it to a registry.')
  return { kind: 'git', path }
}

const referenceOf = (target: Target, config: string): string => readProject(config).project.services.get(target.release)?.chart ?? target.chart

function repositoryUrl(config: string, reference: string): string {
  const name = reference.split('/')[0]!
  const entry = /^https?:/.test(reference) ? undefined : readRepositories(config)?.repositories.find((r) => r.name === name)
  if (entry === undefined) throw unsupported(`${reference} is the URL of an archive, and controllers find charts by repository and name`, 'Name the chart as repo/name after `pintle repo add`, or with --repo URL.')
  return entry.url.replace(/^([a-z]+:\/\/)[^/@]*@/, '$1')
}

/** Prints objects and what they do not say. @returns the exit code */
export function printWritten({ flags, out }: CommandContext, { objects, differences }: Written): number {
  const accepted = flags.list('accept')
  const unknown = accepted.find((id) => !(differenceIds as readonly string[]).includes(id))
  if (unknown !== undefined) throw usage(`--accept knows no difference ${JSON.stringify(unknown)}`, meant(unknown, differenceIds))
  const open = differences.filter((d) => !accepted.includes(d.id))
  if (flags.bool('strict') && open.length > 0) {
    throw new PintleError('rule.refused', `the controller would do otherwise:\n${open.map((d) => `  ${d.id}: ${d.message}`).join('\n')}`, { hint: `--accept ${[...new Set(open.map((d) => d.id))].join(',')} takes them.` })
  }
  for (const { id, message } of open) out.warn(`${id}: ${message}`)
  if (flags.string('output') === 'json') out.line(goJson(objects.length === 1 ? objects[0] : { apiVersion: 'v1', kind: 'List', items: objects }))
  else out.write(objects.map((o) => `---\n${marshalPlain(o)}`).join(''))
  return 0
}
