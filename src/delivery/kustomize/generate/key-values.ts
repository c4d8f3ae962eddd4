import { posix } from 'node:path'
import { isValidUtf8, quote } from '../../../language/go/index.ts'
import type { GeneratorArgs } from '../config/types.ts'
import type { Loader } from '../load/loader.ts'
import { refuse, wrapped } from '../refusal.ts'

/** The keys and values a generator takes from literals, files and env files. Upstream: kv.go. */
export async function keyValues(args: GeneratorArgs, loader: Loader): Promise<Map<string, string>> {
  const out = new Map<string, string>()
  const add = ([key, value]: readonly [string, string]): void => {
    if (out.has(key)) refuse(`configmap ${args.name ?? ''} illegally repeats the key \`${key}\``)
    out.set(key, value)
  }
  const pairs: (readonly [string, string])[] = []
  try {
    pairs.push(...await from('env source files:', args.envs ?? [], async (path) => envLines(await loader.load(path))))
    pairs.push(...await from('literal sources', args.literals ?? [], async (text) => [literal(text)]))
    pairs.push(...await from('file sources:', args.files ?? [], async (text) => {
      const [key, path] = fileSource(text)
      return [[key, await loader.load(path)]]
    }))
  } catch (error) {
    throw wrapped(error, 'loading KV pairs')
  }
  pairs.forEach(add)
  return out
}

async function from(what: string, sources: readonly string[], read: (source: string) => Promise<(readonly [string, string])[]>): Promise<(readonly [string, string])[]> {
  try {
    const out: (readonly [string, string])[] = []
    for (const source of sources) out.push(...await read(source))
    return out
  } catch (error) {
    throw wrapped(error, `${what} [${sources.join(' ')}]`)
  }
}

function envLines(text: string): [string, string][] {
  const lines = text.split('\n')
  if (lines[lines.length - 1] === '') lines.pop()
  return lines.flatMap((raw, i): [string, string][] => {
    let line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    if (!isValidUtf8(line)) refuse(`line ${i} has invalid utf8 bytes`)
    if (i === 0 && line.startsWith('\ufeff')) line = line.slice(1)
    line = line.replace(/^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/, '')
    if (line === '' || line.startsWith('#')) return []
    const at = line.indexOf('=')
    const key = at < 0 ? line : line.slice(0, at)
    return key === '' ? [] : [[key, at < 0 ? '' : line.slice(at + 1)]]
  })
}

function literal(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at <= 0) refuse(`invalid literal source ${text}, expected key=value`)
  const value = text.slice(at + 1)
  const quoted = value.length >= 2 && value[0] === value[value.length - 1] && (value[0] === '"' || value[0] === "'")
  return [text.slice(0, at), quoted ? value.slice(1, -1) : value]
}

function fileSource(source: string): [key: string, path: string] {
  const parts = source.split('=')
  if (parts.length === 1) return [posix.basename(source), source]
  if (parts.length > 2) refuse(`source ${quote(source)} key name or file path contains '='`)
  if (parts[0] === '') refuse(`missing key name for file path ${quote(parts[1]!)} in source ${quote(source)}`)
  if (parts[1] === '') refuse(`missing file path for key name ${quote(parts[0]!)} in source ${quote(source)}`)
  return [parts[0]!, parts[1]!]
}
