/** What kustomize values may set. Source: KustomizeOpts in chartify's kustomize.go. */
export interface KustomizeValues {
  readonly images: readonly { readonly name: string; readonly newName: string; readonly newTag: string; readonly digest: string }[]
  readonly namePrefix: string
  readonly nameSuffix: string
  readonly namespace: string
}

/** `kustomize build`. */
export interface Kustomizer {
  /** A kustomization that is a folder, with values laid over it. @returns the manifests */
  build(folder: string, values: KustomizeValues): Promise<string>
  /** A kustomization in memory: `kustomization.yaml` among files by their path. */
  buildFiles(files: ReadonlyMap<string, string>): Promise<string>
}
