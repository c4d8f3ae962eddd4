/**
 * Owns the way from a service to a reviewed release: the project file, pins, the plan of what would change, its application.
 * Refuses to print and to ask: the caller reviews, and hands its answer in.
 */
export { readProject, valueFiles } from './project.ts'
export type { Environment, Project, Service, Smoke } from './project.ts'
export { chartDigest, moved, pin, readLock, writeLock } from './lock.ts'
export type { LockFile, Pin, PinnedImage } from './lock.ts'
export { pinImages } from './pin-release.ts'
export type { PinImagesOptions, PinnedImages, PinRefusal } from './pin-release.ts'
export { DigestCache } from './digest-cache.ts'
export { findImages } from './find-images.ts'
export type { FoundImage } from './find-images.ts'
export { imageName, parseImage } from './image-reference.ts'
export type { ImageReference } from './image-reference.ts'
export { imagesOf } from './images.ts'
export { releaseSource, renderForCluster } from './release-source.ts'
export type { SourceOptions } from './release-source.ts'
export { upgradeSides } from './diff-upgrade.ts'
export type { DiffStage, UpgradeSidesOptions } from './diff-upgrade.ts'
export { prepare } from './prepare.ts'
export type { NondeterministicLine, PrepareOptions, ReleasePlan } from './prepare.ts'
export { perform } from './perform.ts'
export type { PerformOptions, Performed } from './perform.ts'
