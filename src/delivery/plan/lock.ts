import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { PintleError } from '../../errors/index.ts'
import type { Chart } from '../../charts/chart/index.ts'
import { marshalPlain, parseDocument } from '../../language/yaml/index.ts'
import { sha256 } from '../attestation/index.ts'

/** Exact versions and digests of everything a release is made from. */
export interface Pin {
  readonly chart: {
    readonly name: string
    readonly version: string
    /** Of the chart's content: chartDigest. */
    readonly digest: string
    /** Where it was fetched from, and the digest of the archive or, from a registry, of the manifest. */
    readonly source?: string
    readonly archive?: string
    readonly manifest?: string
  }
  readonly dependencies: readonly { readonly name: string; readonly version: string; readonly digest: string }[]
  readonly values: readonly { readonly path: string; readonly digest: string }[]
  /** Every image of the rendered objects, by its whole name, sorted. Left out by what does not resolve them. */
  readonly images?: readonly PinnedImage[]
  /** The release's own image, as it was asked for, with the digest that is set in the values. */
  readonly image?: PinnedImage
  /** Versions of the tools that pinned it: a render may depend on them. */
  readonly tool: { readonly pintle: string; readonly helm: string }
}

export interface PinnedImage { readonly image: string; readonly digest: string }

/** pintle.lock: pins by `service` or `service/environment`, sorted, made to be reviewed. */
export interface LockFile {
  readonly apiVersion: 'pintle.dev/v1'
  readonly kind: 'Lock'
  readonly releases: Readonly<Record<string, Pin>>
}

/**
 * Digest of a chart's content: of the names and digests of all its files, sorted, so that the same chart has the same digest as a
 * folder and as an archive. Files of subcharts count for the chart that holds them.
 */
export function chartDigest(chart: Chart): string {
  const lines: string[] = []
  const add = (c: Chart, prefix: string) => {
    for (const file of c.raw) lines.push(`${prefix}${file.name} ${sha256(file.bytes)}`)
    for (const child of c.dependencies) add(child, `${prefix}charts/${child.name}/`)
  }
  add(chart, '')
  return sha256([...new Set(lines)].sort().join('\n'))
}

/** Pins a loaded chart and its values files. Call it before dependencies are processed: disabled subcharts are pinned too. */
export function pin(chart: Chart, values: readonly { path: string; bytes: Uint8Array }[], tool: Pin['tool'], from: Pick<Pin['chart'], 'source' | 'archive' | 'manifest'> = {}): Pin {
  return {
    chart: { name: chart.metadata.name, version: chart.metadata.version, digest: chartDigest(chart), ...from },
    dependencies: chart.dependencies
      .map((d) => ({ name: d.metadata.name, version: d.metadata.version, digest: chartDigest(d) }))
      .sort((a, b) => (a.name + a.version < b.name + b.version ? -1 : 1)),
    values: values.map((v) => ({ path: v.path, digest: sha256(v.bytes) })),
    tool,
  }
}

/** Every way in which `now` differs from `before`, in words; empty when nothing moved. Tool versions do not count. */
export function moved(before: Pin, now: Pin): string[] {
  const out: string[] = []
  const compare = (what: string, a: string | undefined, b: string | undefined) => {
    if (a !== b) out.push(`${what}: ${a ?? '(absent)'} -> ${b ?? '(absent)'}`)
  }
  compare('chart version', before.chart.version, now.chart.version)
  compare('chart content', before.chart.digest, now.chart.digest)
  // What was pinned from flags says nothing about where it came from.
  for (const key of ['source', 'archive', 'manifest'] as const) if (before.chart[key] !== undefined && now.chart[key] !== undefined) compare(`chart ${key}`, before.chart[key], now.chart[key])
  for (const name of new Set([...before.dependencies, ...now.dependencies].map((d) => d.name))) {
    const text = (p: Pin) => p.dependencies.filter((d) => d.name === name).map((d) => `${d.version} ${d.digest}`).join(', ') || undefined
    compare(`dependency ${name}`, text(before), text(now))
  }
  for (const path of new Set([...before.values, ...now.values].map((v) => v.path))) {
    compare(`values ${path}`, before.values.find((v) => v.path === path)?.digest, now.values.find((v) => v.path === path)?.digest)
  }
  if (before.image !== undefined || now.image !== undefined) compare("the service's image", before.image && `${before.image.image} ${before.image.digest}`, now.image && `${now.image.image} ${now.image.digest}`)
  if (before.images !== undefined && now.images !== undefined) {
    for (const image of [...new Set([...before.images, ...now.images].map((i) => i.image))].sort()) {
      compare(`image ${image}`, before.images.find((i) => i.image === image)?.digest, now.images.find((i) => i.image === image)?.digest)
    }
  }
  compare('order of values', before.values.map((v) => v.path).join(', '), now.values.map((v) => v.path).join(', '))
  return out
}

/** @throws PintleError config.invalid when the file is there but is no lock of a known version */
export function readLock(path: string): LockFile {
  const empty: LockFile = { apiVersion: 'pintle.dev/v1', kind: 'Lock', releases: {} }
  if (!existsSync(path)) return empty
  let document: unknown
  try {
    document = parseDocument(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new PintleError('config.invalid', `${path}: ${(error as Error).message}`, { cause: error, hint: 'A merge conflict? Run `pintle pin` again.' })
  }
  const lock = document as LockFile | null
  if (lock === null) return empty
  if (lock.apiVersion !== 'pintle.dev/v1' || lock.kind !== 'Lock' || typeof lock.releases !== 'object') {
    throw new PintleError('config.invalid', `${path} is not a lock file of this version of Pintle`, { hint: 'Delete it and run `pintle pin`.' })
  }
  return lock
}

/** Writes one pin into the lock file, atomically, keys sorted. Returns whether the file changed. */
export function writeLock(path: string, key: string, value: Pin): boolean {
  const lock = readLock(path)
  const releases = Object.fromEntries(Object.entries({ ...lock.releases, [key]: value }).sort(([a], [b]) => (a < b ? -1 : 1)))
  const text = `# Written by \`pintle pin\` and \`pintle release\`; review it like code.\n${marshalPlain({ ...lock, releases })}`
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return false
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, text)
  renameSync(temporary, path)
  return true
}
