/**
 * Owns bills of materials: a chart, what it depends on and the images it runs, as CycloneDX. Refuses to render, to look for images and to ask registries.
 */
export { sbom } from './sbom.ts'
export type { SbomImage, SbomOptions } from './sbom.ts'
