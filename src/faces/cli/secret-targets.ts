import { lstatSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Larger files are no settings; what is not looked at is told. */
const largestFile = 16 * 1024 * 1024

/** What a path on a command line leads to. */
export interface ScanTargets {
  /** Folders with a Chart.yaml, and archives. */
  readonly charts: readonly string[]
  /** Other files. */
  readonly files: readonly string[]
  /** What was left out, and why. */
  readonly notes: readonly string[]
}

const skipped = new Set(['.git', 'node_modules', '.terraform', '.venv', '__pycache__'])
const deepest = 64

/** The charts and files below a folder; a file or chart is itself. Links are not followed. */
export function scanTargets(path: string): ScanTargets {
  const charts: string[] = []
  const files: string[] = []
  const notes: string[] = []
  const walk = (at: string, depth: number): void => {
    const entry = depth === 0 ? statSync(at) : lstatSync(at)
    if (entry.isFile()) {
      if (/\.(?:tgz|tar\.gz)$/.test(at)) charts.push(at)
      else files.push(at)
    } else if (entry.isDirectory()) {
      if (depth > deepest) {
        notes.push(`${at}: nested too deeply, and not looked at`)
        return
      }
      const names = readdirSync(at).sort()
      if (names.includes('Chart.yaml')) charts.push(at)
      else for (const name of names) if (!skipped.has(name)) walk(join(at, name), depth + 1)
    }
  }
  walk(path, 0)
  return { charts, files, notes }
}

/** The text of a file, or why there is none; undefined for what is no text. */
export function readText(path: string): { readonly text: string } | { readonly note: string } | undefined {
  try {
    if (statSync(path).size > largestFile) return { note: `${path}: larger than ${largestFile / 1024 / 1024} MiB, and not looked at` }
    return textOf(readFileSync(path))
  } catch (error) {
    return { note: `${path}: cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'}), and not looked at` }
  }
}

/** UTF-8, or UTF-16 by its mark; undefined for binary files. */
export function textOf(bytes: Buffer): { readonly text: string } | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: bytes.subarray(2).toString('utf16le') }
  if (bytes.subarray(0, 8192).includes(0)) return undefined
  return { text: bytes.toString().replace(/^\uFEFF/, '') }
}
