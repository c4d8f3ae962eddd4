/**
 * Owns files encrypted with SOPS: what is in them, who can open them, whether they are whole, and writing them as sops does.
 * Refuses: charts, values and their order, editors, and writing anything anywhere.
 */
export { isEncrypted } from './is-encrypted.ts'
export { decryptFile } from './decrypt-file.ts'
export type { DecryptOptions, Decrypted } from './decrypt-file.ts'
export { checkUnencrypted, formatVersion, isSealed, newFile, openFile, openSealed, readSealed, readUnencrypted, rewrapFile, rotateFile, sealFile } from './opened-file.ts'
export type { Creation, OpenOptions, OpenedFile, Sealing } from './opened-file.ts'
export { defaultIndents, emitPlain, emitValue, fileFormats, formatOfPath, readPlain } from './file-format.ts'
export type { FileFormat, Indents } from './file-format.ts'
export type { KeyOptions, Person } from './key-source.ts'
export { findSopsConfig, parseSopsConfig, readSopsConfig } from './config.ts'
export type { SopsConfig } from './config.ts'
export { keyKinds, keyName, keyVariables, readKeySpecs } from './key-spec.ts'
export type { KeyKind, KeySpec } from './key-spec.ts'
export { readJsonValue } from './json-file.ts'
export { extract, parseTreePath, setAt, unsetAt } from './tree-path.ts'
export type { TreePath } from './tree-path.ts'
export { Branch, Scalar } from './tree.ts'
export type { Tree } from './tree.ts'
export type { Metadata, Selection } from './metadata.ts'
export { words as commandWords } from './age/words.ts'
export { resolveKeys } from './resolve-keys.ts'
