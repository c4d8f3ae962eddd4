import { lstatSync, readFileSync, readdirSync, realpathSync, statSync, type Dirent, type Stats } from 'node:fs'
import { basename, dirname, isAbsolute, join, normalize, resolve } from 'node:path'
import { goFsError, matchPath } from '../../charts/chart/index.ts'
import { compareStrings, decodeUtf8, pathClean } from '../../language/go/index.ts'

/** The largest file that is read: a state or values file never is that long. */
const maxBytes = 64 * 1024 * 1024

/** Files as a process in a certain folder sees them: helmfile changes into the folder of each state file, Pintle does not. Errors have Go's words and the path as it was given. */
export class WorkingFolder {
  /** Absolute. */
  readonly path: string
  constructor(path: string) {
    this.path = path
  }

  /** A path as the process itself can use it. */
  resolve(path: string): string {
    return resolve(this.path, path)
  }

  readText(path: string): string {
    return decodeUtf8(this.readBytes(path))
  }

  readBytes(path: string): Uint8Array {
    try {
      const real = this.resolve(path)
      const stat = statSync(real)
      if (stat.isFile() && stat.size > maxBytes) throw new Error(`read ${path}: file is larger than ${maxBytes} bytes`)
      return readFileSync(real)
    } catch (error) {
      throw goFsError(error, isCode(error, 'EISDIR') ? 'read' : 'open', path)
    }
  }

  isFile(path: string): boolean {
    return this.stat(path)?.isFile() === true
  }

  isFolder(path: string): boolean {
    return this.stat(path)?.isDirectory() === true
  }

  exists(path: string): boolean {
    return this.stat(path) !== undefined
  }

  stat(path: string): Stats | undefined {
    try {
      return statSync(this.resolve(path))
    } catch {
      return undefined
    }
  }

  /** os.ReadDir: sorted by name. */
  entries(path: string): Dirent[] {
    try {
      return readdirSync(this.resolve(path), { withFileTypes: true }).sort((a, b) => compareStrings(a.name, b.name))
    } catch (error) {
      throw goFsError(error, 'open', path)
    }
  }

  /** absDefault of pkg/filesystem: links are followed where a path leaves the folder. */
  absolute(path: string): string {
    if (isAbsolute(path) || isLocal(path)) return resolve(this.path, path)
    try {
      return realpathSync(join(realpathSync(this.path), path))
    } catch (error) {
      throw goFsError(error, 'lstat', join(this.path, path))
    }
  }

  /**
   * filepath.Glob: what matches, in the form of the pattern; folders that cannot be read match nothing.
   * @throws Error `syntax error in pattern`
   */
  glob(pattern: string): string[] {
    matchPath(pattern, '')
    if (!hasMeta(pattern)) return this.#linkExists(pattern) ? [pattern] : []
    const slash = pattern.lastIndexOf('/')
    const file = pattern.slice(slash + 1)
    const folder = slash < 0 ? '.' : slash === 0 ? '/' : pattern.slice(0, slash)
    const out: string[] = []
    for (const one of hasMeta(folder) ? this.glob(folder) : [folder]) {
      if (!this.isFolder(one)) continue
      for (const name of this.#names(one)) if (matchPath(file, name)) out.push(joinPath(one, name))
    }
    return out
  }

  #names(path: string): string[] {
    try {
      return readdirSync(this.resolve(path)).sort(compareStrings)
    } catch {
      return []
    }
  }

  #linkExists(path: string): boolean {
    try {
      lstatSync(this.resolve(path))
      return true
    } catch {
      return false
    }
  }
}

const hasMeta = (path: string): boolean => /[*?[\\]/.test(path)

const isCode = (error: unknown, code: string): boolean => (error as { code?: string }).code === code

/** filepath.IsLocal: within the folder, not empty. */
function isLocal(path: string): boolean {
  return path !== '' && !isAbsolute(path) && !normalize(path).split('/').includes('..')
}

/** filepath.Dir and Base, which know `.` and no trailing slash. */
export const folderOf = (path: string): string => dirname(path)
export const baseOf = (path: string): string => basename(path) || (path === '' ? '.' : '/')

/** filepath.Join: no trailing slash, and nothing of nothing. */
export function joinPath(...parts: readonly string[]): string {
  const given = parts.filter((part) => part !== '')
  return given.length === 0 ? '' : pathClean(given.join('/'))
}
