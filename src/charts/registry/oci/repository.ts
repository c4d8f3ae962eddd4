import { PintleError } from '../../../errors/index.ts'
import { quote } from '../../../language/go/index.ts'
import { backoff, pause, type HttpAnswer } from '../../http/index.ts'
import { answerError } from './answer-error.ts'
import type { AuthorizedClient, AuthorizedRequest } from './authorized-client.ts'
import { repositoryScope } from './challenge.ts'
import { digestFault, sha256Digest, verified, type Descriptor } from './digest.ts'
import { isDigest, registryHost, type Reference } from './reference.ts'

export interface CallOptions { readonly signal?: AbortSignal | undefined }

/** A manifest, whole, and what it is known by. */
export interface Manifest { readonly descriptor: Descriptor; readonly bytes: Buffer }

export const mediaTypes = {
  imageManifest: 'application/vnd.oci.image.manifest.v1+json',
  imageIndex: 'application/vnd.oci.image.index.v1+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  artifactManifest: 'application/vnd.oci.artifact.manifest.v1+json',
} as const

const manifestTypes: readonly string[] = [mediaTypes.dockerManifest, mediaTypes.dockerList, mediaTypes.imageManifest, mediaTypes.imageIndex, mediaTypes.artifactManifest]

export const isManifestType = (type: string): boolean => manifestTypes.includes(type)
export const isIndexType = (type: string): boolean => type === mediaTypes.imageIndex || type === mediaTypes.dockerList

/** oras-go reads no longer manifest, list of tags or list of referrers. */
const longestMetadata = 4 << 20
const longestBlob = 256 << 20
/** Milliseconds for a blob, up or down; a connection that is silent is given up earlier. */
const blobTime = 30 * 60_000
const uploadAttempts = 3
/** What registries without a referrers API answer (as go-containerregistry knows them). */
const noReferrers = new Set([400, 404, 405, 406, 501])
/** Lists go on for so many pages, and no further. */
const mostPages = 1000
const mostReferrers = 1000

/**
 * One repository of a registry, by the distribution specification. Whatever is fetched is checked against its digest and size.
 * Upstream: registry/remote/repository.go of oras-go, whose words the errors are in.
 */
export class Repository {
  readonly #client: AuthorizedClient
  readonly #base: string
  readonly #scopes: readonly string[]
  readonly name: string
  readonly registry: string

  constructor(client: AuthorizedClient, reference: Pick<Reference, 'registry' | 'repository'>, options: { plainHttp: boolean; push?: boolean }) {
    this.#client = client
    this.registry = reference.registry
    this.name = reference.repository
    this.#scopes = [repositoryScope(reference.repository, 'pull', ...(options.push === true ? ['push' as const] : []))]
    this.#base = `${options.plainHttp ? 'http' : 'https'}://${registryHost(reference.registry)}/v2/${reference.repository}`
  }

  /**
   * What a tag or digest stands for, without fetching it.
   * @throws PintleError registry.notFound `host/name:tag: not found`
   */
  async resolve(reference: string, options: CallOptions = {}): Promise<Descriptor> {
    const url = `${this.#base}/manifests/${reference}`
    const answer = await this.#send({ method: 'HEAD', url, headers: { accept: manifestTypes.join(', ') }, ...options })
    if (answer.status !== 200) throw this.#missing(answer, 'HEAD', reference)
    const digest = this.#announced(answer, 'HEAD') ?? (isDigest(reference) ? reference : undefined)
    if (digest === undefined) throw new PintleError('registry.failed', 'HTTP HEAD request missing required header "Docker-Content-Digest"')
    if (isDigest(reference) && digest !== reference) throw mismatch('HEAD', answer, digest, reference)
    const size = Number(answer.headers['content-length'] ?? Number.NaN)
    if (!Number.isSafeInteger(size)) throw new PintleError('registry.failed', `HEAD ${quote(answer.url)}: unknown response Content-Length`)
    return { mediaType: mediaType(answer), digest, size }
  }

