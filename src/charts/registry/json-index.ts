import { isUsualVersion, type ScannedVersion } from './scan-versions.ts'

/** An index that is JSON, with its fields spelled as Helm spells them. */
export interface JsonIndex {
  readonly entries: Readonly<Record<string, unknown>>
  /** The index without its charts. */
  readonly head: Readonly<Record<string, unknown>>
}

const fields = new Set(['serverInfo', 'apiVersion', 'generated', 'entries', 'publicKeys', 'annotations'])

/** Reads JSON by JavaScript's own reader, which is the fastest there is. @returns undefined for what is none, or takes Go's rules to read */
export function jsonIndex(text: string): JsonIndex | undefined {
  if (!/^[\t\n\r ]*\{/.test(text)) return undefined
  let value: Record<string, unknown>
  try {
    value = JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
  const { entries, ...head } = value
  if (Object.keys(value).some((key) => !fields.has(key)) || !isRecord(entries)) return undefined
  return { entries, head }
}

export const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

const known = new Set([
  'name', 'home', 'sources', 'version', 'description', 'keywords', 'maintainers', 'icon', 'apiVersion', 'condition', 'tags', 'appVersion', 'deprecated', 'annotations', 'kubeVersion', 'dependencies', 'type',
  'urls', 'created', 'removed', 'digest', 'checksum', 'engine', 'tillerVersion', 'url',
])

/** What a search needs of one version; undefined when there is anything that takes the reader which checks. */
export function scanRecord(item: unknown): ScannedVersion | undefined {
  if (!isRecord(item)) return undefined
  for (const key in item) if (!known.has(key)) return undefined
  const { name, version, appVersion = '', description = '', type = '', keywords = [], maintainers = [], dependencies = [] } = item
  if (!isPlain(name) || !/^[\w-][\w.-]*$/.test(name) || !isPlain(version) || !isUsualVersion(version) || !isPlain(appVersion) || !isPlain(description)) return undefined
  if (type !== '' && type !== 'application' && type !== 'library') return undefined
  if (!Array.isArray(keywords) || !keywords.every(isPlain) || !Array.isArray(maintainers) || !maintainers.every(isRecord) || !Array.isArray(dependencies)) return undefined
  if (!dependencies.every((d) => isRecord(d) && (d.alias === undefined || (typeof d.alias === 'string' && /^[\w-]*$/.test(d.alias))))) return undefined
  return { name, version, appVersion, description, keywords }
}

const isPlain = (value: unknown): value is string => typeof value === 'string' && /^[\x20-\x7e]*$/.test(value)
