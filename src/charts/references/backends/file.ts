import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { decodeUtf8 } from '../../../language/go/index.ts'
import type { BackendContext, BackendMaker } from '../backend.ts'
import { yamlMap } from '../yaml-map.ts'

/** Larger files are no secrets. */
const maxFile = 64 << 20

/** `ref+file://PATH[?encode=base64]`. Upstream: pkg/providers/file. */
export const file: BackendMaker = (parameters, context) => {
  const encode = parameters.get('encode') || 'raw'
  return {
    async text(path) {
      const bytes = await readSecretFile(path.replace(/\/$/, ''), context)
      if (encode === 'raw') return decodeUtf8(bytes)
      if (encode === 'base64') return bytes.toString('base64')
      throw new Error(`Unsupported encode parameter: '${encode}'.`)
    },
    map: async (path) => yamlMap(decodeUtf8(await readSecretFile(path.replace(/\/$/, ''), context))),
  }
}

/** A file by the name a reference gives it. @throws Error in Go's words */
export async function readSecretFile(path: string, { folder, signal }: BackendContext): Promise<Buffer> {
  let bytes: Buffer
  try {
    bytes = await readFile(resolve(folder, path), signal ? { signal } : {})
  } catch (error) {
    const { code, name } = error as { code?: string; name?: string }
    if (name === 'AbortError') throw error
    throw new Error(code === 'EISDIR' ? `read ${path}: is a directory` : `open ${path}: ${reasons[code ?? ''] ?? code ?? 'unknown error'}`)
  }
  if (bytes.length > maxFile) throw new Error(`read ${path}: larger than ${maxFile >> 20} MiB`)
  return bytes
}

const reasons: Readonly<Record<string, string>> = { ENOENT: 'no such file or directory', EACCES: 'permission denied', ENOTDIR: 'not a directory', ENAMETOOLONG: 'file name too long', ELOOP: 'too many levels of symbolic links' }
