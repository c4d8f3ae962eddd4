import { join } from 'node:path'
import type { Pin, ResolvedServiceImage, WantedImage } from '../../delivery/plan/index.ts'
import { DigestCache, parseImage, readLock, readServiceImage, resolveServiceImage, type Project, type Service } from '../../delivery/plan/index.ts'
import { faultIn } from '../../delivery/settings/index.ts'
import { PintleError } from '../../errors/index.ts'
import type { CommandContext } from './command.ts'
import { usage, type FlagSpec } from './flags.ts'
import { withRegistry } from './registry-session.ts'

/** Which image a release is to run. */
export const imageFlag: FlagSpec = { name: 'image', type: 'stringArray', placeholder: 'REF', usage: "the service's own image; its digest is found in the registry and set in the values (SERVICE=REF where there are several)", completes: [] }

const named = /^([a-z0-9](?:[-a-z0-9]*[a-z0-9])?)=(.+)$/

/** @throws PintleError usage where --image does not say which of several services it is for, or names none of them */
export function requireImageOf({ flags }: CommandContext, services: readonly string[]): void {
  if (!flags.has('image')) return
  for (const text of flags.list('image')) {
    const [, service] = named.exec(text) ?? []
    if (service === undefined && services.length > 1) throw usage(`which service is --image ${text} for?`, `--image SERVICE=${text}, one of: ${services.join(', ')}`)
    if (service !== undefined && !services.includes(service)) throw usage(`--image names ${service}, which is not among: ${services.join(', ')}`)
  }
}

interface About {
  readonly release: string
  /** Where it is from, if it is a service of pintle.yaml. */
  readonly project?: Project
  readonly service?: Service
  readonly lock: { readonly base: string; readonly key: string }
}

/**
 * The image a release is to run, by --image, by pintle.yaml, or as it is pinned. Commands without --image ask no registry: for them it is what is pinned.
 * @returns undefined where nobody says which image is its own, and where it is not known to a command that asks nobody
 * @throws PintleError config.invalid; rule.refused for what cannot be pinned
 */
export async function imageOfTarget(context: CommandContext, about: About): Promise<ResolvedServiceImage | undefined> {
  const { flags, settings } = context
  const pinned = readLock(join(about.lock.base, 'pintle.lock')).releases[about.lock.key]?.image
  const wanted = wantedImage(context, about, pinned)
  if (wanted === undefined) return undefined
  const asks = flags.has('image')
  const offline = !asks || (flags.has('offline') && flags.bool('offline'))
  const given = (flag: string): boolean => flags.has(flag) && flags.bool(flag)
  const { registryClient } = await import('../../charts/registry/index.ts')
  return await withRegistry({ ...context, flags: undefined }, {}, async ({ http, env, registries, paths, signal }) => {
    const text = (flag: string): string => (flags.has(flag) ? flags.string(flag) : '')
    const client = registryClient({
      http, env, registries, registryConfig: paths.registryConfig, username: '', password: '', plainHttp: given('plain-http'), caFile: text('ca-file'), certFile: text('cert-file'), keyFile: text('key-file'), insecureSkipTlsVerify: given('insecure-skip-tls-verify'),
    })
    const cache = new DigestCache(join(settings.homes.cache, 'pintle', 'image-digests.json'))
    const found = await resolveServiceImage(wanted, { client, offline, known: cache, pinned, update: given('update') || given('check') ? 'take' : flags.has('update') ? 'tell' : 'no', ...(signal && { signal }) })
    if (asks && !offline) cache.keep([[found.pinned.image, found.pinned.digest]])
    return found
  }).catch((error: unknown) => {
    // Who only looks at a service does not fail for what its release would need.
    if (asks || !(error instanceof PintleError) || error.code !== 'rule.refused') throw error
    return undefined
  })
}

function wantedImage({ flags }: CommandContext, { release, project, service }: About, pinned: Pin['image']): WantedImage | undefined {
  const fault = faultIn(project?.file ?? '', ['services', service?.name ?? '', 'image'])
  const { repository, tag, set } = readServiceImage(service?.image, fault)
  const asked = flags.has('image') ? flags.list('image').map((text) => named.exec(text) ?? [text, release, text]).findLast(([, of]) => of === release)?.[2] : undefined
  if (asked !== undefined) return { text: asked, set, source: '--image' }
  if (service?.image === undefined || service.image === null || repository === undefined) return undefined
  const { place } = fault([], '')
  const said = { set, source: 'image of pintle.yaml', ...(place && { place }) }
  if (tag !== undefined) return { ...said, text: `${repository}:${tag}` }
  // Somebody pinned it by --image.
  const before = pinned === undefined ? undefined : parseImage(pinned.image)
  const own = parseImage(repository)
  if (typeof before === 'object' && typeof own === 'object' && before.registry === own.registry && before.repository === own.repository) return { set, source: 'pintle.lock', text: `${repository}${before.tag === undefined ? '' : `:${before.tag}`}@${pinned!.digest}` }
  return { ...said, text: repository }
}
