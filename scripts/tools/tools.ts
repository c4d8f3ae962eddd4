/**
 * The real programs Pintle is measured against, each pinned by a Go module in `go/<module>/`.
 * To add a Go main over Helm's own packages: make a folder `go/helm4/<name>/main.go` and a row here with
 * `module: 'helm4', packages: { <name>: './<name>' }`.
 */
export interface ToolModule {
  /** Printed, and part of the install folder's name. */
  readonly version: string
  /** Program name -> Go package to build. */
  readonly packages: Readonly<Record<string, string>>
  /** -X settings: the published binaries are linked with their version this way. */
  readonly link?: Readonly<Record<string, string>>
}

const kubernetes = '1.36.3'
const [kubeMajor, kubeMinor] = kubernetes.split('.') as [string, string]

/** What a Kubernetes release build stamps into a program (hack/lib/version.sh). */
const kubernetesStamp: Record<string, string> = {}
for (const pkg of ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']) {
  kubernetesStamp[`${pkg}.gitVersion`] = `v${kubernetes}`
  kubernetesStamp[`${pkg}.gitMajor`] = kubeMajor
  kubernetesStamp[`${pkg}.gitMinor`] = kubeMinor
  kubernetesStamp[`${pkg}.gitTreeState`] = 'clean'
  kubernetesStamp[`${pkg}.buildDate`] = '2026-07-16T00:00:00Z'
}

/** Helm 3 learns the Kubernetes version of its client only from the linker (its Makefile), Helm 4 from its build info. */
const helm3Stamp = (version: string, kubeMinorVersion: string): Record<string, string> => ({
  'helm.sh/helm/v3/internal/version.version': version,
  'helm.sh/helm/v3/internal/version.gitTreeState': 'clean',
  'helm.sh/helm/v3/pkg/lint/rules.k8sVersionMajor': '1',
  'helm.sh/helm/v3/pkg/lint/rules.k8sVersionMinor': kubeMinorVersion,
  'helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor': '1',
  'helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor': kubeMinorVersion,
})

export const toolModules = {
  kubernetes: {
    version: kubernetes,
    packages: {
      'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
      'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
      'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
    },
    link: kubernetesStamp,
  },
  etcd: { version: '3.6.16', packages: { etcd: '.' } },
  helm4: {
    version: '4.3.1',
    packages: { helm: 'helm.sh/helm/v4/cmd/helm', 'helm-render': './render', 'helm-status': './status' },
    link: { 'helm.sh/helm/v4/internal/version.version': 'v4.3.1', 'helm.sh/helm/v4/internal/version.gitTreeState': 'clean' },
  },
  kubeconform: { version: '0.8.0', packages: { kubeconform: 'github.com/yannh/kubeconform/cmd/kubeconform' } },
  registry: { version: '3.1.2', packages: { registry: 'github.com/distribution/distribution/v3/cmd/registry' } },
  cosign: { version: '3.1.3', packages: { cosign: '.' } },
  sops: { version: '3.13.2', packages: { sops: 'github.com/getsops/sops/v3/cmd/sops' } },
  vault: { version: '1.21.0', packages: { 'vault-transit': './transit' } },
  helmfile: {
    // vals of the version that helmfile is made with, 0.46.1.
    version: '1.8.0', packages: { helmfile: 'github.com/helmfile/helmfile', vals: 'github.com/helmfile/vals/cmd/vals' },
    link: { 'go.szostok.io/version.version': 'v1.8.0', 'go.szostok.io/version.dirtyBuild': 'false' },
  },
  // The newest that Go 1.26.8 builds: 1.10.2 asks for 1.26.10.
  'argo-rollouts': {
    version: '1.10.1', packages: { 'rollouts-controller': 'github.com/argoproj/argo-rollouts/cmd/rollouts-controller' },
    link: { 'github.com/argoproj/argo-rollouts/utils/version.version': 'v1.10.1' },
  },
  flagger: { version: '1.43.0', packages: { flagger: 'github.com/fluxcd/flagger/cmd/flagger', 'flagger-loadtester': 'github.com/fluxcd/flagger/cmd/loadtester' } },
  kustomize: { version: '5.8.2', packages: { kustomize: 'sigs.k8s.io/kustomize/kustomize/v5' } },
  helm3: { version: '3.22.0', packages: { helm3: 'helm.sh/helm/v3/cmd/helm' }, link: helm3Stamp('v3.22.0', '37') },
} as const satisfies Record<string, ToolModule>

export type ModuleName = keyof typeof toolModules
export type ToolName = { [M in ModuleName]: keyof (typeof toolModules)[M]['packages'] & string }[ModuleName]

/** The module that builds a program. */
export function moduleOf(tool: ToolName): ModuleName {
  for (const [name, module] of Object.entries(toolModules)) if (tool in module.packages) return name as ModuleName
  throw new Error(`no module builds ${tool}`)
}
