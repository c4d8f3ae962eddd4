import { emptyUrl, hostname, kindOf, parseUrl, urlString, userinfoString } from '../go/index.ts'
import type { Value } from '../go/index.ts'
import { fn } from './define.ts'
import type { Family } from './define.ts'
import { nilDereference } from './lists.ts'

function parse(text: string): Value {
  let url
  try {
    url = parseUrl(text)
  } catch (error) {
    throw new Error(`unable to parse url: ${(error as Error).message}`)
  }
  return new Map<string, Value>([
    ['scheme', url.scheme],
    ['host', url.host],
    ['hostname', hostname(url)],
    ['path', url.path],
    ['query', url.rawQuery],
    ['opaque', url.opaque],
    ['fragment', url.fragment],
    ['userinfo', url.user === undefined ? '' : userinfoString(url.user)],
  ])
}

function join(parts: Map<string, Value> | null): string {
  const part = (key: string): string => {
    const v = parts?.get(key)
    if (v === undefined) return ''
    if (v === null) throw new Error(nilDereference)
    const kind = kindOf(v)
    if (typeof v !== 'string') throw new Error(`unable to parse ${key} key, must be of type string, but ${kind} found`)
    return v
  }
  const url = emptyUrl()
  url.scheme = part('scheme')
  url.host = part('host')
  url.path = part('path')
  url.rawQuery = part('query')
  url.opaque = part('opaque')
  url.fragment = part('fragment')
  const userinfo = part('userinfo')
  if (userinfo !== '') {
    try {
      url.user = parseUrl(`proto://${userinfo}@host`).user
    } catch (error) {
      throw new Error(`unable to parse userinfo in dict: ${(error as Error).message}`)
    }
  }
  return urlString(url)
}

export const urls: Family = {
  urlParse: fn('string', ([text]) => parse(text as string)),
  urlJoin: fn('map', ([parts]) => join(parts as Map<string, Value> | null)),
}
