import { pathExt } from '../../language/go/index.ts'
import type { Value } from '../../language/go/index.ts'
import type { ChartFile } from './chart-file.ts'
import type { Lock, Metadata } from './metadata.ts'
import type { SchemaValidator } from './schema/schema-validator.ts'

/** A custom resource definition of a chart's crds/ folder. */
export interface CrdFile {
  /** Name within the chart, `crds/x.yaml`. */
  readonly name: string
  /** Name with the full path of the chart before it. */
  readonly fileName: string
  readonly file: ChartFile
}

/** A loaded chart: metadata, templates, default values, schema, files and subcharts. */
export class Chart {
  metadata: Metadata
  lock: Lock | undefined
  templates: ChartFile[] = []
  /** Parsed default values; null when the chart has no values.yaml. */
  values: Map<string, Value> | null = null
  /** values.schema.json. */
  schema: ChartFile | undefined
  /** What is none of the above: README, crds/, files for `.Files`. */
  files: ChartFile[] = []
  /** Every file as it was found, subcharts' files included. */
  raw: ChartFile[] = []
  /** Which of Helm's chart formats it was loaded as; Helm 4.3 loads v3 charts but installs none. */
  format: 'v2' | 'v3' = 'v2'
  /** Holds the compiled schemas, for this chart and its copies. */
  schemas: { validator?: SchemaValidator } = {}
  /** The folder or archive the root chart came from, when it came from one. */
  path: string | undefined
  #parent: Chart | undefined
  #dependencies: Chart[] = []

  constructor(metadata: Metadata) {
    this.metadata = metadata
  }

  get name(): string {
    return this.metadata.name
  }

  get parent(): Chart | undefined {
    return this.#parent
  }

  get isRoot(): boolean {
    return this.#parent === undefined
  }

  /** The subcharts, in Helm's order once the dependencies are processed. */
  get dependencies(): readonly Chart[] {
    return this.#dependencies
  }

  get isLibrary(): boolean {
    return this.metadata.type.toLowerCase() === 'library'
  }

  /** `parent/charts/name` up to the root; with aliases, so it need not exist on disk. */
  get chartFullPath(): string {
    return this.#parent === undefined ? this.name : `${this.#parent.chartFullPath}/charts/${this.name}`
  }

  addDependency(chart: Chart): void {
    chart.#parent = this
    this.#dependencies.push(chart)
  }

  setDependencies(charts: readonly Chart[]): void {
    this.#dependencies = []
    for (const chart of charts) this.addDependency(chart)
  }

  /** The values.yaml as written, to show or to point into. */
  get valuesFile(): ChartFile | undefined {
    return this.raw.find((file) => file.name === 'values.yaml')
  }

  /** A copy that shares files and values but not metadata, and whose subcharts are copies with this as their parent. */
  copyAs(name: string): Chart {
    const { dependencies } = this.metadata
    const copy = this.#shallow({ ...this.metadata, name, dependencies: dependencies?.map((d) => d && { ...d }) ?? null })
    // The subcharts' metadata stay shared, as in getAliasDependency of pkg/chart/v2/util/dependencies.go.
    for (const dependency of this.#dependencies) {
      const child = dependency.#shallow(dependency.metadata)
      child.#dependencies = dependency.#dependencies
      copy.addDependency(child)
    }
    return copy
  }

  /** A copy to work on: what processDependencies changes is copied, files and values are shared. */
  copy(): Chart {
    const { metadata } = this
    const out = this.#shallow({
      ...metadata,
      sources: [...metadata.sources],
      keywords: [...metadata.keywords],
      maintainers: metadata.maintainers.map((m) => m && { ...m }),
      annotations: metadata.annotations && new Map(metadata.annotations),
      dependencies: metadata.dependencies?.map((d) => d && { ...d }) ?? null,
    })
    for (const dependency of this.#dependencies) out.addDependency(dependency.copy())
    return out
  }

  #shallow(metadata: Metadata): Chart {
    const copy = new Chart(metadata)
    copy.lock = this.lock
    copy.templates = this.templates
    copy.values = this.values
    copy.schema = this.schema
    copy.files = this.files
    copy.raw = this.raw
    copy.format = this.format
    copy.path = this.path
    copy.schemas = this.schemas
    return copy
  }

  /** The manifests of crds/, then those of the subcharts. */
  crds(): CrdFile[] {
    const out: CrdFile[] = []
    for (const file of this.files) {
      if (file.name.startsWith('crds/') && isManifest(file.name)) {
        out.push({ name: file.name, fileName: `${this.chartFullPath}/${file.name}`, file })
      }
    }
    for (const dependency of this.#dependencies) out.push(...dependency.crds())
    return out
  }
}

function isManifest(name: string): boolean {
  return ['.yaml', '.yml', '.json'].includes(pathExt(name).toLowerCase())
}
