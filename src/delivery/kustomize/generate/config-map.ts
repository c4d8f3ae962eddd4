import { compareStrings } from '../../../language/go/index.ts'
import { TreeNode, treeStyle } from '../../../language/yaml/index.ts'
import type { GeneratorArgs, GeneratorOptions } from '../config/types.ts'
import type { Loader } from '../load/loader.ts'
import { refuse } from '../refusal.ts'
import { anno } from '../resource/annotations.ts'
import { loadConfigMapData, loadSecretData } from '../resource/data-map.ts'
import { Resource } from '../resource/resource.ts'
import type { Schemas } from '../schema/schema.ts'
import { lookup, setField } from '../tree/fields.ts'
import { scalar, stringNode } from '../tree/nodes.ts'
import { keyValues } from './key-values.ts'

/** A ConfigMap or Secret from its arguments. Upstream: internal/generators. */
export async function generateData(kind: 'ConfigMap' | 'Secret', args: GeneratorArgs, loader: Loader, schemas: Schemas): Promise<Resource> {
  if (!args.name) refuse('a configmap must have a name')
  const node = new TreeNode('mapping', '!!map', '', 0, [scalar('apiVersion'), scalar('v1', '!!str'), scalar('kind'), scalar(kind, '!!str')])
  const metadata = lookup(node, ['metadata'], 'mapping')!
  setField(metadata, 'name', stringNode(args.name!))
  if (args.namespace) setField(metadata, 'namespace', stringNode(args.namespace))
  if (kind === 'Secret') setField(node, 'type', stringNode(args.type || 'Opaque'))
  const data = await keyValues(args, loader)
  if (kind === 'Secret') loadSecretData(node, data)
  else loadConfigMapData(node, data)
  const options = args.options ?? undefined
  for (const field of ['labels', 'annotations'] as const) {
    const map = options?.[field] ?? {}
    for (const key of Object.keys(map).sort(compareStrings)) {
      setField(lookup(node, ['metadata', field], 'mapping')!, key, new TreeNode('scalar', '!!str', map[key]!, treeStyle.singleQuoted))
    }
  }
  if (options?.immutable === true) setField(node, 'immutable', scalar('true', '!!bool'))
  const resource = new Resource(node, schemas)
  if (options?.disableNameSuffixHash !== true) resource.enable(anno.needsHash)
  resource.setBehavior(['create', 'merge', 'replace'].includes(args.behavior ?? '') ? args.behavior! : 'unspecified')
  return resource
}

/** The options of one generator with those of all. */
export function mergedOptions(local: GeneratorOptions | null | undefined, global: GeneratorOptions | null | undefined): GeneratorOptions | undefined {
  if (!global) return local ?? undefined
  return {
    labels: { ...global.labels, ...local?.labels },
    annotations: { ...global.annotations, ...local?.annotations },
    disableNameSuffixHash: local?.disableNameSuffixHash === true || global.disableNameSuffixHash === true,
    immutable: local?.immutable === true || global.immutable === true,
  }
}
