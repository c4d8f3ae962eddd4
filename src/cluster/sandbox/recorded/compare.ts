/** What one server answered. */
export interface Answer { status: number; body: unknown; warnings: string[] }

const uid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g

/** An answer without what differs from run to run: identities, times, allocated addresses and ports, versions; owners in one order. */
export function normalised(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    const list = key === 'managedFields' ? [...value].sort((a, b) => (ownerOf(a) < ownerOf(b) ? -1 : 1)) : key === 'causes' ? [...value].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : value
    return list.map((v) => normalised(v, key))
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.keys(value).sort().filter((k) => !(key === 'metadata' && k === 'resourceVersion')).map((k) => [k, normalised((value as Record<string, unknown>)[k], k)]))
  }
  if (typeof value === 'string') {
    const text = value.replace(uid, 'UID').replace(time, 'TIME').replace(/kube-api-access-\w{5}/g, 'kube-api-access-X').replace(/10\.96\.\d+\.\d+/g, 'IP').replace(/record \(\d+\)/g, 'record (N)')
    return key === 'message' ? anyOrder(text) : text
  }
  if (typeof value === 'number' && (key === 'nodePort' || key === 'healthCheckNodePort')) return 'PORT'
  return value
}

const ownerOf = (entry: unknown): string => {
  const { operation, manager, subresource } = entry as Record<string, string>
  return `${operation} ${manager} ${subresource ?? ''}`
}

/** A list of problems in one order: the server's often follows a Go map. */
function anyOrder(text: string): string {
  const list = /^(.*? is invalid: )\[(.*)\]$/s.exec(text)
  if (list !== null) return `${list[1]}[${list[2]!.split(', ').sort().join(', ')}]`
  const lines = /^(.*errors:\n)(.*)$/s.exec(text)
  return lines === null ? text : lines[1] + lines[2]!.split('\n').sort().join('\n')
}

/** Where two answers differ, as `path: real X, sandbox Y`. */
export function differences(real: unknown, sandbox: unknown, path = ''): string[] {
  if (JSON.stringify(real) === JSON.stringify(sandbox)) return []
  if (Array.isArray(real) && Array.isArray(sandbox) && real.length === sandbox.length) return real.flatMap((v, i) => differences(v, sandbox[i], `${path}[${i}]`))
  if (isObject(real) && isObject(sandbox)) {
    return [...new Set([...Object.keys(real), ...Object.keys(sandbox)])].flatMap((k) => differences(real[k], sandbox[k], `${path}.${k}`))
  }
  return [`${path}: real ${JSON.stringify(real)}, sandbox ${JSON.stringify(sandbox)}`]
}

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v)
