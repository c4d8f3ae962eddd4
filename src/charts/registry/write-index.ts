import { marshalPlain } from '../../language/yaml/index.ts'
import { metadataRecord } from '../chart/index.ts'
import type { ChartVersion, IndexFile } from './index-file.ts'
import { writeAtomic } from './write-atomic.ts'

/** Writes an index as Helm does: YAML with sorted keys, or JSON. Upstream: WriteFile and WriteJSONFile in pkg/repo/v1/index.go. */
export function writeIndex(index: IndexFile, path: string, format: 'yaml' | 'json'): void {
  writeAtomic(path, format === 'json' ? indented(indexRecord(index)) : marshalPlain(indexRecord(index)))
}

/** The fields in Go's order. */
function indexRecord(index: IndexFile): { [key: string]: unknown } {
  const names = [...index.entries.keys()].sort(byBytes)
  const annotations = index.annotations === null ? [] : [...index.annotations].sort(([a], [b]) => byBytes(a, b))
  return {
    apiVersion: index.apiVersion,
    generated: goTimestamp(index.generated),
    entries: Object.fromEntries(names.map((name) => [name, index.entries.get(name)!.map(versionRecord)])),
    ...(index.publicKeys.length === 0 ? {} : { publicKeys: index.publicKeys }),
    ...(annotations.length === 0 ? {} : { annotations: Object.fromEntries(annotations) }),
  }
}

function versionRecord({ metadata, urls, created, removed, digest, old }: ChartVersion): { [key: string]: unknown } {
  const record = metadataRecord(metadata)
  const { annotations } = record
  if (annotations !== undefined) record.annotations = Object.fromEntries(Object.entries(annotations as Record<string, string>).sort(([a], [b]) => byBytes(a, b)))
  return { ...record, urls, created: goTimestamp(created), ...(removed ? { removed } : {}), ...(digest === '' ? {} : { digest }), ...old }
}

const byBytes = (a: string, b: string): number => (a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b)))

/** A time as Go writes the one it read: no zeros at the end of the fraction, Z for no offset. */
export function goTimestamp(text: string): string {
  return text.replace(/\.(\d*?)0+(?=Z|[+-])/, (_, digits: string) => (digits === '' ? '' : `.${digits}`)).replace(/[+-]00:00$/, 'Z')
}

/** json.MarshalIndent: two spaces, and <, > and & escaped. */
function indented(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
