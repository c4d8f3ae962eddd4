import { positions, type Position } from '../../../language/yaml/index.ts'
import type { Chart } from '../../chart/index.ts'
import { originAt, type Rendered } from '../../render/index.ts'
import type { Finding } from '../finding.ts'
import { checkDocument, type ObjectVerdict } from './check-document.ts'
import { CustomSchemas } from './custom-schemas.ts'
import { SchemaLibrary } from './object-schemas.ts'
import { isDeprecatedIn } from '../deprecations.ts'
import { apiEnd } from './removed-apis.ts'

export interface CheckObjectsOptions {
  /** `1.34`, `v1.34.2` */
  readonly kubernetesVersion: string
  /** CustomResourceDefinitions beside the chart's own: those of a cluster. */
  readonly definitions?: readonly string[]
  /** Where JSON schemas of custom resources lie: see CustomSources.locations. */
  readonly schemaLocations?: readonly string[]
  /** An object without a schema is an error. */
  readonly strict?: boolean
  /** For those who check several charts: unpacked once. */
  readonly library?: SchemaLibrary
  readonly signal?: AbortSignal
}

/** How many faults of one object are told one by one. */
const maxViolations = 50

export interface ObjectsReport {
  readonly findings: readonly Finding[]
  /** How many objects there were of each verdict. */
  readonly counts: Readonly<Record<ObjectVerdict['status'], number>>
  /** Kinds without a schema, as `apiVersion Kind`. */
  readonly skipped: readonly string[]
}

/**
 * Validates every object that a chart renders against the schemas of a Kubernetes version, and says which API versions end.
 * @param rendered with `trace: true`, so that findings stand at template lines
 */
export async function checkObjects(chart: Chart, rendered: Rendered, options: CheckObjectsOptions): Promise<ObjectsReport> {
  const { signal } = options
  const library = options.library ?? (await SchemaLibrary.load())
  const schemas = library.of(options.kubernetesVersion)
  const counts = { valid: 0, invalid: 0, skipped: 0, error: 0, empty: 0 }
  const findings: Finding[] = []
  const skipped = new Set<string>()
  let missing = 0
  if (schemas === undefined) {
    findings.push({
      rule: 'schema/version', severity: options.strict === true ? 'error' : 'warning', path: 'Chart.yaml',
      message: `objects were not validated: there are no schemas of Kubernetes ${options.kubernetesVersion}`, hint: `There are schemas of ${library.range}.`,
    })
    return { findings, counts, skipped: [] }
  }
  const documents = [
    ...rendered.manifests.map(({ path, content }) => ({ path, content })),
    ...rendered.hooks.map(({ path, manifest }) => ({ path, content: manifest })),
  ]
  const custom = new CustomSchemas({
    definitions: [...chart.crds().map((crd) => crd.file.text), ...documents.map((d) => d.content), ...(options.definitions ?? [])],
    locations: options.schemaLocations ?? [],
    kubernetesVersion: schemas.version,
  })
  const current = [1, Number(schemas.version.split('.')[1])] as const
  for (const document of documents) {
    signal?.throwIfAborted()
    const places = new Places(rendered, document)
    for (const verdict of checkDocument(document.content, { schemas, custom })) {
      counts[verdict.status]++
      const name = verdict.kind === '' ? '' : `${verdict.kind} ${verdict.name}: `
      const object = verdict.kind === '' ? {} : { object: { apiVersion: verdict.apiVersion, kind: verdict.kind, name: verdict.name } }
      if (verdict.status === 'error') {
        const message = verdict.message ?? ''
        const line = /line (\d+)/.exec(message)
        const twice = [...message.matchAll(/key (".*") already set in map/g)].map((m) => m[1]!)
        findings.push({
          rule: 'schema/unreadable', severity: 'error', ...object, ...places.at(line === null ? undefined : Number(line[1])),
          message: name + (twice.length === 0 ? message.replaceAll(/\s*\n\s*/g, ' ') : `${twice.slice(0, 5).join(', ')} ${twice.length === 1 ? 'is' : 'are'} there twice in one map`),
        })
      }
      for (const { rule, path, message, hint } of verdict.violations.slice(0, maxViolations)) {
        findings.push({ rule, severity: 'error', ...object, ...places.of([...verdict.prefix, ...path], rule === 'schema/unknown-field'), message: name + message, ...(hint === undefined ? {} : { hint }) })
      }
      if (verdict.violations.length > maxViolations) findings.push({ rule: verdict.violations[maxViolations]!.rule, severity: 'error', ...object, ...places.of(verdict.prefix), message: `${name}and ${verdict.violations.length - maxViolations} more faults` })
      const end = apiEnd(verdict.apiVersion, verdict.kind)
      const ended = end?.removed !== undefined && end.removed[1] <= current[1]
      if (end !== undefined && (ended || isDeprecatedIn(end, current))) {
        findings.push({
          rule: ended ? 'api/removed' : 'api/deprecated', severity: ended ? 'error' : 'warning', ...object, ...places.of([...verdict.prefix, 'apiVersion']),
          message: `${name}${verdict.apiVersion} ${verdict.kind} ${ended ? `is not served since Kubernetes ${end.removed!.join('.')}` : `is deprecated since Kubernetes ${end.since.join('.')}`}`,
          ...(end.replacement === undefined ? {} : { hint: `Use ${end.replacement.apiVersion} ${end.replacement.kind}.` }),
        })
      } else if (verdict.status === 'skipped') {
        // kubeconform has none of these either.
        if (verdict.kind === 'CustomResourceDefinition') continue
        skipped.add(`${verdict.apiVersion} ${verdict.kind}`)
        missing++
        if (options.strict === true) findings.push({ rule: 'schema/missing', severity: 'error', ...object, ...places.of([...verdict.prefix, 'kind']), message: `${name}there is no schema of ${verdict.apiVersion} ${verdict.kind}` })
      }
    }
  }
  if (skipped.size > 0 && options.strict !== true) {
    const kinds = [...skipped].sort()
    findings.push({
      rule: 'schema/missing', severity: 'info', path: 'templates/', message: `${missing} object${missing === 1 ? ' was' : 's were'} not validated, for want of a schema: ${kinds.slice(0, 10).join(', ')}${kinds.length > 10 ? `, and ${kinds.length - 10} more kinds` : ''}`,
    })
  }
  for (const problem of custom.problems) findings.push({ rule: 'schema/unusable', severity: 'warning', path: 'Chart.yaml', message: problem })
  return { findings, counts, skipped: [...skipped].sort() }
}

