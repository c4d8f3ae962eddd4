import { decodeUtf8, encodeUtf8 } from '../go/index.ts'
import { base32Decode, base32Encode, base64Decode, base64Encode } from './base64.ts'
import { fn } from './define.ts'
import type { Family } from './define.ts'

/** Sprig returns the text of an error as the result. */
function decoded(decode: (bytes: Uint8Array) => Uint8Array): Family[string] {
  return fn('string', ([s]) => {
    try {
      return decodeUtf8(decode(encodeUtf8(s as string)))
    } catch (error) {
      return (error as Error).message
    }
  })
}

export const encoding: Family = {
  b64enc: fn('string', ([s]) => base64Encode(encodeUtf8(s as string))),
  b64dec: decoded(base64Decode),
  b32enc: fn('string', ([s]) => base32Encode(encodeUtf8(s as string))),
  b32dec: decoded(base32Decode),
}
