import { PintleError } from '../../../errors/index.ts'
import { parseUrl, quote } from '../../../language/go/index.ts'
import { digestFault } from './digest.ts'

/** A repository of a registry, and in it a tag or digest or nothing. */
export interface Reference {
  /** host[:port] */
  readonly registry: string
  readonly repository: string
  /** A tag, a digest, or ''. */
  readonly reference: string
}

const repositoryPattern = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/
const tagPattern = /^\w[\w.-]{0,127}$/
/** The specification has no limit; without one, a pattern could be made to work hard. */
const longestRepository = 4096

/**
 * registry/reference.go of oras-go: `host/name`, `host/name:tag`, `host/name@digest`; a tag before a digest is dropped.
 * @throws PintleError registry.reference
 */
export function parseReference(text: string): Reference {
  const slash = text.indexOf('/')
  if (slash < 0) throw invalid('missing registry or repository')
  const registry = text.slice(0, slash)
  let repository = text.slice(slash + 1)
  let reference = ''
  const at = repository.indexOf('@')
  const colon = repository.indexOf(':')
  if (at >= 0) {
    reference = repository.slice(at + 1)
    repository = repository.slice(0, colon >= 0 && colon < at ? colon : at)
  } else if (colon >= 0) {
    reference = repository.slice(colon + 1)
    repository = repository.slice(0, colon)
  }
  checkRegistry(registry)
  if (repository.length > longestRepository || !repositoryPattern.test(repository)) throw invalid(`invalid repository ${quote(repository)}`)
  if (reference !== '' && at >= 0) {
    const fault = digestFault(reference)
    if (fault !== undefined) throw invalid(`invalid digest ${quote(reference)}: ${fault}`)
  } else if (reference !== '' && !tagPattern.test(reference)) throw invalid(`invalid tag ${quote(reference)}`)
  return { registry, repository, reference }
}

/** @throws PintleError registry.reference when this is no host, or host and port */
export function checkRegistry(registry: string): void {
  let host
  try {
    host = /[#?]/.test(registry) ? undefined : parseUrl(`dummy://${registry}`).host
  } catch {
    host = undefined
  }
  // A password before the host is nobody's business.
  if (host !== registry || host === '') throw invalid(`invalid registry ${quote(registry.replace(/:[^@/]*@/, ':***@'))}`)
}

/** As oras-go prints a reference. */
export function referenceText({ registry, repository, reference }: Reference): string {
  if (reference === '') return `${registry}/${repository}`
  return `${registry}/${repository}${isDigest(reference) ? '@' : ':'}${reference}`
}

export const isDigest = (reference: string): boolean => reference.includes(':') && digestFault(reference) === undefined

/** The host that serves a registry: Docker Hub's is not the one its references name. */
export const registryHost = (registry: string): string => (registry === 'docker.io' ? 'registry-1.docker.io' : registry)

/** A chart's reference: a tag and a digest side by side. */
export interface ChartReference extends Reference {
  /** As `reference`, but never a digest. */
  readonly tag: string
  /** Unchecked. '' for none. */
  readonly digest: string
}

/**
 * newReference of Helm's pkg/registry/reference.go: without `oci://`, plus signs of the tag as underscores.
 * @throws PintleError registry.reference
 */
export function parseChartReference(text: string): ChartReference {
  let raw = withoutScheme(text)
  let digest = ''
  const at = raw.lastIndexOf('@')
  if (at >= 0) {
    digest = raw.slice(at + 1)
    raw = raw.slice(0, at)
  }
  const parts = raw.split(':')
  const tag = parts.at(-1)!
  // Helm replaces every occurrence of the tag, wherever it stands.
  if (parts.length > 1 && !tag.includes('/') && tag !== '') raw = raw.replaceAll(tag, tag.replaceAll('+', '_'))
  const parsed = parseReference(raw)
  return { ...parsed, tag: parsed.reference, digest }
}

/** reference.String() of the same file: by tag where there is one, else by digest. */
export function chartReferenceText(reference: ChartReference): string {
  return reference.tag === '' ? `${referenceText(reference)}@${reference.digest}` : referenceText(reference)
}

/** Whether a chart is asked for from a registry. */
export const isOci = (text: string): boolean => text.startsWith('oci://')

/** `oci://host/name` as `host/name`. */
export const withoutScheme = (text: string): string => (isOci(text) ? text.slice('oci://'.length) : text)

const invalid = (text: string): PintleError => new PintleError('registry.reference', `invalid reference: ${text}`, { hint: 'A reference reads HOST[:PORT]/NAME[:TAG][@sha256:DIGEST], its name in lower case.' })
