const texts: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EISDIR: 'is a directory',
  ENOTDIR: 'not a directory',
  ELOOP: 'too many levels of symbolic links',
  ENAMETOOLONG: 'file name too long',
  EMFILE: 'too many open files',
  EIO: 'input/output error',
}

/** A Node file error in the words of Go's os package: `open /x: no such file or directory`. */
export function goFsError(error: unknown, operation: string, path: string): Error {
  const code = (error as { code?: string }).code
  const text = code === undefined ? undefined : texts[code]
  if (text === undefined) return error instanceof Error ? error : new Error(String(error))
  return new Error(`${operation} ${path}: ${text}`, { cause: error })
}
