/**
 * Runs command lines in one process, one after the other: its standard input has one a line as JSON (`Line`), and each ends with `endOfRun` and its exit code on both outputs. With arguments it is that one
 * command line.
 */
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { main } from '../../src/faces/cli/main.ts'

export interface Line { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> }
export const endOfRun = '\u0000end of run '

async function serve(): Promise<void> {
  const own = { ...process.env }
  for await (const text of createInterface({ input: process.stdin })) {
    const { args, env } = JSON.parse(text) as Line
    for (const name of Object.keys(process.env)) if (!Object.hasOwn(own, name)) delete process.env[name]
    Object.assign(process.env, own, env)
    const code = await main(args).catch((error: unknown) => {
      writeSync(2, String((error as Error).stack))
      return 70
    })
    for (const descriptor of [1, 2]) writeSync(descriptor, `${endOfRun}${code}\n`)
  }
}

if (process.argv[1] === import.meta.filename) {
  if (process.argv.length > 2) process.exitCode = await main(process.argv.slice(2))
  else await serve()
}
