import { PintleError } from '../../../errors/index.ts'
import { isVersion, parseConstraint, parseStrictVersion, parseVersion, type Version } from '../../../language/semver/index.ts'
import { parseChartReference, parseReference, withoutScheme } from './reference.ts'
import type { RegistryClient } from './registry-client.ts'

export interface ResolvedChart {
  /** `host/name:tag` or `host/name@sha256:...`; the tag may hold a plus sign. */
  readonly reference: string
  /** Of the manifest, where it is known without fetching it; else ''. Helm's cache keeps the chart under it. */
  readonly digest: string
  /** The archive's name as Helm gives it: `web-1.2.3.tgz`, `web@sha256-....tgz`. */
  readonly fileName: string
}

/**
 * Which artifact a reference and a version (exact, a range, or '' for the newest) stand for. Upstream: ValidateReference in
 * pkg/registry/client.go.
 * @param reference with or without `oci://`
 * @throws PintleError registry.reference, registry.version, registry.*
 */
export async function resolveChart(client: RegistryClient, reference: string, version: string, options: { signal?: AbortSignal | undefined } = {}): Promise<ResolvedChart> {
  const parsed = parseChartReference(reference)
  const name = `${parsed.registry}/${parsed.repository}`
  let wanted = version
  if (wanted === '') wanted = parsed.tag
  else if (parsed.tag !== '' && parsed.tag !== wanted) throw new PintleError('registry.version', `chart reference and version mismatch: ${wanted} is not ${parsed.tag}`)
  if (parsed.digest !== '') {
    if (wanted === '') return resolved(withoutScheme(reference), '')
    let found
    try {
      found = (await client.repository(parsed).resolve(parseReference(`${name}:${wanted}`).reference, options)).digest
    } catch (error) {
      options.signal?.throwIfAborted()
      if (!(error instanceof PintleError)) throw error
      // What has a digest needs no tag. Helm then goes on with the digest alone, without its cache.
      return resolved(`${name}@${parsed.digest}`, '')
    }
    if (found !== parsed.digest) throw new PintleError('registry.content', `chart reference digest mismatch: ${found} is not ${parsed.digest}`, { hint: 'The tag has been moved since the digest was written down.' })
    return resolved(`${name}@${parsed.digest}`, parsed.digest)
  }
  if (isVersion(wanted)) return resolved(`${name}:${wanted}`, '')
  const tags = await chartTags(client, withoutScheme(reference), options)
  if (tags.length === 0) throw new PintleError('registry.version', `unable to locate any tags in provided repository: ${reference}`, { hint: 'The repository has no tag that is a version.' })
  return resolved(`${name}:${matchingTag(tags, wanted)}`, '')
}

function resolved(reference: string, digest: string): ResolvedChart {
  const base = reference.slice(reference.lastIndexOf('/') + 1)
  const colon = base.lastIndexOf(':')
  return { reference, digest, fileName: `${base.slice(0, colon)}-${base.slice(colon + 1)}.tgz` }
}

/** The tags of a repository that are versions, newest first, with plus signs where tags have underscores. */
export async function chartTags(client: RegistryClient, reference: string, options: { signal?: AbortSignal | undefined } = {}): Promise<string[]> {
  const versions: Version[] = []
  for (const tag of await client.repository(parseReference(reference)).tags(options)) {
    try {
      versions.push(parseStrictVersion(tag.replaceAll('_', '+')))
    } catch {
      // Other tags are no charts' versions.
    }
  }
  return versions.sort((a, b) => b.compare(a)).map((v) => v.toString())
}

/** The first tag that is the version, or lies in the range. Upstream: pkg/registry/tag.go. */
export function matchingTag(tags: readonly string[], version: string): string {
  if (version !== '' && tags.includes(version)) return version
  let constraint
  try {
    constraint = parseConstraint(version === '' ? '*' : version)
  } catch (error) {
    throw new PintleError('registry.version', (error as Error).message, { cause: error })
  }
  const found = tags.find((tag) => isVersion(tag) && constraint.check(parseVersion(tag)))
  if (found === undefined) {
    throw new PintleError('registry.version', `could not locate a version matching provided version string ${version}`, { hint: `There are: ${tags.slice(0, 10).join(', ')}${tags.length > 10 ? ', ...' : ''}` })
  }
  return found
}
