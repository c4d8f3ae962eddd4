import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { PintleError } from '../../../errors/index.ts'
import { defaultCapabilities, parseKubeVersion, type Chart, type LayerSources } from '../../../charts/chart/index.ts'
import { registryClient, type RegistryClient } from '../../../charts/registry/index.ts'
import { DigestCache, moved, pin as pinOf, pinImages, readLock, unusedImage, writeLock, type Pin, type PinImagesOptions, type PinRefusal, type PinnedImages } from '../../../delivery/plan/index.ts'
import { loadInstallable, userValues } from '../chart-args.ts'
import { readValueFiles, valuePath } from '../value-files.ts'
import type { Command, CommandContext } from '../command.ts'
import { chartFlags, outputFlag, valueFlags, projectFlags } from '../flag-sets.ts'
import { usage } from '../flags.ts'
import { requireSigned, signedFlag } from '../pin-signatures.ts'
import { signerOf } from '../signer-flags.ts'
import { chartRefusals } from '../pin-versions.ts'
import { withRegistry } from '../registry-session.ts'
import { imageFlag, requireImageOf } from '../service-image.ts'
import { environmentOf, projectOf, serviceOf, targetFromFlags, targetFromProject, type Target } from '../release-target.ts'
import { printStructured } from '../structured.ts'
import { versions } from '../versions.ts'

/** What came of pinning one release. */
interface Outcome {
  readonly key: string
  readonly before: Pin | undefined
  readonly pin: Pin
  /** Differences to what is pinned, moved tags among them. */
  readonly changes: readonly string[]
  readonly kept: PinnedImages['moved']
}

/** `pintle pin`: exact versions and digests of all a release is made from, in pintle.lock. */
export const pin: Command = {
  use: 'pin [SERVICE] [CHART] [flags]',
  long: `Writes pintle.lock: the exact version and digest of the chart and its dependencies, digests of the values files, and the digest of every image in the
rendered objects (hooks, tests, init containers and custom resources too), as its registry has it.

Without SERVICE every service of pintle.yaml is pinned, in every environment or in the one of -e. With a CHART (a folder, archive, repo/name or oci:// reference)
everything comes from flags, and SERVICE is the release's name.

What is pinned stays: a tag that was moved keeps its digest and is told; --update takes the new one. Ranges, latest and images whose digest nobody
knows are refused with the line they stand on, and nothing is written.

Exit codes: 0 pinned, or with --check nothing moved; 1 failed; 5 refused, or with --check something moved.`,
  examples: `pintle pin
pintle pin checkout-api -e prod --check
pintle pin shop oci://registry.example.com/charts/shop --version 1.4.2 -f values-prod.yaml`,
  flags: [
    ...projectFlags, imageFlag,
    { name: 'check', type: 'bool', usage: 'write nothing; exit code 5 when anything moved' },
    { name: 'update', type: 'bool', usage: 'take the new digests of tags that were moved' },
    { name: 'offline', type: 'bool', usage: 'ask no registry: digests that are pinned or were found before' },
    { name: 'kube-version', type: 'string', usage: 'Kubernetes version to render for' },
    { name: 'api-versions', short: 'a', type: 'strings', usage: 'API versions to render for' },
    signedFlag, ...valueFlags, ...chartFlags, outputFlag,
  ],
  args: [0, 2],
  exclusive: [['check', 'update']],
  async run(context) {
    const { flags, settings } = context
    const outcomes = await withRegistry(context, {}, async ({ http, env, registries, paths, signal }) => {
      const client = registryClient({
        http, env, registries, registryConfig: paths.registryConfig, username: '', password: '', plainHttp: flags.bool('plain-http'),
        caFile: flags.string('ca-file'), certFile: flags.string('cert-file'), keyFile: flags.string('key-file'), insecureSkipTlsVerify: flags.bool('insecure-skip-tls-verify'),
      })
      const cache = new DigestCache(join(settings.homes.cache, 'pintle', 'image-digests.json'))
      const refused: PinRefusal[] = []
      const done: Outcome[] = []
      const answers: PinImagesOptions['answers'] = new Map()
      for (const target of await targetsOf(context, refused)) {
        signal?.throwIfAborted()
        done.push(await pinTarget(context, target, { client, cache, answers }, refused))
      }
      if (refused.length > 0) throw refusal(refused)
      return done
    })
    return report(context, outcomes)
  },
}

