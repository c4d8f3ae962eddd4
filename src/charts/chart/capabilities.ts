import { GoObject, TypedSlice } from '../../language/go/index.ts'
import type { BoundMethod, Kind, Value } from '../../language/go/index.ts'
import { KubeVersion } from './kube-version.ts'

/** common.VersionSet: `.Capabilities.APIVersions`. */
export class VersionSet extends TypedSlice {
  #known: Set<Value> | undefined

  /** slices.Contains, with a set. */
  contains(version: string): boolean {
    return (this.#known ??= new Set(this)).has(version)
  }

  override method(name: string): BoundMethod | undefined {
    return name === 'Has' ? { params: ['string'], call: ([version]) => this.contains(version as string) } : undefined
  }
}

/** A set of API versions: `apps/v1`, `apps/v1/Deployment`. */
export function versionSet(versions: Iterable<string>): VersionSet {
  const out = new VersionSet()
  for (const version of versions) out.push(version)
  out.goType = 'common.VersionSet'
  return out
}

/** version.BuildInfo: `.Capabilities.HelmVersion`. */
export class HelmVersion extends GoObject {
  override readonly goType: string = 'version.BuildInfo'
  override readonly goKind: Kind = 'struct'
  readonly info: HelmBuildInfo

  constructor(info: HelmBuildInfo) {
    super()
    this.info = info
  }

  override fields(): readonly (readonly [string, Value])[] {
    const { version, gitCommit, gitTreeState, goVersion, kubeClientVersion } = this.info
    return [
      ['Version', version], ['GitCommit', gitCommit], ['GitTreeState', gitTreeState], ['GoVersion', goVersion],
      ['KubeClientVersion', kubeClientVersion],
    ]
  }

  override toJSONValue(): Value {
    const { version, gitCommit, gitTreeState, goVersion, kubeClientVersion } = this.info
    const out = new Map<string, Value>()
    const optional = [['version', version], ['git_commit', gitCommit], ['git_tree_state', gitTreeState], ['go_version', goVersion]]
    for (const [key, value] of optional) if (value !== '') out.set(key!, value!)
    return out.set('kube_client_version', kubeClientVersion)
  }
}

export interface HelmBuildInfo {
  readonly version: string
  readonly gitCommit: string
  readonly gitTreeState: string
  readonly goVersion: string
  readonly kubeClientVersion: string
}

/** *common.Capabilities: `.Capabilities`. */
export class Capabilities extends GoObject {
  override readonly goType: string = '*common.Capabilities'
  override readonly goKind: Kind = 'ptr'
  readonly kubeVersion: KubeVersion
  readonly apiVersions: VersionSet
  readonly helmVersion: HelmVersion

  constructor(kubeVersion: KubeVersion, apiVersions: VersionSet, helmVersion: HelmVersion) {
    super()
    this.kubeVersion = kubeVersion
    this.apiVersions = apiVersions
    this.helmVersion = helmVersion
  }

  override fields(): readonly (readonly [string, Value])[] {
    return [['KubeVersion', this.kubeVersion], ['APIVersions', this.apiVersions], ['HelmVersion', this.helmVersion]]
  }

  override method(name: string): BoundMethod | undefined {
    return name === 'Copy' ? { params: [], call: () => new Capabilities(this.kubeVersion, this.apiVersions, this.helmVersion) } : undefined
  }
}

/**
 * What Helm 4.3.1 assumes without a cluster: the Kubernetes version of its client-go, and the API versions built into it.
 * @param options.kubeVersion replaces the version (--kube-version); options.apiVersions come on top (--api-versions)
 */
export function defaultCapabilities(options: { kubeVersion?: KubeVersion; apiVersions?: Iterable<string> } = {}): Capabilities {
  return new Capabilities(
    options.kubeVersion ?? new KubeVersion('v1.37.0', 'v1.37.0', '1', '37'),
    versionSet([...defaultApiVersions, ...(options.apiVersions ?? [])]),
    new HelmVersion({ version: 'v4.3', gitCommit: '', gitTreeState: '', goVersion: 'go1.26.8', kubeClientVersion: 'v1.37' }),
  )
}

/** In the order of client-go's scheme, as Helm 4.3.1 prints them. */
const defaultApiVersions: readonly string[] = [
  'v1', 'admissionregistration.k8s.io/v1', 'admissionregistration.k8s.io/v1alpha1',
  'admissionregistration.k8s.io/v1beta1', 'internal.apiserver.k8s.io/v1alpha1', 'apps/v1', 'apps/v1beta1',
  'apps/v1beta2', 'authentication.k8s.io/v1', 'authentication.k8s.io/v1alpha1', 'authentication.k8s.io/v1beta1',
  'authorization.k8s.io/v1', 'authorization.k8s.io/v1beta1', 'autoscaling/v1', 'autoscaling/v2', 'batch/v1',
  'batch/v1beta1', 'certificates.k8s.io/v1', 'certificates.k8s.io/v1beta1', 'certificates.k8s.io/v1alpha1',
  'coordination.k8s.io/v1alpha2', 'coordination.k8s.io/v1beta1', 'coordination.k8s.io/v1', 'discovery.k8s.io/v1',
  'discovery.k8s.io/v1beta1', 'events.k8s.io/v1', 'events.k8s.io/v1beta1', 'extensions/v1beta1',
  'flowcontrol.apiserver.k8s.io/v1', 'flowcontrol.apiserver.k8s.io/v1beta1', 'flowcontrol.apiserver.k8s.io/v1beta2',
  'flowcontrol.apiserver.k8s.io/v1beta3', 'lifecycle.k8s.io/v1alpha1', 'networking.k8s.io/v1',
  'networking.k8s.io/v1beta1', 'node.k8s.io/v1', 'node.k8s.io/v1alpha1', 'node.k8s.io/v1beta1', 'policy/v1',
  'policy/v1beta1', 'rbac.authorization.k8s.io/v1', 'rbac.authorization.k8s.io/v1beta1',
  'rbac.authorization.k8s.io/v1alpha1', 'resource.k8s.io/v1', 'resource.k8s.io/v1beta2', 'resource.k8s.io/v1beta1',
  'resource.k8s.io/v1alpha3', 'scheduling.k8s.io/v1alpha3', 'scheduling.k8s.io/v1beta1', 'scheduling.k8s.io/v1',
  'storage.k8s.io/v1beta1', 'storage.k8s.io/v1', 'storage.k8s.io/v1alpha1', 'storagemigration.k8s.io/v1',
  'storagemigration.k8s.io/v1beta1', 'apiextensions.k8s.io/v1beta1', 'apiextensions.k8s.io/v1',
]