  /** A manifest by tag or digest. @throws PintleError registry.notFound, registry.content */
  async manifest(reference: string, options: CallOptions = {}): Promise<Manifest> {
    const url = `${this.#base}/manifests/${reference}`
    const answer = await this.#send({ url, headers: { accept: manifestTypes.join(', ') }, maxBody: longestMetadata, what: 'the manifest', ...options })
    if (answer.status !== 200) throw this.#missing(answer, 'GET', reference)
    const announced = this.#announced(answer, 'GET')
    if (isDigest(reference) && announced !== undefined && announced !== reference) throw mismatch('GET', answer, announced, reference)
    const digest = isDigest(reference) ? reference : announced ?? sha256Digest(answer.body)
    verified(answer.body, { digest, size: answer.body.length })
    return { descriptor: { mediaType: mediaType(answer), digest, size: answer.body.length }, bytes: answer.body }
  }

  /** Whether content is there. */
  async has(descriptor: Descriptor, options: CallOptions = {}): Promise<boolean> {
    const manifest = isManifestType(descriptor.mediaType)
    const url = `${this.#base}/${manifest ? 'manifests' : 'blobs'}/${descriptor.digest}`
    const answer = await this.#send({ method: 'HEAD', url, ...(manifest ? { headers: { accept: manifestTypes.join(', ') } } : {}), ...options })
    if (answer.status === 404) return false
    if (answer.status !== 200) throw answerError('HEAD', answer)
    return true
  }

  /** Content by its descriptor: nothing that is not exactly that. @throws PintleError registry.notFound, registry.content */
  async blob(descriptor: Descriptor, options: CallOptions & { readonly max?: number } = {}): Promise<Buffer> {
    const bytes = await this.fetchBlob(descriptor, options)
    verified(bytes, descriptor)
    return bytes
  }

  /** What the registry sends for a descriptor: not checked yet, and never to be used before it is. */
  async fetchBlob(descriptor: Descriptor, options: CallOptions & { readonly max?: number } = {}): Promise<Buffer> {
    const { max = longestBlob, ...call } = options
    const fault = digestFault(descriptor.digest)
    if (fault !== undefined) throw new PintleError('registry.content', `invalid digest ${quote(descriptor.digest)}: ${fault}`)
    if (!(descriptor.size >= 0)) throw new PintleError('registry.content', 'invalid descriptor size')
    if (descriptor.size > max) throw new PintleError('registry.content', `${descriptor.digest} is larger than ${Math.floor(max / (1 << 20))} MiB`, { hint: 'No chart is that large.' })
    const url = `${this.#base}/blobs/${descriptor.digest}`
    // One byte more than it should have shows what is too long.
    const answer = await this.#send({ url, maxBody: Math.max(descriptor.size + 1, longestMetadata), what: descriptor.digest, timeout: blobTime, ...call })
    if (answer.status === 404) throw notFound(descriptor.digest)
    if (answer.status !== 200) throw answerError('GET', answer)
    const announced = this.#announced(answer, 'GET')
    if (announced !== undefined && announced !== descriptor.digest) throw mismatch('GET', answer, announced, descriptor.digest)
    if (answer.headers['content-length'] !== undefined && Number(answer.headers['content-length']) !== descriptor.size) throw new PintleError('registry.content', `GET ${quote(answer.url)}: mismatch Content-Length`)
    return answer.body
  }