/** Places of a rendered document as places of the chart. */
class Places {
  readonly #rendered: Rendered
  readonly #document: { readonly path: string; readonly content: string }
  #positions: readonly Position[] | undefined

  constructor(rendered: Rendered, document: { readonly path: string; readonly content: string }) {
    this.#rendered = rendered
    this.#document = document
  }

  /** Of a field, or of what is nearest above it; `ofKey` of its name rather than its value. */
  of(path: readonly (string | number)[], ofKey = false): Pick<Finding, 'path' | 'line' | 'column'> {
    this.#positions ??= positionsOf(this.#document.content)
    for (let length = path.length; length >= 0; length--) {
      const found = this.#positions.find((p) => p.path.length === length && p.path.every((step, i) => String(step) === String(path[i])))
      // The value, where the field itself is at fault: its key may be written by another line.
      if (found !== undefined) return length === path.length && found.kind === 'scalar' && !ofKey ? this.at(found.valueLine, found.valueColumn) : this.at(found.line, found.column)
    }
    return this.at(undefined)
  }

  at(line: number | undefined, column = 1): Pick<Finding, 'path' | 'line' | 'column'> {
    const origin = originAt(this.#rendered, this.#document, line ?? 1, column)?.stack[0]
    if (origin === undefined) return { path: belowChart(this.#document.path) }
    return { path: belowChart(origin.template), line: origin.line, column: origin.column }
  }
}

/** `shop/templates/a.yaml` -> `templates/a.yaml` */
function belowChart(path: string): string {
  return path.slice(path.indexOf('/') + 1)
}

function positionsOf(content: string): readonly Position[] {
  try {
    return [...positions(content)]
  } catch {
    // It does not parse: said by the verdict.
    return []
  }
}
