import { bech32Fits, decodedText } from '../checksums.ts'
import { checked, likely, type Form } from './form.ts'

/** What follows the first line of a key: lines of base64 (or headers), in comments too; documentation leaves the key out. */
const keyLines = /^(?:\s|\\[nr]|#){0,40}(?:(?:[A-Za-z]{2,20}(?:-[A-Za-z]{2,20})?: [^\n\\]{1,100}(?:\s|\\[nr]|#){1,40}){0,6}[A-Za-z0-9+/]{3,}={0,2}(?:[\s\\"',}\]]|$))/

/** How much base64 there is before something else begins. */
function keyLength(body: string): number {
  let length = 0
  for (const part of body.replace(/^(?:[^:]{0,40}: [^\n\\]{0,100}(?:\n|\\n)){1,6}/, '').split(/(?:\s|\\[nr]|#)+/)) {
    if (part === '') continue
    if (!/^[A-Za-z0-9+/=]+["',]?$/.test(part) || part.length < 4) break
    length += part.length
  }
  return length
}

/** Private keys and signed tokens. */
export const keyForms: readonly Form[] = [
  {
    id: 'private-key', name: 'a private key', anchors: ['private key'],
    pattern: /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?<secret>[^-]{0,20000})/g,
    judge: (body) => {
      if (!keyLines.test(body) || (body.length > 60 && new Set(body).size < 16)) return undefined
      return keyLength(body) >= 60 ? 'certain' : 'likely'
    },
  },
  { id: 'putty-key', name: 'a private key of PuTTY', anchors: ['putty-user-key-file-'], pattern: /PuTTY-User-Key-File-[23]:[^]{0,4000}?Private-Lines: \d{1,3}\s{1,4}(?<secret>[A-Za-z0-9+/=\s]{20,8000})/g },
  { id: 'age-key', name: 'an age secret key', anchors: ['age-secret-key-'], pattern: /\bAGE-SECRET-KEY-(?:PQ-)?1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{50,120}/gi, judge: checked(bech32Fits) },
  { id: 'wireguard-key', name: 'a WireGuard key', anchors: ['privatekey', 'presharedkey'], pattern: /^[ \t]{0,8}(?:PrivateKey|PresharedKey)\s{0,4}=\s{0,4}(?<secret>[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)/gm },
  {
    id: 'json-web-token', name: 'a JSON Web Token', anchors: ['eyj'],
    pattern: /(?<![A-Za-z0-9_-])(?<secret>eyJ[A-Za-z0-9_-]{8,2000}\.eyJ[A-Za-z0-9_-]{8,8000}\.[A-Za-z0-9_-]{16,1500})/g,
    judge: (token) => {
      const header = decodedText(token.slice(0, token.indexOf('.')))
      if (header === undefined) return undefined
      // A signature of `none` is nothing; a header that is no whole JSON was cut or made up.
      const algorithm = /"alg"\s{0,4}:\s{0,4}"([A-Za-z0-9]{1,12})"/.exec(header)?.[1]
      return algorithm === undefined || algorithm === 'none' ? undefined : 'certain'
    },
  },
  { id: 'kubeconfig-key', name: 'the key of a kubeconfig', anchors: ['client-key-data'], pattern: /client-key-data["']?\s{0,4}:\s{0,4}["']?(?<secret>[A-Za-z0-9+/]{100,8000}={0,2})/g },
  { id: 'kubeconfig-token', name: 'the token of a kubeconfig', anchors: ['users:', '"users"'], pattern: /\buser["']?:\s{1,20}(?:\{\s{0,10})?["']?token["']?:\s{1,4}["']?(?<secret>[A-Za-z0-9_.:-]{16,4000})/g, judge: likely },
  { id: 'jwk', name: 'a private JSON Web Key', anchors: ['"kty"'], pattern: /"kty"[^{}]{0,2000}"(?:d|k)"\s{0,4}:\s{0,4}"(?<secret>[A-Za-z0-9_-]{16,2000})"/g },
  { id: 'jwk', name: 'a private JSON Web Key', anchors: ['"kty"'], pattern: /"(?:d|k)"\s{0,4}:\s{0,4}"(?<secret>[A-Za-z0-9_-]{16,2000})"[^{}]{0,2000}"kty"/g },
  { id: 'django-key', name: "Django's default secret key", anchors: ['django-insecure-'], pattern: /django-insecure-[^\s"']{30,80}/g },
]
