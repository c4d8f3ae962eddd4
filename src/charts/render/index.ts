/**
 * Owns the way from a loaded chart and values to manifests, hooks and notes, exactly as Helm's engine and renderer make them.
 * Refuses to load charts, to read values files and to speak to a cluster: lookups are answered by whoever calls.
 */
export { Engine } from './engine.ts'
export { renderChart } from './render.ts'
export type { Rendered, RenderOptions } from './render.ts'
export { postRendered } from './post-render.ts'
export { sortManifests, splitManifests, stableByKind } from './manifests.ts'
export type { HookEvent, Manifest, RenderedHook } from './manifests.ts'
export { render } from './render-values.ts'
export type { RenderInput } from './render-values.ts'
export { nodeHost } from './node-host.ts'
export type { Answers } from './node-host.ts'
export { Lookups } from './lookups.ts'
export { manifestOrigin, originAt, templateText } from './origins.ts'
export type { ManifestOrigin } from './origins.ts'
export { trimSpace } from './space.ts'
