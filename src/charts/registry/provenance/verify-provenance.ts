import { createHash } from 'node:crypto'
import { PintleError } from '../../../errors/index.ts'
import { decodeUtf8, quote, type Shape } from '../../../language/go/index.ts'
import { unmarshalInto } from '../../../language/yaml/index.ts'
import { readClearSigned } from './clear-signed.ts'
import { loadKeyring } from './keyring.ts'
import { loadLibrary } from './openpgp-library.ts'
import { checkMessage } from './message.ts'

/** What a provenance file proved. Upstream: Verification in pkg/provenance/sign.go. */
export interface Verification {
  /** Names of the identities of the key, in the order they have in it. */
  readonly signedBy: readonly string[]
  /** Of the primary key, upper-case hex. */
  readonly fingerprint: string
  /** `sha256:...` of the archive. */
  readonly fileHash: string
}

/**
 * Checks that a chart archive is what a provenance file says, and that a key of the keyring signed that file.
 * Upstream: VerifyChart in pkg/downloader/chart_downloader.go, Signatory.Verify in pkg/provenance/sign.go.
 * @param fileName base name under which the archive was signed
 * @param keyring path of the public keys
 * @throws PintleError chart.signature with Helm's text
 */
export async function verifyProvenance(
  chart: Uint8Array, fileName: string, provenance: Uint8Array, keyring: string, options: { readonly signal?: AbortSignal | undefined; readonly now?: Date } = {},
): Promise<Verification> {
  const { signal, now = new Date() } = options
  try {
    const library = await loadLibrary()
    const keys = await loadKeyring(library, keyring, signal).catch((error: unknown) => {
      signal?.throwIfAborted()
      throw new Error(`failed to load keyring: ${(error as Error).message}`, { cause: error })
    })
    const message = readClearSigned(provenance)
    if (message === undefined) throw new Error('signature block not found')
    const { identities, primary } = await checkMessage(library, keys, message.signed, message.signature, now)
    const fileHash = `sha256:${createHash('sha256').update(chart).digest('hex')}`
    const said = filesOf(message.plaintext).get(fileName)
    if (said === undefined) throw new Error(`provenance does not contain a SHA for a file named ${quote(fileName)}`)
    if (said !== fileHash) throw new Error(`sha256 sum does not match for ${fileName}: ${quote(said)} != ${quote(fileHash)}`)
    return { signedBy: [...identities.keys()], fingerprint: primary.getFingerprint().toUpperCase(), fileHash }
  } catch (error) {
    signal?.throwIfAborted()
    throw error instanceof PintleError && error.code !== 'yaml.parse' ? error : new PintleError('chart.signature', (error as Error).message, { cause: error })
  }
}

const sums: Shape = { kind: 'map', elem: { kind: 'string' } }
const sumsShape: Shape = { kind: 'struct', type: 'provenance.SumCollection', name: 'SumCollection', fields: [{ name: 'files', shape: sums }, { name: 'images', shape: sums }] }

/** The second of the parts between lines of dots. Upstream: ParseMessageBlock, ibid. */
function filesOf(plaintext: string): ReadonlyMap<string, string> {
  const part = plaintext.split('\n...\n')[1]
  if (part === undefined) throw new Error('message block must have at least two parts')
  const block = unmarshalInto(decodeUtf8(Buffer.from(part, 'latin1')), sumsShape)
  const files = block instanceof Map ? block.get('files') : undefined
  return files instanceof Map ? (files as ReadonlyMap<string, string>) : new Map()
}
