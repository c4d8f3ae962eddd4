import { jsonMarshal, type Value } from '../../language/go/index.ts'
import { marshalPretty, unmarshalV3 } from '../../language/yaml/index.ts'
import { fatal } from './fatal.ts'
import type { References } from './references.ts'
import { isMap } from './yaml-map.ts'

/**
 * Every document of a text with its references replaced, written anew, as `vals eval` does. Empty documents are left out.
 * @param decodeSecrets looks into the data of Secrets, too, and encodes it again
 * @throws PintleError secrets.reference
 */
export async function evaluateDocuments(text: string, references: References, output: 'yaml' | 'json', decodeSecrets = false): Promise<string> {
  const out: string[] = []
  for (const document of text.split(/^---(?=\s|$)/m)) {
    let value: Value
    try {
      value = unmarshalV3(document)
    } catch {
      // The parser's words may quote it.
      throw fatal('vals error: what it holds is no YAML')
    }
    if (value === null || (isMap(value) && value.size === 0) || (Array.isArray(value) && value.length === 0)) continue
    if (!isMap(value) && !Array.isArray(value)) throw fatal('vals error: unexpected type: it is neither a map nor a list')
    const decoded = decodeSecrets && isMap(value) ? withData(value, (data) => Buffer.from(data, 'base64').toString('utf8'), 'data') : value
    const holder = await references.values(new Map<string, Value>([['document', decoded]]))
    const found = holder.get('document')!
    const encoded = decodeSecrets && isMap(found) ? withData(found, (data) => Buffer.from(data).toString('base64'), 'stringData') : found
    out.push(output === 'json' ? `${jsonMarshal(encoded)}\n` : marshalPretty(encoded))
  }
  return out.join('---\n')
}

/** A Secret whose data went from one of its two forms to the other. Upstream: KsDecode and KsEncode in cmd/vals/main.go. */
function withData(object: Map<string, Value>, change: (text: string) => string, from: 'data' | 'stringData'): Map<string, Value> {
  const data = object.get(from)
  if (object.get('kind') !== 'Secret' || !isMap(data)) return object
  const to = from === 'data' ? 'stringData' : 'data'
  const other = object.get(to)
  const changed = new Map<string, Value>([...(isMap(other) ? other : []), ...[...data].map(([key, value]): [string, Value] => [key, typeof value === 'string' ? change(value) : value])])
  return new Map([...object].filter(([key]) => key !== from && key !== to).concat([[to, changed]]))
}
