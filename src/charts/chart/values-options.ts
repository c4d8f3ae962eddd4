import { readFileSync } from 'node:fs'
import { PintleError, isPintleError } from '../../errors/index.ts'
import type { Person } from '../secrets/index.ts'
import { decodeUtf8, parseUrl } from '../../language/go/index.ts'
import { goFsError } from './go-fs-error.ts'
import { trimSpace } from './ignore-rules.ts'
import { maskedExpression, maskedQuotes, placeOfQuote } from './masked-expression.ts'
import { isTable, mergeMaps } from './merge-maps.ts'
import type { Table } from './merge-maps.ts'
import { jsonPrefix } from './strvals/json-prefix.ts'
import { parseSet, parseSetFile, parseSetJson, parseSetLiteral, parseSetString } from './strvals/parse.ts'
import { isScript, runScript } from './is-script.ts'
import { decrypted, secretValues, type Expression, type SecretReading, type SecretValues, type SharedKeys } from './secret-values.ts'
import { readValuesText } from './values-yaml.ts'

/** Where values come from: -f and the --set family. */
export interface ValueSources {
  /** What all of it is laid over. */
  readonly base?: Table
  readonly valueFiles?: readonly string[]
  readonly set?: readonly string[]
  readonly setString?: readonly string[]
  readonly setFile?: readonly string[]
  readonly setJson?: readonly string[]
  readonly setLiteral?: readonly string[]
  /** Laid over all of it. */
  readonly over?: Table
}

export interface ReadValuesOptions {
  readonly signal?: AbortSignal
  /** Reads a file by the name given; the default knows paths, `-` for standard input, and http(s) URLs. */
  readonly readFile?: (name: string, options: { signal?: AbortSignal }) => Promise<Uint8Array>
  /** Errors repeat what cannot be read, as Helm's do. Default: dots stand for it, since it may be a secret. */
  readonly asHelm?: boolean
  /** The environment that values files in TypeScript are told. */
  readonly environment?: string
  /** Told what SOPS had encrypted in the files: to be kept out of what is shown. */
  readonly onSecrets?: (secrets: readonly string[]) => void
  /** Who is asked for passphrases of the keys of encrypted files. */
  readonly person?: Person
  /** How `secrets://` names and references (`ref+...`) are read. */
  readonly secrets?: SecretReading
}

/**
 * Merges values in Helm's order (pkg/cli/values): files, --set-json, --set, --set-string, --set-file, --set-literal; what
 * comes later wins. Files that SOPS encrypted are decrypted in memory.
 * @throws PintleError values.parse, yaml.parse with Helm's text; yaml.parse says file, line and column
 */
export async function readValues(sources: ValueSources, options: ReadValuesOptions = {}): Promise<Table> {
  const { signal, asHelm = false } = options
  const readBytes = (name: string): Promise<Uint8Array> => (options.readFile ?? readSource)(name, signal === undefined ? {} : { signal })
  const read = async (name: string): Promise<string> => {
    signal?.throwIfAborted()
    return decodeUtf8(await readBytes(name))
  }
  const secrets = await secretValues([...(sources.valueFiles ?? []), ...(sources.setFile ?? [])], { ...options, readBytes })
  let values: Table = sources.base ?? new Map()
  const shared: SharedKeys = {}
  try {
    for (const name of sources.valueFiles ?? []) values = mergeMaps(values, await fileValues(name, options, read, secrets, shared))
  } finally {
    shared.keys?.close()
  }
  const literals = async (texts: readonly string[] = []): Promise<readonly Expression[]> => (secrets === undefined ? texts.map((text) => ({ text })) : await secrets.literals(texts))
  for (const expression of await literals(sources.setJson)) values = applyJson(expression, values, asHelm)
  const apply = (flag: string, expressions: readonly Expression[], parse: (text: string) => void): void => applyEach(flag, expressions, parse, asHelm)
  apply('set', await literals(sources.set), (text) => parseSet(text, values))
  apply('set-string', await literals(sources.setString), (text) => parseSetString(text, values))
  for (const text of sources.setFile ?? []) {
    const contents = await namedFiles(text, async (name) => (secrets?.takes(name) === true ? await secrets.content(name) : await read(name)))
    apply('set-file', [{ text }], () => parseSetFile(text, values, (name) => {
      const found = contents.get(name)
      if (found === undefined || found instanceof Error) throw found ?? new Error(`open ${name}: no such file or directory`)
      return found
    }))
  }
  apply('set-literal', (sources.setLiteral ?? []).map((text) => ({ text })), (text) => parseSetLiteral(text, values))
  return sources.over === undefined ? values : mergeMaps(values, sources.over)
}

/** The values of one file. */
async function fileValues(name: string, options: ReadValuesOptions, read: (name: string) => Promise<string>, secrets: SecretValues | undefined, shared: SharedKeys): Promise<Table> {
  if (secrets?.takes(name) === true) return await secrets.file(name)
  const text = isScript(name) ? await scriptValues(name, options) : await read(name)
  const table = await decrypted(text, name, options, shared) ?? readValuesText(text, name, `failed to parse ${name}: `)
  return secrets === undefined ? table : await secrets.evaluated(table, name)
}

