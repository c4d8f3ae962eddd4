import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { commands } from '../../src/faces/cli/commands.ts'
import { InProcessHelm } from '../../src/faces/cli/in-process-helm.ts'
import { Output } from '../../src/faces/cli/output.ts'
import { runHelmfile } from '../../src/faces/cli/helmfile/dispatch.ts'
import { writeProject, type HelmfileCase } from './helmfile-cases.ts'

/** What came of one command line. */
export interface HelmfileOutcome {
  readonly code: number
  readonly out: string
  readonly err: string
  /** Files that it wrote. */
  readonly files?: Readonly<Record<string, string>>
}

/** Runs one command line in a folder. */
export type HelmfileProgram = (words: readonly string[], options: { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly stdin: string }) => Promise<Pick<HelmfileOutcome, 'code' | 'out' | 'err'>>

/** Runs every command line of a case, each in a project of its own. */
export async function runProject(one: HelmfileCase, program: HelmfileProgram): Promise<Record<string, HelmfileOutcome>> {
  const outcomes: Record<string, HelmfileOutcome> = {}
  for (const line of one.runs) {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pintle-helmfile-')))
    try {
      writeProject(folder, one)
      const before = new Set(filesBelow(folder))
      const { code, out, err } = await program(line.split(' '), { cwd: folder, env: { PATH: process.env.PATH ?? '', HOME: join(folder, 'home'), ...one.env }, stdin: one.stdin ?? '' })
      const written = filesBelow(folder).filter((path) => !before.has(path) && !path.startsWith('home/'))
      outcomes[line] = {
        code, out: masked(out, folder), err: masked(err, folder), ...(written.length === 0 ? {} : { files: Object.fromEntries(written.map((path) => [path, readFileSync(join(folder, path), 'utf8')])) }),
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  return outcomes
}

/** Names of temporary folders aside. */
const masked = (text: string, folder: string): string => text.replaceAll(folder, '<folder>')

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort()
}

/** Pintle, in this process. */
export const pintleHelmfile: HelmfileProgram = async (words, { cwd, env, stdin }) => {
  let out = ''
  let err = ''
  const output = new Output({ plain: true, stdout: (text) => { out += text }, stderr: (text) => { err += text } })
  const code = await runHelmfile(words, 'helmfile', {
    cwd, env, out: output, readStdin: () => Promise.resolve(stdin), helm: () => Promise.resolve(new InProcessHelm(commands)),
  })
  return { code, out, err }
}

/** The real helmfile, with the real Helm on its path. */
export const realHelmfile = (path: string, helmFolder: string): HelmfileProgram => (words, { cwd, env, stdin }) => {
  const result = spawnSync(path, words, { cwd, env: { ...env, PATH: `${helmFolder}:${env.PATH}` }, input: stdin, encoding: 'utf8', maxBuffer: 64 << 20 })
  return Promise.resolve({ code: result.status ?? -1, out: result.stdout, err: result.stderr })
}
