import type { KubeObject } from '../kube/index.ts'
import { repeatsSecret } from './repeats-secret.ts'

/** Turns a secret value into a mark that is equal for equal values and tells nothing else. */
export type Redactor = (value: string) => string

/**
 * A copy in which every value of a Secret is replaced by a mark. Base64 `data` and plain `stringData` of the same value get the same
 * mark, and the last-applied annotation, which repeats the data, is dropped; another annotation that repeats a value becomes a mark. Other kinds come back
 * unchanged.
 * @param other the other side of a comparison: its values must not be repeated either
 */
export function redactObject(object: KubeObject, redact: Redactor, other?: KubeObject): KubeObject {
  if (object.kind !== 'Secret' || !object.apiVersion.startsWith('v1')) return object
  const out: KubeObject = { ...object, metadata: { ...object.metadata } }
  const data: Record<string, string> = {}
  for (const [key, value] of Object.entries((object.data as Record<string, unknown> | null) ?? {})) {
    data[key] = redact(fromBase64(String(value ?? '')))
  }
  for (const [key, value] of Object.entries((object.stringData as Record<string, unknown> | null) ?? {})) {
    data[key] = redact(String(value ?? ''))
  }
  delete out.stringData
  if (object.data !== undefined || object.stringData !== undefined) out.data = data
  const annotations = out.metadata.annotations
  if (annotations?.['kubectl.kubernetes.io/last-applied-configuration'] !== undefined) {
    out.metadata.annotations = { ...annotations }
    delete out.metadata.annotations['kubectl.kubernetes.io/last-applied-configuration']
  }
  if (out.metadata.annotations !== undefined) {
    const values = [...valuesOf(object), ...valuesOf(other)]
    out.metadata.annotations = Object.fromEntries(Object.entries(out.metadata.annotations).map(([key, value]) => [key, repeatsSecret(value, values) ? redact(value) : value]))
  }
  return out
}

/** The values of a Secret that are long enough not to be words of other texts by chance. */
function valuesOf(object: KubeObject | undefined): string[] {
  if (object?.kind !== 'Secret') return []
  const table = (field: unknown): string[] => Object.values((field as Record<string, unknown> | null) ?? {}).map((value) => String(value ?? ''))
  return [...table(object.data).map(fromBase64), ...table(object.stringData)]
}

/** As bytes-in-a-string, so that equal bytes give equal marks. */
function fromBase64(text: string): string {
  try {
    return new TextDecoder('utf-8').decode(Uint8Array.from(atob(text.trim()), (c) => c.charCodeAt(0)))
  } catch {
    return text
  }
}
