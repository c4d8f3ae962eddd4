/**
 * Owns the functions of Helm's templates: Sprig 3.3.0 without env and expandenv, and Helm 4.3.1's own, with Go's signatures,
 * results and error texts. Whatever is not a pure function of its arguments is asked of the runtime's host.
 * Refuses: parsing and running templates, Node, network and clusters.
 */
export { helmFunctions, sprigFunctions } from './function-map.ts'
export { Certificate } from './crypto/functions.ts'
export { deepCopy, deepEqual } from './deep.ts'
export { mergeMaps } from './merge.ts'
export { Constraint, parseConstraint, parseStrictVersion, parseVersion, Version, VersionObject } from '../semver/index.ts'
