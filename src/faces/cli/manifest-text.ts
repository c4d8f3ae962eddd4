import { trimSpace, type RenderedHook } from '../../charts/render/index.ts'

/** What `helm template` prints: the manifest, then the hooks. */
export function manifestText(manifest: string, hooks: readonly Pick<RenderedHook, 'path' | 'manifest'>[]): string {
  return `${trimSpace(manifest)}\n${hooksText(hooks)}`
}

/** What `helm get hooks` prints. */
export function hooksText(hooks: readonly { readonly path: string; readonly manifest: string }[]): string {
  return hooks.map((hook) => `---\n# Source: ${hook.path}\n${hook.manifest}\n`).join('')
}