  /** Uploads content in one piece; an upload that the registry fails is begun anew. */
  async pushBlob(descriptor: Descriptor, bytes: Uint8Array, options: CallOptions = {}): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      // Beginning an upload twice does no harm.
      const begun = await this.#send({ method: 'POST', url: `${this.#base}/blobs/uploads/`, idempotent: true, redirects: 0, ...options })
      if (begun.status !== 202) throw answerError('POST', begun)
      const target = uploadUrl(new URL(begun.url), String(begun.headers.location ?? ''))
      target.searchParams.set('digest', descriptor.digest)
      const done = await this.#send({ method: 'PUT', url: target.href, body: bytes, headers: { 'content-type': 'application/octet-stream' }, timeout: blobTime, ...options })
      if (done.status === 201) return
      if (done.status < 500 || attempt === uploadAttempts) throw answerError('PUT', done)
      await pause(backoff(attempt), options.signal)
    }
  }

  /** Writes a manifest under a tag, or under its digest. */
  async pushManifest(descriptor: Descriptor, bytes: Uint8Array, reference: string, options: CallOptions = {}): Promise<void> {
    const url = `${this.#base}/manifests/${reference}`
    const answer = await this.#send({ method: 'PUT', url, body: bytes, idempotent: true, headers: { 'content-type': descriptor.mediaType }, ...options })
    if (answer.status !== 201) throw answerError('PUT', answer)
    const announced = this.#announced(answer, 'PUT')
    if (announced !== undefined && announced !== descriptor.digest) throw mismatch('PUT', answer, announced, descriptor.digest)
  }

  /** All tags, page by page. */
  async tags(options: CallOptions = {}): Promise<string[]> {
    const out: string[] = []
    for await (const page of this.#pages(`${this.#base}/tags/list`, options)) {
      if (page.answer.status !== 200) throw answerError('GET', page.answer)
      const { tags } = page.json() as { tags?: unknown }
      if (Array.isArray(tags)) for (const tag of tags) if (typeof tag === 'string') out.push(tag)
    }
    return out
  }

  /**
   * What refers to some content: by the referrers API, or by the index under the tag `sha256-...` where the registry has no such API.
   */
  async referrers(digest: string, options: CallOptions = {}): Promise<Descriptor[]> {
    const out: Descriptor[] = []
    for await (const page of this.#pages(`${this.#base}/referrers/${digest}`, options)) {
      if (noReferrers.has(page.answer.status) || (page.answer.status === 200 && mediaType(page.answer) !== mediaTypes.imageIndex)) return this.#referrersByTag(digest, options)
      if (page.answer.status !== 200) throw answerError('GET', page.answer)
      out.push(...manifestsOf(page.json()))
      if (out.length > mostReferrers) throw new PintleError('registry.content', `${digest} has more than ${mostReferrers} referrers`)
    }
    return out
  }

  async #referrersByTag(digest: string, options: CallOptions): Promise<Descriptor[]> {
    try {
      return manifestsOf(parseJson((await this.manifest(digest.replace(':', '-'), options)).bytes, 'the index of referrers'))
    } catch (error) {
      if (error instanceof PintleError && error.code === 'registry.notFound') return []
      throw error
    }
  }

  /** Follows the Link headers of a list, on the same server only. */
  async *#pages(first: string, options: CallOptions): AsyncGenerator<{ answer: HttpAnswer; json: () => any }> {
    const seen = new Set<string>()
    for (let url: string | undefined = first; url !== undefined;) {
      if (seen.has(url) || seen.size >= mostPages) throw new PintleError('registry.content', `GET ${quote(url)}: the list has no end`, { hint: `The registry repeats itself, or has more than ${mostPages} pages.` })
      seen.add(url)
      const answer: HttpAnswer = await this.#send({ url, maxBody: longestMetadata, what: 'the list', ...options })
      yield { answer, json: () => parseJson(answer.body, `GET ${quote(answer.url)}: failed to decode response`) }
      url = nextLink(answer)
    }
  }

  async #send(request: AuthorizedRequest): Promise<HttpAnswer> {
    const answer = await this.#client.send({ ...request, scopes: this.#scopes })
    // What a tag stands for, anybody on the way could say over plain HTTP. A blob has its digest.
    if (request.url.startsWith('https:') && !answer.url.startsWith('https:') && !request.url.startsWith(`${this.#base}/blobs/`)) {
      throw new PintleError('registry.failed', `${request.method ?? 'GET'} ${quote(request.url)}: redirected to plain HTTP: ${quote(answer.url)}`, { hint: 'Only what has a digest may come that way.' })
    }
    return answer
  }

  #missing(answer: HttpAnswer, method: string, reference: string): PintleError {
    if (answer.status !== 404) return answerError(method, answer)
    return notFound(`${this.registry}/${this.name}${isDigest(reference) ? '@' : ':'}${reference}`)
  }

  /** @throws PintleError registry.failed when the header is there and no digest */
  #announced(answer: HttpAnswer, method: string): string | undefined {
    const header = answer.headers['docker-content-digest']
    if (typeof header !== 'string' || header === '') return undefined
    const fault = digestFault(header)
    if (fault !== undefined) throw new PintleError('registry.failed', `${method} ${quote(answer.url)}: invalid response header value: \`Docker-Content-Digest: ${header}\`; ${fault}`)
    return header
  }
}

