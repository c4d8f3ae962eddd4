import { appendFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { PintleError } from '../../errors/index.ts'
import { encodeUtf8 } from '../../language/go/index.ts'

/** The files `template --output-dir` writes: several documents of one template go into one file. Upstream: writeToFile in pkg/cmd/template.go. */
export class ManifestFiles {
  readonly #written = new Set<string>()
  readonly #wrote: (path: string) => void
  readonly #into: Map<string, string> | undefined
  /** @param into takes the files in place of the disk */
  constructor(wrote: (path: string) => void, into?: Map<string, string>) {
    this.#wrote = wrote
    this.#into = into
  }

  write(directory: string, name: string, text: string): void {
    this.#put(directory, name, text, this.#written.has(name))
    this.#written.add(name)
  }

  /** Hooks come after all else and are added to a file that is there, be it of an earlier run: Helm looks at the disk. */
  add(directory: string, name: string, text: string): void {
    this.#put(directory, name, text, this.#into === undefined ? statSync(join(directory, name), { throwIfNoEntry: false }) !== undefined : this.#into.has(`${directory}/${name}`))
  }

  #put(directory: string, name: string, text: string, append: boolean): void {
    const path = `${directory}/${name}`
    if (this.#into !== undefined) {
      this.#into.set(path, `${append ? this.#into.get(path)! : ''}---\n# Source: ${name}\n${text}\n`)
      this.#wrote(path)
      return
    }
    const folder = normalize(dirname(path))
    attempt('stat', folder, () => statSync(folder), 'ENOENT')
    attempt('mkdir', folder, () => mkdirSync(folder, { recursive: true, mode: 0o755 }))
    attempt('open', path, () => (append ? appendFileSync : writeFileSync)(path, encodeUtf8(`---\n# Source: ${name}\n${text}\n`)))
    this.#wrote(path)
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied', EEXIST: 'file exists', EISDIR: 'is a directory', ENAMETOOLONG: 'file name too long', ENOENT: 'no such file or directory', ENOSPC: 'no space left on device',
  ENOTDIR: 'not a directory', EPERM: 'operation not permitted', EROFS: 'read-only file system',
}

/** Failures in Go's words: `open PATH: permission denied`. */
function attempt(operation: string, path: string, work: () => unknown, allowed?: string): void {
  try {
    work()
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    if (code === allowed) return
    throw new PintleError('usage', `${operation} ${path}: ${reasons[code] ?? message}`, { cause: error })
  }
}
