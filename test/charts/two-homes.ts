import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { CliPair, type Ran, type RunOptions } from '../cluster/cli-pair.ts'

type Tool = 'helm' | 'linked'
type Options = Omit<RunOptions, 'cwd'> & {
  /** Names of folders below the work folder. */
  readonly cwd?: string
  /** What differs on purpose is made equal before comparing. */
  readonly same?: (text: string) => string
  /** Log lines count, too. */
  readonly logs?: boolean
}

/** The real Helm and Pintle called as `helm`, each with a home and a work folder of its own. */
export class TwoHomes {
  readonly #pair: CliPair
  readonly #root = mkdtempSync(join(tmpdir(), 'pintle-homes-'))

  constructor(helm: string) {
    this.#pair = new CliPair(helm)
    for (const tool of ['helm', 'linked'] as const) for (const folder of ['home', 'work']) mkdirSync(join(this.#root, tool, folder), { recursive: true })
  }

  home(tool: Tool): string {
    return join(this.#root, tool, 'home')
  }

  work(tool: Tool): string {
    return join(this.#root, tool, 'work')
  }

  /** Does the same for both. */
  each(what: (tool: Tool) => void): void {
    what('helm')
    what('linked')
  }

  async run(tool: Tool | 'pintle', args: readonly string[], options: Options = {}): Promise<Ran> {
    const owner = tool === 'pintle' ? 'linked' : tool
    const { cwd = '.', same = (t: string) => t, logs = false, ...rest } = options
    const { code, out, err } = await this.#pair.run(tool, args, { ...rest, cwd: join(this.work(owner), cwd), env: { HOME: this.home(owner), ...rest.env } })
    const clean = (text: string): string => same(text.replaceAll(join(this.#root, owner), '<root>'))
    const said = (text: string): string => (logs ? text : text.split('\n').filter((line) => !/^(level=|time=)/.test(line)).join('\n'))
    return { code, out: clean(out), err: clean(said(err)) }
  }

  /** Runs a command line with both, and expects the same output, errors and code. */
  async same(args: readonly string[], options: Options = {}): Promise<Ran> {
    const helm = await this.run('helm', args, options)
    const linked = await this.run('linked', args, options)
    expect(linked, args.join(' ')).toEqual(helm)
    return helm
  }

  /** Expects the same files below a folder of both, times and archives' compression aside. */
  sameFiles(folder: string, where: 'home' | 'work' = 'home'): Record<string, string> {
    const [helm, linked] = (['helm', 'linked'] as const).map((tool) => this.#files(join(this[where](tool), folder)))
    expect(linked).toEqual(helm)
    return helm!
  }

  #files(folder: string): Record<string, string> {
    const out: Record<string, string> = {}
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name)
      if (entry.isDirectory()) continue
      out[path.slice(folder.length + 1)] = contents(path)
    }
    return out
  }

  remove(): void {
    this.#pair.remove()
    rmSync(this.#root, { recursive: true, force: true })
  }
}

/** Times of now become a word; archives are compared unpacked. */
function contents(path: string): string {
  const bytes = readFileSync(path)
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzipSync(bytes).toString('latin1')
  // Helm writes the names of an index in random order.
  if (path.endsWith('-charts.txt')) return bytes.toString('utf8').split('\n').sort().join('\n')
  return bytes.toString('utf8').replace(/\b(generated|created)("?: "?)(?!0001|2020)\d{4}-\d\d-\d\dT[^"\n]*/g, '$1$2<now>')
}
