import { cpSync, lstatSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { folder } from '../cli/run-cli.ts'
import { CliPair, type Ran, type RunOptions } from '../cluster/cli-pair.ts'

/** What a run printed and left, the same wherever it ran. */
export interface SideResult extends Ran {
  /** Files below the folder it ran in, by path: text as Latin-1, archives as their tar. Folders end with a slash. */
  readonly files: Readonly<Record<string, string>>
}

/** Runs command lines with the real Helm and with Pintle called as `helm`, each in a fresh copy of the same folder. */
export class SideBySide {
  readonly pair: CliPair
  readonly #source: ReturnType<typeof folder>
  readonly #copies: string[] = []

  constructor(helm: string, files: Record<string, string>) {
    this.pair = new CliPair(helm)
    this.#source = folder(files)
  }

  /** The folder that is copied, to prepare more in. */
  get path(): string {
    return this.#source.path
  }

  remove(): void {
    this.pair.remove()
    this.#source.remove()
    for (const copy of this.#copies) rmSync(copy, { recursive: true, force: true })
  }

  /** Both at once. @param lines run one after the other in the same copy; the last one's words count */
  async both(lines: readonly string[] | string, options: Partial<RunOptions> = {}): Promise<{ helm: SideResult; pintle: SideResult }> {
    const all = typeof lines === 'string' ? [lines] : lines
    const [helm, pintle] = await Promise.all([this.run('helm', all, options), this.run('linked', all, options)])
    return { helm, pintle }
  }

  async run(tool: 'helm' | 'linked' | 'pintle', lines: readonly string[], options: Partial<RunOptions> = {}): Promise<SideResult> {
    const at = mkdtempSync(join(tmpdir(), 'pintle-side-'))
    this.#copies.push(at)
    cpSync(this.#source.path, at, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true })
    let ran: Ran = { code: 0, out: '', err: '' }
    for (const line of lines) ran = await this.pair.run(tool, words(line), { cwd: at, ...options })
    const neutral = (text: string) => text.replaceAll(at, '<at>')
    return { code: ran.code, out: neutral(ran.out), err: neutral(ran.err), files: filesOf(at) }
  }
}

/** Words of a command line; what stands in single quotes is one. */
function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2]!)
}

/** The files below a folder. */
export function filesOf(root: string): Record<string, string> {
  const out: Record<string, string> = {}
  const walk = (path: string): void => {
    for (const name of readdirSync(join(root, path)).sort()) {
      const file = path === '' ? name : `${path}/${name}`
      const stat = lstatSync(join(root, file))
      if (stat.isDirectory()) {
        out[`${file}/`] = (stat.mode & 0o777).toString(8)
        walk(file)
      } else if (stat.isSymbolicLink()) out[file] = `-> ${readlinkSync(join(root, file))}`
      else {
        const bytes = readFileSync(join(root, file))
        out[file] = `${(stat.mode & 0o777).toString(8)} ${unzipped(bytes).toString('latin1')}`
      }
    }
  }
  walk('')
  return out
}

function unzipped(bytes: Buffer): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return gunzipSync(bytes)
  } catch {
    return bytes
  }
}
