import { join } from 'node:path'
import { isVersion, parseConstraint } from '../../../language/semver/index.ts'

/** A chart in a registry, as helmfile asks Helm for it. */
export interface OciChart {
  /** Without `oci://`; with `:version` or `@digest` where helmfile writes one. */
  readonly qualified: string
  /** The last part of its path. */
  readonly name: string
  /** What --version gets; '' for the latest. */
  readonly version: string
}

/** `oci://registry/chart:2.0@sha256:a` taken apart. Source: parseOCIChartRef in pkg/state/state.go. */
export function parseOciChart(reference: string): { base: string; version: string; digest: string } {
  const at = reference.indexOf('@')
  const digest = at < 0 ? '' : reference.slice(at + 1)
  const rest = at < 0 ? reference : reference.slice(0, at)
  const colon = rest.lastIndexOf(':')
  return colon > rest.lastIndexOf('/') ? { base: rest.slice(0, colon), version: rest.slice(colon + 1), digest } : { base: rest, version: '', digest }
}

/** `2.0.0@sha256:a` taken apart. */
export function splitVersion(version: string): { version: string; digest: string } {
  const at = version.indexOf('@')
  return at < 0 ? { version, digest: '' } : { version: version.slice(0, at), digest: version.slice(at + 1) }
}

/**
 * How a chart of a registry is asked for.
 * Source: getOCIQualifiedChartName in pkg/state/state.go.
 * @param repository address of the repository whose name the chart begins with; undefined for `oci://` charts
 * @throws Error for `latest`, which Helm does not take
 */
export function ociChart(chart: string, version: string, repository?: { readonly url: string; readonly name: string }): OciChart {
  const field = splitVersion(version)
  if (field.version === 'latest') throw new Error('the version for OCI charts should be semver compliant, the latest tag is not supported')
  if (chart.startsWith('oci://')) {
    const inUrl = parseOciChart(chart)
    const base = inUrl.base.slice('oci://'.length)
    const wanted = field.version === '' ? inUrl.version : field.version
    const digest = inUrl.digest === '' ? field.digest : inUrl.digest
    const qualified = digest !== '' ? `${base}@${digest}` : inUrl.version === '' && wanted !== '' ? `${base}:${wanted}` : base
    return { qualified, name: inUrl.base.split('/').at(-1)!, version: wanted }
  }
  const name = chart.slice((repository?.name.length ?? -1) + 1)
  const base = `${repository?.url ?? ''}/${name}`
  const qualified = field.digest !== '' ? `${base}@${field.digest}` : field.version !== '' ? `${base}:${field.version}` : base
  return { qualified, name, version: field.version }
}

/** The `oci://` URL that `helm pull` gets. Source: resolveOciChart in pkg/helmexec/exec.go. */
export function pullReference(qualified: string): string {
  const at = qualified.indexOf('@')
  const digest = at < 0 ? '' : qualified.slice(at)
  const rest = at < 0 ? qualified : qualified.slice(0, at)
  const colon = rest.lastIndexOf(':')
  return `oci://${colon <= rest.lastIndexOf('/') ? rest : rest.slice(0, colon)}${digest}`
}

/** The folder below the cache where a chart of a registry is unpacked. Source: getOCIChartPath in pkg/state/state.go. */
export function ociFolder(cache: string, chart: string, version: string): string {
  const parts = chart.replace(/:|\/\/|\.|&/g, '_').split('/')
  return join(cache, ...parts, version.replace(/[=><!|~^ ,*]/g, '_'))
}

/** Host of a registry, for logging in. Source: extractRegistryHost in pkg/state/state.go. */
export function registryHost(url: string): string {
  const bare = url.replace(/^oci:\/\//, '').replace(/^https:\/\//, '').replace(/^http:\/\//, '')
  const slash = bare.indexOf('/')
  return slash < 0 ? bare : bare.slice(0, slash)
}

/** Whether a registry must say which version is meant: everything but a full version. Source: isVersionConstraint in pkg/state/util.go. */
export function isVersionConstraint(version: string): boolean {
  if (version === '' || isFullVersion(version)) return false
  try {
    parseConstraint(version)
    return true
  } catch {
    return false
  }
}

const isFullVersion = (version: string): boolean => isVersion(version) && /^v?\d+\.\d+\.\d+$/.test(version.replace(/\+.*$/, '').replace(/-.*$/, ''))
