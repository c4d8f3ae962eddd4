import { decryptTree, fillIn } from './decrypt-tree.ts'
import { defaultIndents, emitPlain } from './file-format.ts'
import { inFile } from './in-file.ts'
import { openKey, readParts, type OpenOptions } from './opened-file.ts'

export interface DecryptOptions extends OpenOptions {
  /** Written anew, as sops does; otherwise YAML keeps its own lines. */
  readonly rewritten?: boolean
}

/** What is in an encrypted file. To be kept in memory only. */
export interface Decrypted {
  /** The file as it was before: same order and comments, in YAML the same lines, too. */
  readonly text: string
  /** The values that were encrypted, each once: what must not be shown. */
  readonly secrets: readonly string[]
}

/**
 * Decrypts a file for what reads it: places in what comes out are places in the file.
 * @throws PintleError secrets.format, secrets.key when no key opens it, secrets.tampered when it is not whole, yaml.parse; none of them has a value of the file
 */
export async function decryptFile(text: string, options: DecryptOptions): Promise<Decrypted> {
  return inFile(options.file, async () => {
    const { branches, metadata, restore } = readParts(text, options.format)
    const values = decryptTree(branches, metadata, await openKey(metadata, options), options)
    const secrets = new Set([...values.values()].filter(({ type, text: value }) => type !== 'comment' && value !== '' && type !== 'bool').map((value) => value.text))
    if (restore !== undefined && options.rewritten !== true) return { text: restore(values), secrets: [...secrets] }
    fillIn(values)
    return { text: emitPlain(branches, options.format, defaultIndents), secrets: [...secrets] }
  })
}
