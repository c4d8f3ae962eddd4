/** An in-toto ResourceDescriptor: something by its digest. */
export interface Resource {
  readonly name?: string
  readonly uri?: string
  readonly digest?: Readonly<Record<string, string>>
}

/** @param digest `sha256:<hex>`, a keyed `hmac-sha256:<hex>`, or '' for none */
export function resource(description: { readonly name?: string; readonly uri?: string }, digest: string): Resource {
  const colon = digest.indexOf(':')
  return { ...description, ...(colon > 0 && { digest: { [digest.slice(0, colon)]: digest.slice(colon + 1) } }) }
}

/** Who makes Pintle's statements. @param what it was doing: `render`, `policy` */
export const pintleId = (what: string, version: string): string => `https://pintle.dev/${what}/v${version}`
