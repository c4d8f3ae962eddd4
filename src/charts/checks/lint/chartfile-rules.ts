import { readFileSync, statSync } from 'node:fs'
import { decodeUtf8, pathBase, quote, type Value } from '../../../language/go/index.ts'
import { parseConstraint, parseStrictVersion, parseVersion } from '../../../language/semver/index.ts'
import { anyMap, unmarshalInto } from '../../../language/yaml/index.ts'
import { goFsError, parseMetadata, type Metadata } from '../../chart/index.ts'
import type { Linter } from './linter.ts'
import { WebAddress, isRequestUrl } from './web-address.ts'

const file = 'Chart.yaml'

/** The rules about Chart.yaml, in Helm's order. Upstream: pkg/chart/v2/lint/rules/chartfile.go. */
export function lintChartfile(linter: Linter, folder: string): void {
  const path = `${folder}/${file}`
  linter.run('error', 'chart-yaml-file', file, statSync(path, { throwIfNoEntry: false })?.isDirectory() ? 'should be a file, not a directory' : undefined)
  let text
  let metadata
  try {
    text = decodeUtf8(read(path))
    metadata = parseMetadata(text)
  } catch (error) {
    linter.run('error', 'chart-yaml-format', file, error as Error, 'unable to parse YAML\n\t')
    return
  }
  linter.run('warning', 'chart-yaml-strict', file, failure(() => parseMetadata(text, { strict: true })), 'failed to strictly parse chart metadata file\n\t')
  const raw = rawFields(text)
  const check = (rule: string, problem: string | undefined): void => void linter.run('error', rule, file, problem)
  check('chart-name', nameProblem(metadata))
  check('chart-api-version', apiVersionProblem(metadata))
  check('chart-version-type', stringProblem(raw, 'version'))
  check('chart-version', versionProblem(metadata.version))
  check('chart-app-version-type', stringProblem(raw, 'appVersion'))
  check('chart-maintainers', maintainerProblem(metadata))
  check('chart-sources', sourceProblem(metadata))
  linter.run('info', 'chart-icon', file, metadata.icon === '' ? 'icon is recommended' : undefined)
  check('chart-icon-url', metadata.icon !== '' && !isRequestUrl(metadata.icon) ? `invalid icon URL '${metadata.icon}'` : undefined)
  check('chart-type', metadata.type !== '' && metadata.apiVersion !== 'v2' ? `chart type is not valid in apiVersion '${metadata.apiVersion}'. It is valid in apiVersion 'v2'` : undefined)
  check('chart-dependencies', (metadata.dependencies ?? []).length > 0 && metadata.apiVersion !== 'v2'
    ? `dependencies are not valid in the Chart file with apiVersion '${metadata.apiVersion}'. They are valid in apiVersion 'v2'` : undefined)
  linter.run('warning', 'chart-version-strict', file, failure(() => parseStrictVersion(metadata.version)) === undefined ? undefined : `version '${metadata.version}' is not a valid SemVerV2`)
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (error) {
    throw goFsError(error, (error as { code?: string }).code === 'EISDIR' ? 'read' : 'open', path)
  }
}

function nameProblem({ name }: Metadata): string | undefined {
  if (name === '') return 'name is required'
  return pathBase(name) === name ? undefined : `chart name ${quote(name)} is invalid`
}

function apiVersionProblem({ apiVersion }: Metadata): string | undefined {
  if (apiVersion === '') return 'apiVersion is required. The value must be either "v1" or "v2"'
  return apiVersion === 'v1' || apiVersion === 'v2' ? undefined : `apiVersion '${apiVersion}' is not valid. The value must be either "v1" or "v2"`
}

function versionProblem(text: string): string | undefined {
  if (text === '') return 'version is required'
  let version
  try {
    version = parseVersion(text)
  } catch {
    return `version '${text}' is not a valid SemVer`
  }
  const [first] = parseConstraint('>0.0.0-0').validate(version)
  return first === undefined ? undefined : `version ${first}`
}

/** Fields before they are made strings: Chart.yaml's `version: 1.0` is a number. */
function rawFields(text: string): ReadonlyMap<string, Value> {
  try {
    const value = unmarshalInto(text, anyMap)
    return value instanceof Map ? value : new Map()
  } catch {
    return new Map()
  }
}

function stringProblem(fields: ReadonlyMap<string, Value>, key: string): string | undefined {
  const value = fields.get(key)
  if (value === undefined || typeof value === 'string') return undefined
  const type = value === null ? '<nil>' : typeof value === 'boolean' ? 'bool' : typeof value === 'number' ? 'float64' : value instanceof Map ? 'map[string]interface {}' : '[]interface {}'
  return `${key} should be of type string but it's of type ${type}`
}

function maintainerProblem({ maintainers }: Metadata): string | undefined {
  const addresses = new WebAddress()
  for (const maintainer of maintainers) {
    if (maintainer === null) return 'a maintainer entry is empty'
    const { name, email, url } = maintainer
    if (name === '') return 'each maintainer requires a name'
    if (email !== '' && !addresses.isEmail(email)) return `invalid email '${email}' for maintainer '${name}'`
    if (url !== '' && !addresses.isUrl(url)) return `invalid url '${url}' for maintainer '${name}'`
  }
  return undefined
}

function sourceProblem({ sources }: Metadata): string | undefined {
  const bad = sources.find((source) => source === '' || !isRequestUrl(source))
  return bad === undefined ? undefined : `invalid source URL '${bad}'`
}

function failure(act: () => unknown): Error | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    return error as Error
  }
}
