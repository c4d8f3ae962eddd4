import { readFileSync, statSync } from 'node:fs'
import { parseUrl, quote } from '../../../language/go/index.ts'
import { goFsError } from '../go-fs-error.ts'
import { parseJson } from './json.ts'
import type { Json } from './json.ts'
import { metaSchemas } from './meta-schemas.ts'
import type { Log } from '../log.ts'

/** No schema needs more. */
const maxFileSize = 16 * 1024 * 1024

/** What was fetched beforehand for http(s) references: the document's bytes, or the reason there is none. */
export type Fetched = ReadonlyMap<string, Uint8Array | Error>

/** A document of the network is needed that was not fetched. */
export class NotFetchedError extends Error {
  readonly url: string
  constructor(url: string) {
    super(`HTTP request failed for ${url}: not fetched`)
    this.url = url
  }
}

/** Where schemas come from by URL: the one given, the metaschemas, local files, and what was fetched. */
export class Documents {
  readonly #loaded = new Map<string, Json>()
  readonly #fetched: Fetched
  readonly #log: Log | undefined

  constructor(fetched: Fetched = new Map(), log?: Log) {
    this.#fetched = fetched
    this.#log = log
  }

  add(url: string, document: Json): void {
    this.#loaded.set(url, document)
  }

  /** @throws Error `failing loading "URL": ...` */
  load(url: string): Json {
    const known = this.#loaded.get(url)
    if (known !== undefined) return known
    const document = metaSchema(url) ?? this.#read(url)
    this.#loaded.set(url, document)
    return document
  }

  #read(url: string): Json {
    try {
      const { scheme, path } = parseUrl(url)
      switch (scheme) {
        case 'file': return readFile(path)
        case 'http':
        case 'https': {
          const fetched = this.#fetched.get(url) ?? new NotFetchedError(url)
          if (fetched instanceof Error) throw fetched
          return parseJson(fetched)
        }
        case 'urn':
          // Helm lets what it cannot resolve pass (urnLoader in pkg/chart/common/util/jsonschema.go).
          this.#log?.({ level: 'warn', message: 'unresolved URN reference ignored; using permissive schema', attributes: [['urn', url]] })
          return true
      }
      throw new Error(`no URLLoader registered for ${quote(url)}`)
    } catch (error) {
      throw new Error(`failing loading ${quote(url)}: ${(error as Error).message}`, { cause: error })
    }
  }
}

function readFile(path: string): Json {
  let bytes
  try {
    const { size } = statSync(path)
    if (size > maxFileSize) throw new Error(`${path} is larger than ${maxFileSize} bytes`)
    bytes = readFileSync(path)
  } catch (error) {
    throw goFsError(error, 'open', path)
  }
  return parseJson(bytes)
}

function metaSchema(url: string): Json | undefined {
  const path = /^https?:\/\/json-schema\.org\/(.*)$/s.exec(url)?.[1]
  if (path === undefined) return undefined
  const text = Object.hasOwn(metaSchemas, path === 'schema' ? 'draft/2020-12/schema' : path)
    ? metaSchemas[path === 'schema' ? 'draft/2020-12/schema' : path]
    : undefined
  return text === undefined ? undefined : parseJson(Buffer.from(text))
}
