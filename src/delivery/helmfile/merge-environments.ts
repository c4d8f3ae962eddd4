import type { EnvironmentSpec } from './spec.ts'

/** Environments of a layer over those of the layers before it: lists of values and secrets are joined, in the order their merge strategy needs. Upstream: mergeEnvironments in create.go. */
export function mergeEnvironmentSpecs(into: Map<string, EnvironmentSpec>, layer: ReadonlyMap<string, EnvironmentSpec>): void {
  for (const [name, spec] of layer) {
    const before = into.get(name)
    if (before === undefined) {
      into.set(name, spec)
      continue
    }
    const mergeStrategy = spec.mergeStrategy || before.mergeStrategy
    into.set(name, {
      values: mergeStrategy === 'fallback' ? [...spec.values, ...before.values] : [...before.values, ...spec.values],
      secrets: [...before.secrets, ...spec.secrets],
      kubeContext: spec.kubeContext || before.kubeContext,
      missingFileHandler: spec.missingFileHandler ?? before.missingFileHandler,
      missingFileHandlerConfig: spec.missingFileHandlerConfig ?? before.missingFileHandlerConfig,
      mergeStrategy,
    })
  }
}