/** What is to be pinned; what has no exact version is refused before it is fetched. */
async function targetsOf(context: CommandContext, refused: PinRefusal[]): Promise<Target[]> {
  const { flags, args } = context
  const wanted = flags.string('environment')
  if (args.length === 2) {
    refused.push(...chartRefusals(args[1]!, flags.string('version'), undefined, context))
    return refused.length > 0 ? [] : [await targetFromFlags(context)]
  }
  const { project } = projectOf(context)
  const services = args.length === 0 ? [...project.services.values()] : [serviceOf(project, args[0], flags.string('config'))]
  if (services.length === 0) throw usage(`${flags.string('config')} has no services`)
  requireImageOf(context, services.map((s) => s.name))
  const environments = wanted === '' && project.environments.size > 0 ? [...project.environments.values()] : [environmentOf(project.environments, wanted)]
  const out: Target[] = []
  for (const service of services) {
    const bad = chartRefusals(service.chart, service.version ?? flags.string('version'), { file: project.file, service: service.name }, context)
    refused.push(...bad)
    if (bad.length === 0) for (const environment of environments) out.push(await targetFromProject(context, project, service, environment))
  }
  return out
}

async function pinTarget(context: CommandContext, target: Target, run: { client: RegistryClient; cache: DigestCache; answers: NonNullable<PinImagesOptions['answers']> }, refused: PinRefusal[]): Promise<Outcome> {
  const { client, cache, answers } = run
  const { flags, settings, signal } = context
  const chart = await loadInstallable(target.chart, context)
  refused.push(...versionRefusals(chart, target, flags.string('version')))
  const files = [...target.valueFiles, ...flags.list('values')].map(valuePath)
  const values = await userValues(context, { valueFiles: files, set: target.set, over: target.image?.values, environment: target.environment })
  const before = readLock(lockPath(target)).releases[target.lockKey]
  const fetched = target.fetched.source?.startsWith('oci://') && target.fetched.manifest === undefined && !flags.bool('offline') ? { ...target.fetched, manifest: await manifestOf(client, target.fetched.source, signal) } : target.fetched
  const contents = await readValueFiles(files, { environment: target.environment, signal })
  const base = pinOf(chart, contents.map(({ file, bytes }) => ({ path: relative(target.base, file), bytes })), { pintle: versions.pintle, helm: versions.helm }, fetched)

  const known = new Map(Object.values(readLock(lockPath(target)).releases).flatMap((p) => p.images ?? []).map((i) => [i.image, i.digest]))
  for (const { image, digest } of before?.images ?? []) known.set(image, digest)
  const found = await pinImages({
    chart, values, client, answers, offline: flags.bool('offline'), known: { get: (image) => known.get(image) ?? cache.get(image) },
    release: { name: target.release, namespace: settings.namespace || target.namespace || 'default' },
    render: { capabilities: defaultCapabilities({ ...(flags.string('kube-version') === '' ? {} : { kubeVersion: parseKubeVersion(flags.string('kube-version')) }), apiVersions: flags.list('api-versions') }) },
    sources: layerSources(flags, files, target), pinned: before?.images ?? [], update: flags.bool('update') || flags.bool('check'), signal,
  })
  refused.push(...found.refused)
  const unused = unusedImage(target.image, found.images.map((i) => i.image))
  if (unused !== undefined && found.refused.length === 0) refused.push({ what: target.image!.source, why: unused, set: [] })
  const signer = signerOf(flags)
  if (signer !== undefined && found.refused.length === 0) refused.push(...await requireSigned(client, signer, { images: found.images, chart: fetched }, context))
  if (!flags.bool('offline')) cache.keep(found.images.filter((i) => !found.moved.some((m) => m.image === i.image)).map((i) => [i.image, i.digest] as const))
  const pinned: Pin = { ...base, images: found.images, ...(target.image && { image: target.image.pinned }) }
  return { key: target.lockKey, before, pin: pinned, changes: before === undefined ? [] : differences(before, pinned), kept: flags.bool('update') || flags.bool('check') ? [] : [...found.moved, ...keptImage(target)], ...lockOf(target) }
}

/** A lock that `pintle release` wrote says nothing about images. */
function differences(before: Pin, now: Pin): string[] {
  const list = moved(before, now)
  return before.images === undefined && (now.images ?? []).length > 0 ? [...list, `images: (not pinned) -> ${now.images!.length} digests`] : list
}

