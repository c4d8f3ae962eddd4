import { readArchive } from '../../../charts/chart/index.ts'
import { PintleError } from '../../../errors/index.ts'

/** Bundles and programs above this are not read. */
const maxBundleBytes = 64 * 1024 * 1024

const magic = [0x00, 0x61, 0x73, 0x6d]

/**
 * The program and data of compiled Rego: a .wasm file, or a bundle as `opa build -t wasm` makes it.
 * @param name for errors
 * @throws PintleError config.invalid
 */
export function readBundle(name: string, bytes: Uint8Array): { readonly wasm: Uint8Array; readonly data?: unknown } {
  const wrong = (why: string, cause?: unknown): PintleError => new PintleError('config.invalid', `${name} is no compiled policy: ${why}`, { cause, hint: 'Make it with `opa build -t wasm -e GROUP/RULE FILE.rego`; Rego source is not run.' })
  if (bytes.length > maxBundleBytes) throw wrong(`it is larger than ${maxBundleBytes >> 20} MiB`)
  if (isWasm(bytes)) return { wasm: bytes }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) throw wrong('it is neither WebAssembly nor a bundle')
  let files
  try {
    files = readArchive(bytes, maxBundleBytes)
  } catch (error) {
    throw wrong((error as Error).message, error)
  }
  const wasm = files.find((f) => f.name === 'policy.wasm')?.bytes
  if (wasm === undefined || !isWasm(wasm)) throw wrong('the bundle holds no policy.wasm')
  const data = files.find((f) => f.name === 'data.json')
  try {
    return { wasm, ...(data !== undefined && { data: JSON.parse(data.text) as unknown }) }
  } catch (error) {
    throw wrong(`its data.json is no JSON: ${(error as Error).message}`, error)
  }
}

const isWasm = (bytes: Uint8Array): boolean => magic.every((byte, i) => bytes[i] === byte)
