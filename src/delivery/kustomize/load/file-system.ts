import { readFile, realpath, stat } from 'node:fs/promises'

/** The files a build may read. Paths are absolute, with slashes. */
export interface KustomizeFiles {
  /** The path without links. @throws an error with code ENOENT, with Go's words where it comes from the system */
  realPath(path: string): Promise<string>
  isDirectory(path: string): Promise<boolean>
  /** @throws an error with code ENOENT, EISDIR, ... */
  read(path: string): Promise<Buffer>
}

/** The machine's own files. */
export const diskFiles: KustomizeFiles = {
  realPath: (path) => realpath(path),
  isDirectory: (path) => stat(path).then((info) => info.isDirectory(), () => false),
  read: (path) => readFile(path),
}

/** Files in memory over others: what helm rendered, say, as a file of an overlay. */
export function overlaid(files: ReadonlyMap<string, string | Buffer>, below?: KustomizeFiles): KustomizeFiles {
  const folders = new Set<string>(['/'])
  for (const path of files.keys()) for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) folders.add(path.slice(0, at))
  const missing = (call: string, path: string): Error => Object.assign(new Error(`ENOENT: no such file or directory, ${call} '${path}'`), { code: 'ENOENT', syscall: call, path })
  return {
    async realPath(path) {
      if (files.has(path)) return path
      if (below !== undefined) {
        try {
          return await below.realPath(path)
        } catch (error) {
          if (!folders.has(path)) throw error
        }
      }
      if (folders.has(path)) return path
      throw missing('lstat', path)
    },
    async isDirectory(path) {
      return !files.has(path) && ((below !== undefined && await below.isDirectory(path)) || folders.has(path))
    },
    async read(path) {
      const content = files.get(path)
      if (content !== undefined) return typeof content === 'string' ? Buffer.from(content) : content
      if (below !== undefined) return below.read(path)
      throw missing('open', path)
    },
  }
}

/** How Go words an error of the file system. */
export function goFileError(error: unknown, call: string, path: string): string {
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'no such file or directory', ENOTDIR: 'not a directory', EISDIR: 'is a directory', EACCES: 'permission denied', ELOOP: 'too many levels of symbolic links',
    ENAMETOOLONG: 'file name too long', EINVAL: 'invalid argument',
  }
  const { code = '', path: where } = error as NodeJS.ErrnoException
  return `${call} ${where ?? path}: ${words[code] ?? (error as Error).message}`
}
