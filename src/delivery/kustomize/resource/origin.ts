import { posix } from 'node:path'
import { toPlain, treeOf, TreeNode, unmarshal, writeTree } from '../../../language/yaml/index.ts'
import { scalar } from '../tree/nodes.ts'
import { parseRepoSpec } from '../load/repo-spec.ts'
import { anno } from './annotations.ts'
import type { Resource } from './resource.ts'
import type { ResourceMap } from './resource-map.ts'

/** Where a resource came from, or what changed it: what `buildMetadata` asks for. */
export interface Origin {
  readonly path?: string
  readonly repo?: string
  readonly ref?: string
  readonly configuredIn?: string
  readonly configuredBy?: { readonly apiVersion?: string; readonly kind?: string; readonly name?: string; readonly namespace?: string }
}

/** The origin of something at a path, or a URL, below another one. */
export function originBelow(origin: Origin, path: string): Origin {
  const spec = parseRepoSpec(path)
  if (spec === undefined) return { ...origin, path: posix.join(origin.path ?? '', path) }
  return { ...origin, repo: spec.url, ref: spec.ref, path: spec.kustomizationPath }
}

const fields = ['path', 'repo', 'ref', 'configuredIn'] as const
const byFields = ['apiVersion', 'kind', 'name', 'namespace'] as const

function entries(of: Readonly<Record<string, unknown>>, names: readonly string[]): TreeNode[] {
  return names.flatMap((name) => (of[name] ? [scalar(name), treeOf(of[name] as string)] : []))
}

export function originText(origin: Origin): string {
  const content = entries(origin as Record<string, unknown>, fields)
  const by = origin.configuredBy === undefined ? [] : entries(origin.configuredBy, byFields)
  if (by.length > 0) content.push(scalar('configuredBy'), new TreeNode('mapping', '', '', 0, by))
  return writeTree(new TreeNode('mapping', '', '', 0, content))
}

export function setOrigin(resource: Resource, origin: Origin): void {
  const { annotations } = resource
  resource.annotations = annotations.set(anno.origin, originText(origin))
}

/** What a generator has made comes from where the generator was configured. */
export function addOrigins(resources: readonly Resource[], origin: Origin): void {
  for (const resource of resources) if (!resource.annotations.has(anno.origin)) setOrigin(resource, origin)
}

/** What a transformer has worked on; where it has made something it is the origin. */
export function addTransformations(map: ResourceMap, origin: Origin): void {
  for (const resource of map.list) {
    const { annotations } = resource
    if (!annotations.has(anno.origin)) {
      setOrigin(resource, origin)
      continue
    }
    const item = originText(origin).replace(/^(?=.)/gm, '  ').replace(/^ {2}/, '- ')
    resource.annotations = annotations.set(anno.transformations, (annotations.get(anno.transformations) ?? '') + item)
  }
}

/** The origin a plugin's configuration gives to what it makes; undefined when nobody asked for origins. */
export function originOfPlugin(resource: Resource): Origin | undefined {
  const text = resource.annotations.get(anno.origin)
  if (text === undefined) return undefined
  const origin = toPlain(unmarshal(text)) as Origin
  const { apiVersion, kind, name, namespace } = resource
  return { ...(origin.repo && { repo: origin.repo }), ...(origin.ref && { ref: origin.ref }), configuredIn: origin.path ?? '', configuredBy: { apiVersion, kind, name, namespace } }
}
