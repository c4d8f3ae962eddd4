import { Buffer } from 'node:buffer'
import { accessSync, closeSync, constants, lstatSync, openSync, readFileSync, readSync, readdirSync, readlinkSync, realpathSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { compareStrings } from '../../language/go/index.ts'
import { maxChartSize } from './archive.ts'
import { ChartFile } from './chart-file.ts'
import { goFsError } from './go-fs-error.ts'
import { IgnoreRules } from './ignore-rules.ts'
import type { Log } from './log.ts'

export interface FolderOptions {
  readonly log?: Log
  /** Read CRDs and other files that are no templates when they are first used; 'all': templates too. */
  readonly lazyFiles?: boolean | 'all'
}

/**
 * The files of a chart folder in the order Helm walks them, less what .helmignore leaves out (pkg/chart/v2/loader,
 * internal/sympath). Symbolic links are followed, with a message, wherever they lead: a folder is as trusted as its owner.
 * Yields after each batch of files, so that a caller can stop in between.
 * @throws Error with Helm's text
 */
export function* readFolder(
  folder: string, options: FolderOptions = {}, limit = maxChartSize,
): Generator<undefined, ChartFile[], undefined> {
  const walk = new Walk(readRules(folder), options, limit)
  yield* walk.folder(folder, '')
  return walk.files
}

function readRules(folder: string): IgnoreRules {
  const path = `${folder}/.helmignore`
  let text
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as { code: string }).code)) return new IgnoreRules().addDefaults()
    throw goFsError(error, (error as { code: string }).code === 'EISDIR' ? 'read' : 'open', path)
  }
  return IgnoreRules.parse(text).addDefaults()
}

/** Links may form circles; Helm follows them until the system refuses the path, which takes its time. */
const maxDepth = 255

class Walk {
  readonly files: ChartFile[] = []
  private readonly rules: IgnoreRules
  private readonly options: FolderOptions
  private readonly limit: number
  private remaining: number
  private sinceYield = 0

  constructor(rules: IgnoreRules, options: FolderOptions, limit: number) {
    this.rules = rules
    this.options = options
    this.limit = limit
    this.remaining = limit
  }

  *folder(path: string, name: string, depth = 0): Generator<undefined, void, undefined> {
    if (depth > maxDepth) throw goFsError({ code: 'ELOOP' }, 'open', path)
    let names
    try {
      names = readdirSync(path)
    } catch (error) {
      throw goFsError(error, 'open', path)
    }
    if (names.length > 1) names.sort(compareStrings)
    for (const entry of names) yield* this.entry(`${path}/${entry}`, name === '' ? entry : `${name}/${entry}`, depth)
  }

  private *entry(path: string, name: string, depth: number): Generator<undefined, void, undefined> {
    let stat: Stats
    try {
      stat = lstatSync(path)
      if (stat.isSymbolicLink()) {
        const resolved = this.resolve(path)
        this.options.log?.({
          level: 'info',
          message: 'found symbolic link in path. Contents of linked file included and used',
          attributes: [['path', path], ['resolved', resolved]],
        })
        stat = lstatSync(resolved)
      }
    } catch (error) {
      throw goFsError(error, 'lstat', path)
    }
    const isFolder = stat.isDirectory()
    if (this.rules.ignores(name, isFolder)) return
    if (isFolder) {
      yield* this.folder(path, name, depth + 1)
      return
    }
    if (!stat.isFile()) throw new Error(`cannot load irregular file ${path} as it has file mode type bits set`)
    this.files.push(this.read(path, name, stat))
    if (++this.sinceYield >= 128) {
      this.sinceYield = 0
      yield
    }
  }

  private resolve(path: string): string {
    try {
      return realpathSync(path)
    } catch {
      throw new Error(`error evaluating symlink ${path}: ${brokenLink(path)}`)
    }
  }

  private read(path: string, name: string, { size, mtimeMs }: Stats): ChartFile {
    const tooLarge = (): Error => new Error(`error reading ${name}: chart exceeds maximum decompressed size of ${this.limit} bytes`)
    if (size > this.remaining) throw tooLarge()
    try {
      const { lazyFiles = false } = this.options
      if (lazyFiles !== false && isUnneeded(name, lazyFiles === 'all')) {
        accessSync(path, constants.R_OK)
        this.remaining -= size
        return ChartFile.lazy(name, () => readFileSync(path), mtimeMs)
      }
      if (size > 0 && isText.test(name)) {
        const text = readFileSync(path, 'utf8')
        // What is not UTF-8 must keep its bytes.
        if (!text.includes('\ufffd')) {
          this.remaining -= size
          return ChartFile.fromText(name, text, mtimeMs)
        }
      }
      const bytes = readAtMost(path, size, this.remaining)
      if (bytes.length <= this.remaining) {
        this.remaining -= bytes.length
        return ChartFile.fromBytes(name, bytes, mtimeMs)
      }
    } catch (error) {
      throw new Error(`error reading ${name}: ${goFsError(error, 'open', path).message}`, { cause: error })
    }
    throw tooLarge()
  }
}

/** Files that are read as text at once, which is one call. */
const isText = /\.(?:yaml|yml|tpl|txt|json|lock)$/

/** Whether most commands never look into a file: not needed to load the chart, and no template that may be rendered. */
function isUnneeded(name: string, noTemplates: boolean): boolean {
  const own = name.replace(/^(?:charts\/[^/]+\/)+/, '')
  return own.startsWith('crds/') || !((own.startsWith('templates/') && !noTemplates) || own.startsWith('charts/') || /^[^/]*\.(?:yaml|lock|json)$/.test(own))
}

/** Reads a file of a known size, but when it grows meanwhile no more than one byte beyond `limit`. */
function readAtMost(path: string, size: number, limit: number): Uint8Array {
  const fd = openSync(path, 'r')
  try {
    let bytes = Buffer.allocUnsafe(size + 1)
    let length = 0
    for (;;) {
      const n = readSync(fd, bytes, length, bytes.length - length, null)
      length += n
      // A file that gives less than was asked for is at its end.
      if (n === 0 || (length === size && length < bytes.length)) return bytes.subarray(0, length)
      if (length > limit) return bytes.subarray(0, length)
      if (length === bytes.length) bytes = Buffer.concat([bytes, Buffer.allocUnsafe(Math.min(bytes.length, limit + 1 - length))])
    }
  } finally {
    closeSync(fd)
  }
}

/** Why a path with links leads nowhere, in the words of filepath.EvalSymlinks. */
function brokenLink(path: string): string {
  const rest = path.split('/').reverse()
  let at = ''
  for (let links = 0; rest.length > 0; ) {
    const name = rest.pop()!
    if (name === '' || name === '.') continue
    if (name === '..') {
      at = at.slice(0, Math.max(0, at.lastIndexOf('/')))
      continue
    }
    const next = `${at}/${name}`
    try {
      if (!lstatSync(next).isSymbolicLink()) {
        at = next
        continue
      }
    } catch (error) {
      return goFsError(error, 'lstat', next).message
    }
    if (++links > 255) return 'EvalSymlinks: too many links'
    const target = readlinkSync(next)
    if (target.startsWith('/')) at = ''
    rest.push(...target.split('/').reverse())
  }
  return 'EvalSymlinks: too many links'
}
