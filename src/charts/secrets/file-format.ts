import { PintleError } from '../../errors/index.ts'
import { emitDotenv, readDotenv } from './dotenv-file.ts'
import { readIni } from './ini-reader.ts'
import { emitIni } from './ini-writer.ts'
import { emitJson, emitJsonValue, readJson } from './json-file.ts'
import type { SourceFile } from './source-file.ts'
import { Branch, Scalar, type Tree } from './tree.ts'
import { readYaml } from './yaml-file.ts'
import { emitYaml, emitYamlValue } from './yaml-tree.ts'

/** How a file is read and written. */
export type FileFormat = 'yaml' | 'json' | 'dotenv' | 'ini' | 'binary'

export const fileFormats: readonly FileFormat[] = ['yaml', 'json', 'dotenv', 'ini', 'binary']

/** The format that SOPS takes a file to have by its name. Upstream: FormatForPath in cmd/sops/formats. */
export function formatOfPath(path: string): FileFormat {
  if (/\.ya?ml$/.test(path)) return 'yaml'
  if (path.endsWith('.json')) return 'json'
  if (path.endsWith('.env')) return 'dotenv'
  return path.endsWith('.ini') ? 'ini' : 'binary'
}

/** Spaces a level; -1 is a tab in JSON. */
export interface Indents {
  readonly yaml: number
  readonly json: number
  readonly binary: number
}

export const defaultIndents: Indents = { yaml: 4, json: -1, binary: -1 }

/** Takes a file with the metadata of SOPS apart. @throws PintleError yaml.parse, secrets.format */
export function readEncrypted(text: string, format: FileFormat): SourceFile {
  switch (format) {
    case 'yaml': return readYaml(text)
    case 'dotenv': return readDotenv(text)
    case 'ini': return readIni(text)
    default: return readJson(text)
  }
}

/** Takes a file in plain text apart. @throws PintleError yaml.parse, secrets.format */
export function readPlain(text: string, format: FileFormat): Branch[] {
  if (format !== 'binary') return readEncrypted(text, format).branches
  const branch = new Branch()
  branch.add('data', new Scalar('str', text))
  return [branch]
}

/** Writes documents that have their metadata in them. */
export function emitEncrypted(branches: readonly Branch[], format: FileFormat, indents: Indents): string {
  return format === 'binary' ? emitJson(branches, indents.binary) : emitPlain(branches, format, indents)
}

/** Writes documents as sops does. @throws PintleError secrets.format for what the format cannot have */
export function emitPlain(branches: readonly Branch[], format: FileFormat, indents: Indents): string {
  switch (format) {
    case 'yaml': return emitYaml(branches, indents.yaml)
    case 'json': return emitJson(branches, indents.json)
    case 'dotenv': return emitDotenv(branches)
    case 'ini': return emitIni(branches)
    case 'binary': return binaryText(branches)
  }
}

function binaryText(branches: readonly Branch[]): string {
  const data = branches[0]?.find('data')?.value
  if (branches.length !== 1 || !(data instanceof Scalar) || data.type !== 'str') throw new PintleError('secrets.format', 'a binary file of SOPS has its content under "data"; this one has not', { hint: 'It is likely no encrypted binary file: --output-type says how it is to be written.' })
  return data.text
}

/** A value that was extracted, as sops prints it: strings as they are. @throws PintleError secrets.format for what the format cannot have */
export function emitValue(value: Tree, format: FileFormat, indents: Indents): string {
  if (value instanceof Scalar && value.type === 'str') return value.text
  switch (format) {
    case 'yaml': return emitYamlValue(value)
    case 'json': case 'ini': return emitJsonValue(value, format === 'ini' ? 0 : indents.json)
    case 'dotenv': throw new PintleError('secrets.format', 'of a dotenv file only strings can be extracted')
    case 'binary': throw new PintleError('secrets.format', 'binary files have no structure: nothing can be extracted from them')
  }
}
