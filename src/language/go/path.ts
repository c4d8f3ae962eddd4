/**
 * Go's package path. On Unix, where Helm's templates are tried, path/filepath gives the same for each of these.
 */

/** path.Clean: the shortest equivalent path, by text alone. */
export function pathClean(path: string): string {
  if (path === '') return '.'
  const rooted = path[0] === '/'
  const out: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') out.push(part)
    else if (out.length > 0 && out[out.length - 1] !== '..') out.pop()
    else if (!rooted) out.push('..')
  }
  const text = out.join('/')
  return rooted ? '/' + text : text === '' ? '.' : text
}

/** path.Base: the last element, without trailing slashes. */
export function pathBase(path: string): string {
  if (path === '') return '.'
  let end = path.length
  while (end > 0 && path[end - 1] === '/') end--
  if (end === 0) return '/'
  return path.slice(path.lastIndexOf('/', end - 1) + 1, end)
}

/** path.Dir: all but the last element, cleaned. */
export function pathDir(path: string): string {
  return pathClean(path.slice(0, path.lastIndexOf('/') + 1))
}

/** path.Ext: what follows the last dot of the last element, with the dot. */
export function pathExt(path: string): string {
  const dot = path.lastIndexOf('.')
  return dot < 0 || path.includes('/', dot) ? '' : path.slice(dot)
}

/** path.IsAbs. */
export function pathIsAbs(path: string): boolean {
  return path[0] === '/'
}