/** JSON is YAML: what a script gives is read like any file, so that numbers are what they are in a file. */
function scriptValues(name: string, { signal, environment }: ReadValuesOptions): Promise<string> {
  return runScript(name, { ...(signal === undefined ? {} : { signal }), ...(environment === undefined ? {} : { environment }) })
}

function applyEach(flag: string, expressions: readonly Expression[], parse: (text: string) => void, asHelm: boolean): void {
  for (const { text, secret } of expressions) {
    try {
      parse(text)
    } catch (error) {
      if (secret !== undefined) throw new PintleError('values.parse', `failed parsing --${flag} data: ${secret.given}`, { hint: 'What it stands for cannot be read there.' })
      const message = (error as Error).message
      // A file's name is no secret, and the only thing such an error can tell.
      if (asHelm || flag === 'set-file') {
        throw new PintleError('values.parse', `failed parsing --${flag} data: ${message}`, { cause: error, ...(isPintleError(error) && error.place !== undefined ? { place: error.place } : {}) })
      }
      const at = placeOfQuote(message, text)
      throw new PintleError('values.parse', `failed parsing --${flag} data: ${maskedQuotes(message)}`, {
        hint: `${at === undefined ? '' : `It begins at character ${at} of what --${flag} was given. `}A comma within a value is written \\,.`,
      })
    }
  }
}

/** --set-json: a whole object, or `key=JSON` pairs. */
function applyJson({ text, secret }: Expression, values: Table, asHelm: boolean): Table {
  const trimmed = trimSpace(text)
  try {
    if (!trimmed.startsWith('{')) {
      parseSetJson(text, values)
      return values
    }
    const { value, length } = jsonPrefix(trimmed)
    if (!isTable(value) || trimSpace(trimmed.slice(length)) !== '') throw new Error('not a JSON object')
    return mergeMaps(values, value)
  } catch (error) {
    if (secret !== undefined) throw new PintleError('values.parse', `failed parsing --set-json data ${secret.given}`, { hint: 'What it stands for is no JSON.' })
    const shown = asHelm ? text : maskedExpression(text)
    const message = asHelm ? (error as Error).message : maskedQuotes((error as Error).message)
    throw new PintleError('values.parse', trimmed.startsWith('{') ? `failed parsing --set-json data JSON: ${shown}` : `failed parsing --set-json data ${shown}`, { hint: `${message}.`, ...(asHelm && { cause: error }) })
  }
}

/** The files an expression of --set-file names, read; a dry run of the parser finds them. */
async function namedFiles(text: string, read: (name: string) => Promise<string>): Promise<Map<string, string | Error>> {
  const names = new Set<string>()
  try {
    parseSetFile(text, new Map(), (name) => {
      names.add(name)
      return ''
    })
  } catch {
    // Said again when the expression is applied.
  }
  const out = new Map<string, string | Error>()
  for (const name of names) {
    try {
      out.set(name, await read(name))
    } catch (error) {
      if (!(error instanceof Error) || error.name === 'AbortError') throw error
      out.set(name, error)
    }
  }
  return out
}

/** Bytes of a values file from the network. */
const maxValues = 64 << 20

/** A file by path, standard input for `-`, or what an http(s) URL gives. */
export async function readSource(name: string, { signal }: { signal?: AbortSignal }): Promise<Uint8Array> {
  if (trimSpace(name) === '-') return readStandardInput()
  try {
    // Helm takes every name for a URL first.
    parseUrl(name)
  } catch (error) {
    throw new PintleError('values.parse', (error as Error).message, { cause: error })
  }
  if (/^https?:\/\//i.test(name)) {
    const { fetchOnce, shownUrl } = await import('../http/index.ts')
    const { status, statusText, body } = await fetchOnce(name, { signal, maxBody: maxValues, what: name })
    if (status !== 200) throw new PintleError('values.parse', `failed to fetch ${URL.canParse(name) && new URL(name).password !== '' ? shownUrl(new URL(name)) : name} : ${status} ${statusText}`)
    return body
  }
  try {
    return readFileSync(name)
  } catch (error) {
    throw new PintleError('values.parse', goFsError(error, (error as { code?: string }).code === 'EISDIR' ? 'read' : 'open', name).message, {
      cause: error, place: { file: name },
    })
  }
}

async function readStandardInput(): Promise<Uint8Array> {
  try {
    return readFileSync(0)
  } catch (error) {
    // A pipe that does not block has nothing to give yet.
    if ((error as { code?: string }).code !== 'EAGAIN') throw goFsError(error, 'read', '/dev/stdin')
    const parts: Uint8Array[] = []
    for await (const part of process.stdin) parts.push(part as Uint8Array)
    return Buffer.concat(parts)
  }
}