const notFound = (what: string): PintleError => new PintleError('registry.notFound', `${what}: not found`)

const mismatch = (method: string, answer: HttpAnswer, got: string, wanted: string): PintleError =>
  new PintleError('registry.content', `${method} ${quote(answer.url)}: invalid response; digest mismatch in Docker-Content-Digest: received ${quote(got)} when expecting ${quote(wanted)}`)

const mediaType = (answer: HttpAnswer): string => String(answer.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()

/** Where to upload to. It must be the same server: the bytes and the credentials are for nobody else. */
function uploadUrl(asked: URL, location: string): URL {
  let url: URL
  try {
    if (location === '') throw new Error('no location')
    url = new URL(location, asked)
  } catch {
    throw new PintleError('registry.failed', 'http: no Location header in response')
  }
  // A registry behind a proxy may forget its port (oras-go: completePushAfterInitialPost).
  if (url.protocol === 'http:' && asked.protocol === 'https:') throw new PintleError('registry.failed', `blob upload Location ${quote(url.host)} downgrades scheme from https`)
  if (url.hostname !== asked.hostname || portOf(url) !== portOf(asked)) throw new PintleError('registry.failed', `blob upload Location ${quote(url.host)} is on a different host than the registry ${quote(asked.host)}`)
  return url
}

const portOf = (url: URL): string => url.port || (url.protocol === 'https:' ? '443' : '80')

function nextLink(answer: HttpAnswer): string | undefined {
  const header = String(answer.headers.link ?? '')
  if (header === '') return undefined
  const link = /^<([^>]*)>/.exec(header)?.[1]
  if (link === undefined) throw new PintleError('registry.failed', `invalid next link ${quote(header)}: missing '${header.startsWith('<') ? '>' : '<'}'`)
  const here = new URL(answer.url)
  const url = new URL(link, here)
  if (url.origin !== here.origin) throw new PintleError('registry.failed', `invalid next link ${quote(link)}: not the same origin as ${quote(here.href)}`)
  return url.href
}

function parseJson(bytes: Buffer, what: string): any {
  try {
    return JSON.parse(bytes.toString()) ?? {}
  } catch (error) {
    throw new PintleError('registry.content', `${what}: it is not JSON`, { cause: error })
  }
}

/** The well-formed descriptors of an index. */
export function manifestsOf(index: any): Descriptor[] {
  return Array.isArray(index?.manifests) ? index.manifests.filter(isDescriptor) : []
}

export function isDescriptor(value: any): value is Descriptor {
  return typeof value === 'object' && value !== null && typeof value.mediaType === 'string' && typeof value.digest === 'string' && Number.isSafeInteger(value.size) && value.size >= 0
}

/** A manifest that was fetched, as JSON. @throws PintleError registry.content */
export function manifestJson(bytes: Buffer): any {
  return parseJson(bytes, 'the manifest')
}

