/** A request path of the resource API, taken apart. */
export interface ResourcePath { group: string; version: string; namespace?: string; plural: string; name?: string; subresource?: string; rest?: string; watch?: boolean }

/** undefined when the path is not below /api/v1 or /apis/GROUP/VERSION, or has no resource. */
export function parsePath(path: string): ResourcePath | undefined {
  const parts = path.split('/').filter((p) => p !== '').map(decode)
  let group: string
  let version: string
  if (parts[0] === 'api' && parts.length >= 3) {
    group = ''
    version = parts[1]!
    parts.splice(0, 2)
  } else if (parts[0] === 'apis' && parts.length >= 4) {
    group = parts[1]!
    version = parts[2]!
    parts.splice(0, 3)
  } else return undefined
  const watch = (parts[0] as string) === 'watch' && parts.length > 1
  if (watch) parts.shift()
  let namespace: string | undefined
  // /namespaces/NAME/finalize and /status are subresources of a namespace, everything else below it is in it.
  if ((parts[0] as string) === 'namespaces' && parts.length > 2 && !(parts.length === 3 && (parts[2] === 'finalize' || parts[2] === 'status'))) {
    namespace = parts[1]!
    parts.splice(0, 2)
  }
  const [plural, name, subresource, ...rest] = parts as [string, string?, string?, ...string[]]
  return {
    group, version, plural, ...(namespace !== undefined ? { namespace } : {}), ...(name !== undefined ? { name } : {}),
    ...(subresource !== undefined ? { subresource } : {}), ...(rest.length ? { rest: rest.join('/') } : {}), ...(watch ? { watch } : {}),
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
