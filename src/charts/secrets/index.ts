/**
 * Owns files encrypted with SOPS: what is in them, who can open them, whether they are whole, and writing them as sops does.
 * Refuses: charts, values and their order, files of the system, and editors.
 */
export { isEncrypted } from './is-encrypted.ts'
export { decryptFile } from './decrypt-file.ts'
export type { DecryptOptions, Decrypted } from './decrypt-file.ts'
export { formatVersion, newFile, openFile, readUnencrypted, sealFile, wrapFor } from './opened-file.ts'
export type { Creation, OpenOptions, OpenedFile, Sealing } from './opened-file.ts'
export { defaultIndents, emitPlain, emitValue, fileFormats, formatOfPath } from './file-format.ts'
export type { FileFormat, Indents } from './file-format.ts'
export type { KeyOptions, Person } from './key-source.ts'
