import { statement, subjectOf, type AttestationStatement } from '../statement.ts'
import { pintleId, resource, type Resource } from './resource.ts'

const provenanceType = 'https://slsa.dev/provenance/v1'
/** The build type of renders: parameters are release, namespace, environment and capabilities; dependencies are chart, values and images. */
const renderBuildType = 'https://pintle.dev/build/render/v1'

/** How manifests came to be. */
export interface RenderFacts {
  readonly release: string
  readonly namespace: string
  readonly environment: string
  readonly kubeVersion: string
  /** What was rendered, by name and digest. */
  readonly manifests: readonly { readonly name: string; readonly digest: string }[]
  readonly chart: { readonly name: string; readonly version: string; readonly digest: string; readonly source?: string }
  readonly dependencies: readonly { readonly name: string; readonly version: string; readonly digest: string }[]
  readonly values: readonly { readonly path: string; readonly digest: string }[]
  readonly git?: { readonly commit: string; readonly uri?: string }
  readonly started: string
  readonly finished: string
  /** The CI run. */
  readonly run?: string
  readonly tool: { readonly pintle: string; readonly helm: string }
}

/** The predicate of SLSA provenance, version 1. */
export interface Provenance {
  readonly buildDefinition: {
    readonly buildType: string
    readonly externalParameters: Readonly<Record<string, string>>
    readonly internalParameters: Readonly<Record<string, string>>
    readonly resolvedDependencies: readonly Resource[]
  }
  readonly runDetails: {
    readonly builder: { readonly id: string; readonly version: Readonly<Record<string, string>> }
    readonly metadata: { readonly invocationId?: string; readonly startedOn: string; readonly finishedOn: string }
  }
}

/** SLSA provenance of a render: its manifests are the subject. Values files keep keyed digests: a plain one of a short file could be guessed. */
export function renderProvenance(f: RenderFacts): AttestationStatement<Provenance> {
  const { git, tool } = f
  return statement(f.manifests.map((m) => subjectOf(m.name, m.digest)), provenanceType, {
    buildDefinition: {
      buildType: renderBuildType,
      externalParameters: { release: f.release, namespace: f.namespace, environment: f.environment, chart: `${f.chart.name}@${f.chart.version}` },
      internalParameters: { kubeVersion: f.kubeVersion },
      resolvedDependencies: [
        resource({ name: `chart ${f.chart.name} ${f.chart.version}`, ...(f.chart.source !== undefined && { uri: f.chart.source }) }, f.chart.digest),
        ...f.dependencies.map((d) => resource({ name: `chart ${d.name} ${d.version}` }, d.digest)),
        ...f.values.map((v) => resource({ name: `values ${v.path}` }, v.digest)),
        ...(git === undefined ? [] : [{ name: 'source', ...(git.uri !== undefined && { uri: git.uri }), digest: { gitCommit: git.commit } }]),
      ],
    },
    runDetails: {
      builder: { id: pintleId('render', '1'), version: { pintle: tool.pintle, helm: tool.helm } },
      metadata: { ...(f.run !== undefined && { invocationId: f.run }), startedOn: f.started, finishedOn: f.finished },
    },
  })
}
