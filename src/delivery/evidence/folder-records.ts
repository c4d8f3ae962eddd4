import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sha256 } from '../attestation/index.ts'
import { maxLine } from './line.ts'
import { isPlainName } from './plain-name.ts'
import type { ReleaseRecord } from './record.ts'

/** The first version of the store: a folder a release, with record.json and the files it names. Read for ever, written no more. */
export function readFolderRecord(root: string, folder: string, digest: string): ReleaseRecord | string {
  const path = join(root, folder, 'record.json')
  if (!existsSync(path)) return `${folder}/record.json is missing`
  if (statSync(path).size > maxLine) return `${folder}/record.json was changed`
  const bytes = readFileSync(path)
  if (sha256(bytes) !== digest) return `${folder}/record.json was changed`
  return JSON.parse(bytes.toString('utf8')) as ReleaseRecord
}

export function readFolderFile(root: string, folder: string, name: string, digest: string): Uint8Array | undefined {
  if (!isPlainName(folder) || !isPlainName(name)) return undefined
  const path = join(root, folder, name)
  if (!existsSync(path)) return undefined
  const bytes = readFileSync(path)
  return sha256(bytes) === digest ? bytes : undefined
}
