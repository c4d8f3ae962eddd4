import { PintleError } from '../../errors/index.ts'
import { unmarshal } from '../../language/yaml/index.ts'

/** Reads a kubeconfig written as YAML into plain objects. Numbers do not occur in one, so no precision is at stake. */
export function parseKubeconfigYaml(text: string): unknown {
  try {
    return plain(unmarshal(text))
  } catch (error) {
    // client-go decodes without sigs.k8s.io/yaml's own words before the parser's.
    if (error instanceof PintleError) throw new Error(error.message.replace(/^error converting YAML to JSON: /, ''))
    throw error
  }
}

function plain(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [String(key), plain(item)]))
  return Array.isArray(value) ? value.map(plain) : value
}
