import { encodeUtf8 } from '../../go/index.ts'
import type { HostCrypto } from '../../go/index.ts'
import { concatBytes } from './der.ts'

/** The Master Password algorithm's templates, as Sprig has them: the letters stand for the classes below. */
const templates: Readonly<Record<string, string>> = {
  maximum: 'anoxxxxxxxxxxxxxxxxx axxxxxxxxxxxxxxxxxno',
  long:
    'CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno CvcvnoCvccCvcv ' +
    'CvcvCvccnoCvcv CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv ' +
    'CvccCvccCvcvno CvcvnoCvccCvcc CvcvCvccnoCvcc CvcvCvccCvccno CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno',
  medium: 'CvcnoCvc CvcCvcno',
  short: 'Cvcn',
  basic: 'aaanaaan aannaaan aaannaaa',
  pin: 'nnnn',
}

const classes: Readonly<Record<string, string>> = {
  V: 'AEIOU',
  C: 'BCDFGHJKLMNPQRSTVWXYZ',
  v: 'aeiou',
  c: 'bcdfghjklmnpqrstvwxyz',
  A: 'AEIOUBCDFGHJKLMNPQRSTVWXYZ',
  a: 'AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz',
  n: '0123456789',
  o: "@&%?,=[]_:-+*$#!'^~;()/.",
  x: 'AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()',
}

function uint32(n: number): Uint8Array {
  const out = new Uint8Array(4)
  new DataView(out.buffer).setUint32(0, n)
  return out
}

/** Sprig's derivePassword: the site password of the Master Password scheme. */
export function derivePassword(
  counter: number, type: string, password: string, user: string, site: string, crypto: HostCrypto,
): string {
  if (!Object.hasOwn(templates, type)) return `cannot find password template ${type}`
  const seedName = encodeUtf8('com.lyndir.masterpassword')
  const userBytes = encodeUtf8(user)
  const siteBytes = encodeUtf8(site)
  const salt = concatBytes([seedName, uint32(userBytes.length), userBytes])
  const key = crypto.scrypt(encodeUtf8(password), salt, 32768, 8, 2, 64)
  const seed = crypto.hmacSha256(key, concatBytes([seedName, uint32(siteBytes.length), siteBytes, uint32(counter)]))
  const choices = templates[type]!.split(' ')
  let out = ''
  Array.from(choices[seed[0]! % choices.length]!).forEach((letter, i) => {
    const characters = classes[letter]!
    out += characters[seed[i + 1]! % characters.length]!
  })
  return out
}
