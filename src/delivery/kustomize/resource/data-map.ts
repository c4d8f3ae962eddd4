import { compareStrings, encodeUtf8, isValidUtf8 } from '../../../language/go/index.ts'
import { TreeNode, treeStyle } from '../../../language/yaml/index.ts'
import { clear, lookup, setField } from '../tree/fields.ts'

/** base64, in lines of 70 characters when one is not enough. Upstream: encodeBase64 in kyaml's datamap.go. */
export function base64Lines(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('base64')
  return text.length < 70 ? text : text.replace(/.{1,70}/g, '$&\n')
}

const sorted = (map: ReadonlyMap<string, string>): string[] => [...map.keys()].sort(compareStrings)
const dataNode = (value: string): TreeNode => new TreeNode('scalar', '!!str', value, value.includes('\n') ? treeStyle.literal : 0)

function put(node: TreeNode, field: string, key: string, value: string): void {
  setField(lookup(node, [field], 'mapping')!, key, dataNode(value))
}

/** Strings into `data`, and what is not UTF-8 into `binaryData` as base64. */
export function loadConfigMapData(node: TreeNode, map: ReadonlyMap<string, string>): void {
  for (const key of sorted(map)) {
    const value = map.get(key)!
    if (isValidUtf8(value)) put(node, 'data', key, value)
    else put(node, 'binaryData', key, base64Lines(encodeUtf8(value)))
  }
}

/** Everything into `data` as base64. */
export function loadSecretData(node: TreeNode, map: ReadonlyMap<string, string>): void {
  lookup(node, ['data'], 'mapping')
  for (const key of sorted(map)) put(node, 'data', key, base64Lines(encodeUtf8(map.get(key)!)))
}

/** Replaces `data`. */
export function setData(node: TreeNode, map: ReadonlyMap<string, string>): void {
  clear(node, 'data')
  if (map.size > 0) loadConfigMapData(node, map)
}

/** Replaces `binaryData`. */
export function setBinaryData(node: TreeNode, map: ReadonlyMap<string, string>): void {
  clear(node, 'binaryData')
  for (const key of sorted(map)) {
    const value = map.get(key)!
    put(node, 'binaryData', key, isValidUtf8(value) ? value : base64Lines(encodeUtf8(value)))
  }
}
