import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sharedFiles, writeCase, type DiffCase } from './diff-cases.ts'
import { runCli, type CliResult } from './run-cli.ts'

/** What a run is compared by: times and temporary names aside. */
export interface DiffOutcome { readonly code: number; readonly out: string; readonly err: string }

/** A program that knows helm-diff's commands, and what stands before them on its command line. */
export interface DiffProgram { readonly path: readonly string[]; readonly args: readonly string[]; readonly env?: Readonly<Record<string, string>> }

/** Runs `diff local` of a case by one program. */
export async function runCase(one: DiffCase, program: DiffProgram): Promise<DiffOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'pintle-diff-'))
  try {
    writeCase(folder, one)
    for (const [name, text] of Object.entries(sharedFiles)) writeFileSync(join(folder, name), text)
    const result = await runCli([...program.args, 'local', 'before', 'after', ...(one.args ?? [])], {
      cwd: folder, program: program.path, env: { HELM_NAMESPACE: 'default', TZ: 'UTC', ...program.env, ...one.env }, ...(one.stdin !== undefined && { stdin: one.stdin }),
    })
    return masked(result, folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** cobra prints the usage after an error of flags, which is not Pintle's. */
export function masked({ code, out, err }: CliResult, folder: string): DiffOutcome {
  return {
    code, out: out.replaceAll(folder, '<folder>'),
    err: err.replaceAll(folder, '<folder>').replace(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /gm, '<time> ').replace(/\nUsage:\n[\s\S]*$/, '\n').replace(/^level=.*\n/gm, '').trimEnd(),
  }
}
