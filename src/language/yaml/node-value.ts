import { Int, type Time } from '../go/index.ts'
import type { YamlNode } from './commented.ts'
import { scalarValue } from './decode-v3.ts'
import { longPrefix } from './resolve.ts'

/**
 * What goyaml.v3 makes of a scalar given to an interface {}: its Node.Decode.
 * @throws PintleError yaml.parse when it does not fit its tag
 */
export function nodeValue({ tag, value }: YamlNode): null | boolean | string | number | Int | Time {
  return scalarValue(tag.startsWith('!!') ? longPrefix + tag.slice(2) : tag, value, false)
}