const keptImage = ({ image }: Target): PinnedImages['moved'] => (image?.moved === undefined ? [] : [{ image: image.pinned.image, pinned: image.pinned.digest, now: image.moved }])

const lockPath = (target: Target): string => join(target.base, 'pintle.lock')
const lockOf = (target: Target): { lock: string } => ({ lock: lockPath(target) })

function versionRefusals(chart: Chart, target: Target, flag: string): PinRefusal[] {
  const wanted = target.version ?? flag
  if (wanted === '' || wanted === chart.metadata.version) return []
  return [{ what: `chart ${chart.name}`, why: `it has version ${chart.metadata.version}, ${wanted} is asked for`, set: [] }]
}

async function manifestOf(client: RegistryClient, source: string, signal: AbortSignal): Promise<string> {
  const { parseReference } = await import('../../../charts/registry/index.ts')
  const reference = parseReference(source.slice('oci://'.length).replaceAll('+', '_'))
  return (await client.repository(reference).resolve(reference.reference, { signal })).digest
}

function layerSources(flags: CommandContext['flags'], files: readonly string[], target: Target): LayerSources {
  const shown = new Map(files.filter((f) => existsSync(f)).map((f) => [relative(process.cwd(), f), readFileSync(f, 'utf8')]))
  return {
    ...(target.image && { over: target.image.values, overSource: target.image.source }), valueFiles: [...shown.keys()], texts: shown, set: [...target.set, ...flags.list('set')], setString: flags.list('set-string'), setJson: flags.list('set-json'), setLiteral: flags.list('set-literal'), setFile: flags.list('set-file'),
  }
}

function refusal(refused: readonly PinRefusal[]): PintleError {
  const at = ({ place }: PinRefusal): string => (place === undefined ? '' : `${place.file}${place.line === undefined ? '' : `:${place.line}`}: `)
  const lines = refused.map((r) => `  ${at(r)}${r.what}: ${r.why}${r.set.length > 0 ? `; set by ${r.set.join(', ')}` : ''}`)
  const place = refused.find((r) => r.place !== undefined)?.place
  return new PintleError('rule.refused', `not everything can be pinned:\n${[...new Set(lines)].join('\n')}`, {
    ...(place && { place }), hint: 'Name exact versions and tags; nothing was written.', details: { refused: refused.map(({ what, why, place: p, set }) => ({ what, why, set, ...(p && { file: p.file, line: p.line }) })) },
  })
}

function report(context: CommandContext, outcomes: readonly (Outcome & { lock?: string })[]): number {
  const { flags, out } = context
  const check = flags.bool('check')
  let written = 0
  if (!check) for (const { key, pin: now, lock } of outcomes) if (writeLock(lock!, key, now)) written++
  const stale = outcomes.filter((o) => o.before === undefined || o.changes.length > 0)
  const told = () => ({ releases: outcomes.map(({ key, pin: now, changes, kept, before }) => ({ name: key, pinned: before !== undefined, changes, kept, ...now })) })
  if (!printStructured(context, told)) {
    for (const { key, before, pin: now, changes, kept } of outcomes) {
      const images = now.images ?? []
      out.line(`${key}: ${now.chart.name} ${now.chart.version} ${short(now.chart.digest)}, ${counted(now.dependencies.length, 'dependency', 'dependencies')}, ${counted(now.values.length, 'values file')}, ${counted(images.length, 'image')}${before === undefined ? check ? ': not pinned' : ': new' : ''}`)
      for (const change of changes) out.line(`  ${change}`)
      for (const { image, now: digest } of kept) out.line(`  ${image}: the tag is ${short(digest)} now; what is pinned stays (--update takes the new one)`)
    }
    if (!check) out.line(written === 0 ? 'pintle.lock is up to date' : `pintle.lock written: ${counted(written, 'release')} changed`)
  }
  if (!check || stale.length === 0) return 0
  throw new PintleError('rule.refused', `${stale.length} of ${outcomes.length} pins no longer fit: ${stale.map((o) => o.key).join(', ')}`, { hint: 'Review what moved, then run `pintle pin --update` and commit pintle.lock.' })
}

const short = (digest: string): string => digest.slice(0, 19)
const counted = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`
