import { PintleError } from '../../errors/index.ts'

/** `image:` of a service in pintle.yaml: which image is its own, and the key of the values that names it. */
export interface ServiceImage {
  readonly repository?: string
  /** Dotted key of the mapping that holds repository, tag and digest. */
  readonly set: string
}

/** @throws PintleError config.invalid */
export function serviceImage(service: { readonly name: string; readonly image?: unknown } | undefined): ServiceImage {
  const raw = service?.image
  if (raw === undefined || raw === null) return { set: 'image' }
  const { repository, set, ...rest } = raw as Record<string, unknown>
  const unknown = Object.keys(rest)[0]
  if (typeof raw !== 'object' || Array.isArray(raw) || unknown !== undefined || (repository !== undefined && typeof repository !== 'string') || (set !== undefined && typeof set !== 'string')) {
    throw new PintleError('config.invalid', `services.${service!.name}.image is {repository: NAME, set: KEY OF VALUES}${unknown === undefined ? '' : `; ${unknown} is unknown`}`)
  }
  return { ...(repository === undefined ? {} : { repository }), set: set ?? 'image' }
}
