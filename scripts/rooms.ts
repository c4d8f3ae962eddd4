/**
 * The rooms of the house and what each may use: the one table that scripts/check-walls.ts turns into dependency-cruiser rules.
 * A room may use every room of a lower wing, and the rooms of its own wing listed in `uses`; it enters them by their index.ts.
 */
export interface Room {
  readonly wing: 'errors' | 'language' | 'charts' | 'cluster' | 'delivery' | 'faces'
  readonly name: string
  /** Rooms of the same wing it may import. */
  readonly uses: readonly string[]
  /** node: modules are not allowed: the room also runs in a browser. */
  readonly browser?: boolean
}

/** Wings from the ground up: imports go down only. */
export const wings = ['errors', 'language', 'charts', 'cluster', 'delivery', 'faces'] as const

export const rooms: readonly Room[] = [
  { wing: 'language', name: 'go', uses: [], browser: true },
  { wing: 'language', name: 'semver', uses: ['go'], browser: true },
  { wing: 'language', name: 'yaml', uses: ['go'], browser: true },
  { wing: 'language', name: 'toml', uses: ['go'], browser: true },
  { wing: 'language', name: 'jsonpath', uses: ['go'], browser: true },
  { wing: 'language', name: 'template', uses: ['go'], browser: true },
  { wing: 'language', name: 'sprig', uses: ['go', 'semver', 'yaml', 'toml', 'template'], browser: true },
  { wing: 'charts', name: 'http', uses: [] },
  { wing: 'charts', name: 'ssh', uses: [] },
  { wing: 'charts', name: 'secrets', uses: ['http', 'ssh'] },
  { wing: 'charts', name: 'references', uses: ['http', 'secrets'] },
  { wing: 'charts', name: 'chart', uses: ['http', 'secrets', 'references'] },
  { wing: 'charts', name: 'signatures', uses: [] },
  { wing: 'charts', name: 'registry', uses: ['chart', 'http', 'signatures'] },
  { wing: 'charts', name: 'render', uses: ['chart'] },
  { wing: 'charts', name: 'checks', uses: ['chart', 'render'] },
  { wing: 'charts', name: 'types', uses: ['chart', 'checks'] },
  { wing: 'charts', name: 'sbom', uses: ['chart', 'render'] },
  { wing: 'cluster', name: 'kube', uses: [] },
  { wing: 'cluster', name: 'readiness', uses: ['kube'] },
  { wing: 'cluster', name: 'diff', uses: ['kube'] },
  { wing: 'cluster', name: 'dyff', uses: [] },
  { wing: 'cluster', name: 'helm-diff', uses: ['diff', 'dyff'] },
  { wing: 'cluster', name: 'custom', uses: ['kube'] },
  { wing: 'cluster', name: 'sandbox', uses: ['kube', 'readiness', 'custom'] },
  { wing: 'cluster', name: 'release', uses: ['kube', 'readiness', 'diff', 'custom'] },
  { wing: 'delivery', name: 'settings', uses: [] },
  { wing: 'delivery', name: 'attestation', uses: ['settings'] },
  { wing: 'delivery', name: 'secret-scan', uses: [] },
  { wing: 'delivery', name: 'git', uses: [] },
  { wing: 'delivery', name: 'kustomize', uses: [] },
  { wing: 'delivery', name: 'evidence', uses: ['settings', 'attestation', 'git'] },
  { wing: 'delivery', name: 'policy', uses: ['settings', 'attestation', 'secret-scan'] },
  { wing: 'delivery', name: 'verify', uses: ['settings', 'evidence', 'policy', 'gates'] },
  { wing: 'delivery', name: 'gates', uses: ['settings', 'evidence'] },
  { wing: 'delivery', name: 'rollout', uses: ['settings', 'attestation', 'evidence', 'policy', 'gates', 'verify'] },
  { wing: 'delivery', name: 'notify', uses: ['settings', 'attestation', 'evidence', 'gates', 'rollout'] },
  { wing: 'delivery', name: 'plan', uses: ['settings', 'attestation', 'evidence', 'policy', 'secret-scan', 'verify', 'gates', 'rollout'] },
  { wing: 'delivery', name: 'doctor', uses: ['settings', 'attestation', 'evidence', 'policy', 'plan', 'gates', 'rollout'] },
  { wing: 'delivery', name: 'helmfile', uses: ['settings', 'git'] },
  { wing: 'delivery', name: 'gitops', uses: ['attestation', 'evidence', 'git', 'plan'] },
  { wing: 'faces', name: 'cli', uses: [] },
]

/** npm packages a wing or room may import; everything else of node_modules is refused. */
export const packages: Readonly<Record<string, readonly string[]>> = {
  language: ['re2js'],
  charts: ['age-encryption', 'bcryptjs', '@sigstore/bundle', '@sigstore/protobuf-specs', '@sigstore/verify', 'openpgp'],
  cluster: ['pg'],
  delivery: ['@marcbachmann/cel-js', '@open-policy-agent/opa-wasm', '@sigstore/bundle', '@sigstore/protobuf-specs', '@sigstore/verify', 'pg'],
  faces: [],
}
