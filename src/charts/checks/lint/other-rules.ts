import { readFileSync, statSync } from 'node:fs'
import { decodeUtf8, type Shape } from '../../../language/go/index.ts'
import { unmarshalInto } from '../../../language/yaml/index.ts'
import { ChartFile, coalesceTables, copyTable, goFsError, validateAgainstSingleSchema, type Chart, type Dependency, type Log, type Table } from '../../chart/index.ts'
import type { Linter } from './linter.ts'
import { objectsOf } from './rendered-documents.ts'

const valuesShape: Shape = { kind: 'map', elem: { kind: 'any' }, type: 'common.Values' }

/** The rules about values.yaml. Upstream: pkg/chart/v2/lint/rules/values.go. */
export function lintValues(linter: Linter, folder: string, loaded: Chart | Error, options: { values: Table; skipSchemaValidation: boolean; log?: Log }): void {
  const file = 'values.yaml'
  const path = `${folder}/${file}`
  if (!linter.run('info', 'values-file', file, exists(path) ? undefined : 'file does not exist')) return
  linter.run('error', 'values', file, valuesProblem(path, loaded, options))
}

function valuesProblem(path: string, loaded: Chart | Error, { values, skipSchemaValidation, log }: { values: Table; skipSchemaValidation: boolean; log?: Log }): string | undefined {
  const chart = loaded instanceof Error ? undefined : loaded
  let own: Table
  // What the loader has read need not be read again, but the loader takes all documents of the file and this rule the first.
  const known = chart?.valuesFile?.text
  if (known !== undefined && chart?.values && !known.startsWith('---') && !known.includes('\n---')) own = copyTable(chart.values)
  else {
    try {
      own = (unmarshalInto(decodeUtf8(read(path)), valuesShape) ?? new Map()) as Table
    } catch (error) {
      return `unable to parse YAML: ${(error as Error).message}`
    }
  }
  let schema
  try {
    schema = read(path.replace(/\.yaml$/, '.schema.json'))
  } catch {
    return undefined
  }
  if (schema.length === 0 || skipSchemaValidation) return undefined
  const merged = coalesceTables(coalesceTables(new Map(), copyTable(values), false, log), own, false, log)
  const same = chart?.schema !== undefined && Buffer.compare(chart.schema.bytes, schema) === 0
  return validateAgainstSingleSchema(same ? chart.schema! : ChartFile.fromBytes('values.schema.json', schema), merged, {
    ...(log && { log }), ...(chart?.schemas.validator && { validator: chart.schemas.validator }),
  })
}

/** The rules about dependencies. Upstream: pkg/chart/v2/lint/rules/dependencies.go. */
export function lintDependencies(linter: Linter, folder: string, loaded: Chart | Error): void {
  if (loaded instanceof Error) {
    linter.run('error', 'chart-load', '', loaded, 'unable to load chart\n\t')
    return
  }
  const wanted = (loaded.metadata.dependencies ?? []) as Dependency[]
  const missing = (what: string, names: string[]): string | undefined => (names.length === 0 ? undefined : `chart ${what} is missing these dependencies: ${names.join(',')}`)
  const named = new Set(wanted.map((d) => d.name))
  linter.run('error', 'dependency-in-metadata', folder, missing('metadata', loaded.dependencies.map((c) => c.name).filter((name) => !named.has(name))))
  const seen = new Set<string>()
  const shadowing: string[] = []
  for (const { name, alias } of wanted) {
    const key = alias || name
    if (seen.has(key)) shadowing.push(key)
    seen.add(key)
  }
  linter.run('error', 'dependency-unique', folder, shadowing.length === 0 ? undefined : `multiple dependencies with name or alias: ${shadowing.join(',')}`)
  const present = new Set(loaded.dependencies.map((c) => c.name))
  linter.run('warning', 'dependency-present', folder, missing('directory', wanted.map((d) => d.name).filter((name) => !present.has(name))))
}

/** The rules about crds/. Upstream: pkg/chart/v2/lint/rules/crds.go. */
export function lintCrds(linter: Linter, folder: string, loaded: Chart | Error): void {
  const stat = statSync(`${folder}/crds`, { throwIfNoEntry: false })
  if (stat === undefined) return
  if (!linter.run('error', 'crds-folder', 'crds/', stat.isDirectory() ? undefined : 'not a directory')) return
  if (loaded instanceof Error) {
    linter.run('error', 'chart-load', 'crds/', loaded)
    return
  }
  for (const { name, file } of loaded.crds()) {
    try {
      for (const object of objectsOf(file.text)) {
        if (object === undefined) continue
        linter.run('error', 'crd-api-version', name, object.apiVersion.startsWith('apiextensions.k8s.io') ? undefined : "apiVersion is not in 'apiextensions.k8s.io'")
        linter.run('error', 'crd-kind', name, object.kind === 'CustomResourceDefinition' ? undefined : "object kind is not 'CustomResourceDefinition'")
      }
    } catch (error) {
      linter.run('error', 'yaml', name, error as Error, 'unable to parse YAML: ')
      return
    }
  }
}

function exists(path: string): boolean {
  try {
    statSync(path)
    return true
  } catch {
    return false
  }
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (error) {
    throw goFsError(error, (error as { code?: string }).code === 'EISDIR' ? 'read' : 'open', path)
  }
}
