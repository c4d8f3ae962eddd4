/** What a build may cost, whatever its files say. */
export const limits = {
  /** Bytes of one file. */
  file: 64 << 20,
  /** Bytes of all files read in a build. */
  total: 512 << 20,
  /** Nodes that the aliases of a document stand for. */
  nodes: 500_000,
  /** Kustomizations inside one another. */
  depth: 100,
  /** Kustomizations of one build, each counted as often as it is used. */
  kustomizations: 5_000,
  /** Resources of a build. */
  resources: 100_000,
} as const
