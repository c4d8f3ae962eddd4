import { isPintleError } from '../../../errors/index.ts'
import { decodeUtf8 } from '../../../language/go/index.ts'
import { decryptFile, fileFormats, formatOfPath, type FileFormat } from '../../secrets/index.ts'
import type { BackendMaker } from '../backend.ts'
import { yamlMap } from '../yaml-map.ts'
import { readSecretFile } from './file.ts'

/** `ref+sops://FILE[?format=yaml&key_type=base64]`. Upstream: pkg/providers/sops. */
export const sops: BackendMaker = (parameters, context) => {
  const keyType = parameters.get('key_type') || 'filepath'
  const format = parameters.get('format')
  const decrypt = async (key: string, byDefault: string): Promise<string> => {
    if (keyType !== 'base64' && keyType !== 'filepath') throw new Error(`unsupported key type ${JSON.stringify(keyType)}. It must be one "base64" or "filepath"`)
    const bytes = keyType === 'base64' ? Buffer.from(key, 'base64url') : await readSecretFile(key, context).catch((error: Error) => {
      throw error.name === 'AbortError' ? error : new Error(`failed to read ${JSON.stringify(key)}: ${error.message}`)
    })
    const name = keyType === 'base64' ? '' : key
    const asked = format || byDefault
    const found = fileFormats.includes(asked as FileFormat) ? (asked as FileFormat) : formatOfPath(name)
    if (found === undefined) throw new Error('INI files are not supported')
    try {
      return (await decryptFile(decodeUtf8(bytes), { file: name || 'the data of the reference', format: found, rewritten: true, env: context.env, ...(context.signal && { signal: context.signal }) })).text
    } catch (error) {
      // The hint says what to do; the rest is vals' way of saying where.
      if (!isPintleError(error)) throw error
      throw new Error(error.message, { cause: error })
    }
  }
  return { text: (path) => decrypt(path, ''), map: async (path) => yamlMap(await decrypt(path, 'yaml')) }
}
