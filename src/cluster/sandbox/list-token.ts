import type { JsonMap } from './json.ts'
import { badRequest } from './status.ts'

/** The place of an object in a list. */
export const keyOf = (o: JsonMap): string => (o.metadata.namespace === undefined ? `${o.metadata.name}` : `${o.metadata.namespace}/${o.metadata.name}`)

/** Where the next page of a list starts, as the API's opaque `continue`. */
export function makeToken(rv: string, start: string): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: Number(rv), start: `${start}\u0000` })).toString('base64url')
}

/** @throws ApiError when the text is no such token */
export function readToken(text: string): { rv: string; start: string } {
  try {
    const token = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as { rv: number; start: string }
    return { rv: String(token.rv), start: token.start.replace(/\0$/, '') }
  } catch {
    throw badRequest('invalid continue token: continue key is not valid')
  }
}
