/**
 * Owns semantic versions and their constraints as Masterminds/semver v3.5.0 reads, orders and checks them: for templates
 * (`semver`, `semverCompare`), chart dependencies, kubeVersion.
 * Refuses: registries, charts, template functions; npm's idea of ranges.
 */
export { isVersion, parseStrictVersion, parseVersion, Version, VersionObject } from './version.ts'
export { Constraint, parseConstraint } from './constraint.ts'
