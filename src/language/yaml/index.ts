/**
 * Owns YAML as Go reads and writes it: goyaml.v2 behind sigs.k8s.io/yaml, goyaml.v3 where Helm uses it.
 * Refuses: files, Helm's and Kubernetes' types; it knows Go's values and their JSON only.
 */
export { toJsonText, unmarshal, unmarshalStrict } from './unmarshal.ts'
export { anyMap, anySlice, unmarshalInto } from './typed.ts'
export { marshal } from './marshal.ts'
export { fromPlain, marshalPlain, parseDocument, toPlain } from './plain.ts'
export type { Json } from './plain.ts'
export { readHead } from './head.ts'
export type { Head } from './head.ts'
export { marshalPretty } from './marshal-pretty.ts'
export { readRaw, writeRaw } from './raw.ts'
export type { RawKey, RawValue } from './raw.ts'
export { YamlMap } from './decode.ts'
export { positions } from './positions.ts'
export type { Position } from './positions.ts'
export { parsePath, pathText } from './edit-path.ts'
export type { PathStep } from './edit-path.ts'
export { setString } from './edit.ts'
export type { Edit, EditOptions } from './edit.ts'
export { unmarshalV3 } from './unmarshal-v3.ts'
export { readCommented } from './commented.ts'
export type { YamlNode } from './commented.ts'
