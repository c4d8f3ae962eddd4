import { fstatSync, readFileSync, readSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { PintleError } from '../../errors/index.ts'
import { goFsError, loadChart, metadataRecord } from '../../charts/chart/index.ts'
import { provenanceSigner, type ProvenanceSigner } from '../../charts/registry/index.ts'
import { quote } from '../../language/go/index.ts'
import { marshalPlain } from '../../language/yaml/index.ts'
import type { CommandContext } from './command.ts'
import { askSecret } from './ask.ts'

/**
 * Signs archives with the key that --key, --keyring and --passphrase-file name, and writes ARCHIVE.prov beside each. The passphrase is asked for once.
 * Upstream: Clearsign in pkg/action/package.go.
 */
export function archiveSigner({ flags, out, signal }: CommandContext, keyring: string): (archive: string) => Promise<void> {
  let signer: ProvenanceSigner | undefined
  const ask = (name: string): Promise<string> => askSecret(out, `Password for key ${quote(name)} >  `)
  return async (archive) => {
    if (signer === undefined) {
      const file = flags.string('passphrase-file')
      signer = await provenanceSigner({
        signal, keyring, key: flags.string('key'),
        passphrase: () => {
          // Helm reads the file whether the key needs it or not.
          if (file === '') return ask
          const line = firstLine(file)
          return async () => line
        },
      })
    }
    let chart
    try {
      chart = await loadChart(archive, { signal, fetchSchemas: false })
    } catch (error) {
      throw error instanceof PintleError ? new PintleError(error.code, `failed to load chart for signing: ${error.message}`, { cause: error }) : error
    }
    const text = await signer.sign(readFileSync(archive), basename(archive), marshalPlain(metadataRecord(chart.metadata)))
    writeFileSync(`${archive}.prov`, text, { mode: 0o644 })
  }
}

/** Helm reads no more of a line than bufio's buffer holds. */
const longest = 4096

/** The first line of a file, or of what is piped in. */
function firstLine(file: string): string {
  let text
  if (file === '-') {
    if (!fstatSync(0).isFIFO()) throw new PintleError('usage', 'specified reading passphrase from stdin, without input on stdin')
    text = upToNewline(0)
  } else {
    try {
      text = readFileSync(file, 'utf8')
    } catch (error) {
      throw new PintleError('chart.signature', goFsError(error, (error as { code?: string }).code === 'EISDIR' ? 'read' : 'open', file).message)
    }
  }
  if (text === '') throw new PintleError('chart.signature', 'EOF')
  return text.split(/\r?\n/, 1)[0]!.slice(0, longest)
}

function upToNewline(descriptor: number): string {
  const bytes = Buffer.alloc(longest)
  let length = 0
  while (length < bytes.length) {
    const read = readSync(descriptor, bytes, length, bytes.length - length, null)
    length += read
    if (read === 0 || bytes.subarray(0, length).includes(0x0a)) break
  }
  return bytes.subarray(0, length).toString('utf8')
}
