/** Annotations a build keeps its books in; they are gone in the end. */
const domain = 'internal.config.kubernetes.io'
export const anno = {
  previousKinds: `${domain}/previousKinds`,
  previousNames: `${domain}/previousNames`,
  previousNamespaces: `${domain}/previousNamespaces`,
  prefixes: `${domain}/prefixes`,
  suffixes: `${domain}/suffixes`,
  refBy: `${domain}/refBy`,
  behavior: `${domain}/generatorBehavior`,
  needsHash: `${domain}/needsHashSuffix`,
  allowNameChange: `${domain}/allowNameChange`,
  allowKindChange: `${domain}/allowKindChange`,
  helmGenerated: `${domain}/helm-generated`,
  origin: 'config.kubernetes.io/origin',
  transformations: 'alpha.config.kubernetes.io/transformations',
  localConfig: 'config.kubernetes.io/local-config',
} as const

/** What is removed before anything is printed. */
export const buildAnnotations: readonly string[] = [
  anno.previousKinds, anno.previousNames, anno.prefixes, anno.suffixes, anno.previousNamespaces, anno.allowNameChange, anno.allowKindChange, anno.refBy,
  anno.behavior, anno.needsHash, `${domain}/path`, `${domain}/index`, `${domain}/seqindent`, `${domain}/id`, `${domain}/annotations-migration-resource-id`,
  'config.kubernetes.io/path', 'config.kubernetes.io/index', 'config.k8s.io/id', anno.helmGenerated,
]

/** Annotations that a JSON patch may not lose. */
export function isInternal(key: string): boolean {
  return key.startsWith(`${domain}/`) || key === 'config.kubernetes.io/path' || key === 'config.kubernetes.io/index' || key === 'config.k8s.io/id'
}
