/**
 * `node test/conformance/kustomize-corpus.ts [--show N] DIR...`: builds every kustomization below the folders with the real kustomize and with Pintle, in the same run, and
 * compares what they print, how they end and what they say. Those that name something on the network are left out, and counted.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { build } from '../../src/delivery/kustomize/index.ts'
import { ensureTool } from '../../scripts/tools/index.ts'

export interface Built { readonly output: string; readonly errors: string; readonly failed: boolean }

/** What the real program makes of a folder. */
export function buildWithKustomize(program: string, folder: string, flags: readonly string[] = []): Promise<Built> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['build', ...flags, folder], { stdio: ['ignore', 'pipe', 'pipe'] })
    const output: Buffer[] = []
    let errors = ''
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => { errors += chunk.toString() })
    child.on('error', reject)
    child.on('close', (code) => resolve({ output: Buffer.concat(output).toString(), errors, failed: code !== 0 }))
  })
}

/** What Pintle makes of it, in the form of the program. */
export async function buildWithPintle(folder: string, options: Parameters<typeof build>[1] = {}): Promise<Built> {
  let errors = ''
  const warn = (line: string): void => { errors += `${line}\n` }
  try {
    return { output: (await build(folder, { warn, ...options })).map((resource) => resource.yaml).join('---\n'), errors, failed: false }
  } catch (error) {
    return { output: '', errors: `${errors}Error: ${(error as Error).message}\n`, failed: true }
  }
}

/** Go's log puts the time before its lines, and variables nobody uses come in any order. */
export const withoutTimes = (text: string): string => text.replace(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /gm, '')
  .replace(/(never replaced: )(.*)/g, (_, words: string, names: string) => words + names.split(',').sort().join(','))

async function kustomizations(folder: string, out: string[] = []): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  if (entries.some((entry) => /^(kustomization\.ya?ml|Kustomization)$/.test(entry.name) && entry.isFile())) out.push(folder)
  for (const entry of entries) if (entry.isDirectory() && entry.name !== '.git' && entry.name !== 'node_modules') await kustomizations(join(folder, entry.name), out)
  return out
}

async function main(): Promise<void> {
  const args = process.argv.slice(2)
  const show = args[0] === '--show' ? Number(args.splice(0, 2)[1]) : 5
  const program = await ensureTool('kustomize')
  if (program === undefined) return
  const kept = await mkdtemp(join(tmpdir(), 'kustomize-corpus-'))
  const counts = { same: 0, 'same failure': 0, 'other words': 0, different: 0, remote: 0 }
  for (const root of args) {
    for (const folder of (await kustomizations(root)).sort()) {
      const own = await buildWithPintle(folder)
      if (/is not fetched here/.test(own.errors)) {
        counts.remote++
        continue
      }
      const real = await buildWithKustomize(program, folder)
      const sameOutput = own.output === real.output && own.failed === real.failed
      const sameWords = own.errors === withoutTimes(real.errors)
      const verdict = !sameOutput ? 'different' : !sameWords ? 'other words' : real.failed ? 'same failure' : 'same'
      counts[verdict]++
      if (verdict !== 'different' && verdict !== 'other words') continue
      process.stdout.write(`${verdict}: ${relative(process.cwd(), folder)}\n`)
      if (counts.different + counts['other words'] > show) continue
      const at = counts.different + counts['other words']
      await writeFile(join(kept, `${at}.real`), real.output + real.errors)
      await writeFile(join(kept, `${at}.own`), own.output + own.errors)
      const lines = [await readFile(join(kept, `${at}.real`), 'utf8'), await readFile(join(kept, `${at}.own`), 'utf8')].map((text) => text.split('\n'))
      const first = lines[0]!.findIndex((line, i) => line !== lines[1]![i])
      process.stdout.write(`  line ${first + 1} real: ${lines[0]![first]}\n  line ${first + 1} own:  ${lines[1]![first]}\n`)
    }
  }
  await rm(kept, { recursive: true })
  process.stdout.write(`${JSON.stringify(counts)}\n`)
  if (counts.different > 0) process.exitCode = 1
}

if (import.meta.main) await main()
