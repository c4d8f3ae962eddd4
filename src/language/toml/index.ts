/**
 * Owns TOML as Helm's toToml and fromToml read and write it, which is as BurntSushi/toml 1.6 does.
 * Refuses: typed targets, comments, keeping a document's layout.
 */
export { tomlMarshal } from './marshal.ts'
export { tomlUnmarshal } from './unmarshal.ts'
export { TomlError } from './toml-error.ts'
