import { digestFault } from '../../charts/registry/index.ts'

/** A container image as a pod names it, with the registry that is meant. */
export interface ImageReference {
  /** docker.io when none is named. */
  readonly registry: string
  readonly repository: string
  readonly tag?: string
  readonly digest?: string
}

const repositoryPattern = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/

/**
 * Reads an image by Docker's rules: what stands before the first slash is a registry when it holds a dot or a colon, or is `localhost`; names of
 * Docker Hub may leave out `library/`.
 * @returns why it is none, in words
 */
export function parseImage(text: string): ImageReference | string {
  if (text !== text.trim() || text === '' || text.length > 4096) return 'it is no image reference'
  const at = text.indexOf('@')
  const digest = at < 0 ? undefined : text.slice(at + 1)
  const named = at < 0 ? text : text.slice(0, at)
  if (digest !== undefined) {
    const fault = digestFault(digest)
    if (fault !== undefined) return `its digest is not valid: ${fault}`
  }
  const slash = named.indexOf('/')
  const first = slash < 0 ? '' : named.slice(0, slash)
  const hasRegistry = first !== '' && (/[.:]/.test(first) || first === 'localhost')
  const registry = !hasRegistry || first === 'index.docker.io' ? 'docker.io' : first
  const rest = hasRegistry ? named.slice(slash + 1) : named
  const colon = rest.lastIndexOf(':')
  const tag = colon < 0 ? undefined : rest.slice(colon + 1)
  let repository = colon < 0 ? rest : rest.slice(0, colon)
  if (tag !== undefined && !/^\w[\w.-]{0,127}$/.test(tag)) return `its tag ${JSON.stringify(tag)} is not valid`
  if (!repositoryPattern.test(repository)) return `its name ${JSON.stringify(repository)} is not valid`
  if (registry === 'docker.io' && !repository.includes('/')) repository = `library/${repository}`
  return { registry, repository, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) }
}

/** One spelling for each image: `docker.io/library/nginx:1.27`. */
export function imageName({ registry, repository, tag, digest }: ImageReference): string {
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`
}

/** Why a reference says nothing exact; undefined when it does. */
export function unpinned({ tag, digest }: ImageReference): string | undefined {
  if (digest !== undefined) return undefined
  if (tag === undefined) return 'it has no tag, which means latest'
  return tag === 'latest' ? 'latest is whatever was pushed last' : undefined
}
