/**
 * Owns files encrypted with SOPS: what is in them, the keys that open them, and whether they are whole.
 * Refuses: charts, values and their order, and writing what was decrypted anywhere.
 */
export { isEncrypted } from './is-encrypted.ts'
export { decryptFile } from './decrypt-file.ts'
export type { DecryptOptions, Decrypted } from './decrypt-file.ts'
export { fileFormats, formatOfPath } from './file-format.ts'
export type { FileFormat } from './file-format.ts'
export type { KeyOptions, Person } from './key-source.ts'
