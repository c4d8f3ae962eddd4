/**
 * `npm run test:fuzz -- --cases N [--seed S]`: random charts (templates, helpers, values) rendered by Helm's engine and by Pintle's, in
 * process on both sides, compared byte for byte, errors included. Prints every case that differs, shrunk to the template lines that matter.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { ensureTool } from '../../scripts/tools/ensure-tool.ts'
import { generateCase, type FuzzCase } from './generate.ts'
import { renderCase } from './render-case.ts'
import { sameError } from './same-error.ts'

const { values: options } = parseArgs({ options: { cases: { type: 'string', default: '10000' }, seed: { type: 'string' }, show: { type: 'string', default: '10' } } })
const helm = await ensureTool('helm-render')
if (helm === undefined) {
  console.error('SKIPPED: the fuzzer needs the real Helm, which needs Go to build')
  process.exit(process.env.CI === 'true' ? 1 : 0)
}
const seed = Number(options.seed ?? Date.now() % 1_000_000_007)
const total = Number(options.cases)
let different = 0
let errors = 0
let crashed = 0
for (let done = 0; done < total; done += 500) {
  const batch = Array.from({ length: Math.min(500, total - done) }, (_, i) => generateCase(seed * 1_000_003 + done + i))
  const real = await renderReal(helm, batch)
  for (const [i, c] of batch.entries()) {
    const ours = renderCase(c)
    const theirs = real[i]
    if (theirs === undefined) {
      crashed++
      continue
    }
    if (theirs.error !== undefined) errors++
    if (same(ours, theirs) || (await sameAgain(helm, c))) continue
    different++
    if (different > Number(options.show)) continue
    const small = await shrink(helm, c)
    console.log(`\n=== seed ${seed}, case ${done + i}\n--- values\n${small.values}`)
    for (const [name, text] of Object.entries(small.files)) if (name !== 'Chart.yaml') console.log(`--- ${name}\n${text}`)
    console.log(`--- helm\n${show((await renderReal(helm, [small]))[0] ?? {})}\n--- pintle\n${show(renderCase(small))}`)
  }
}
console.log(`\nfuzz: seed ${seed}: ${total} cases, ${errors} of them errors in Helm, ${crashed} where Helm crashes, ${different} different`)
process.exit(different === 0 ? 0 : 1)

type Result = { output?: string; error?: string }

function same(a: Result, b: Result): boolean {
  return (a.output ?? '') === (b.output ?? '') && sameError(a.error ?? '', b.error ?? '')
}

/**
 * Go walks maps in random order, so of several faults Helm tells any first, and under `propertyNames` it may name the place of a neighbour
 * that it visited later. It is asked again, often enough for an order that comes once in ten times to be missed once in a billion.
 */
async function sameAgain(program: string, c: FuzzCase): Promise<boolean> {
  const ours = renderCase(c)
  for (const theirs of await renderReal(program, Array.from({ length: 200 }, () => c))) {
    if (theirs !== undefined && same(ours, theirs)) return true
  }
  return false
}

function show(r: Result): string {
  return r.error === undefined ? (r.output ?? '') : `ERROR ${r.error}`
}

/** Helm's answers; undefined for a case that takes the whole process down, as values that contain themselves do in Go. */
async function renderReal(program: string, batch: readonly FuzzCase[]): Promise<(Result | undefined)[]> {
  const out: (Result | undefined)[] = []
  while (out.length < batch.length) {
    // Go's warnings about values go to stderr and say nothing here.
    const child = spawn(program, ['cases'], { stdio: ['pipe', 'pipe', 'ignore'] })
    const chunks: Buffer[] = []
    child.stdout.on('data', (d: Buffer) => chunks.push(d))
    child.stdin.on('error', () => {})
    child.stdin.end(batch.slice(out.length).map((c) => JSON.stringify(c)).join('\n'))
    await once(child, 'close')
    const lines = Buffer.concat(chunks).toString().split('\n').filter(Boolean)
    out.push(...lines.map((l) => JSON.parse(l) as Result))
    if (out.length < batch.length) out.push(undefined)
  }
  return out
}

/** Drops files, then lines, while the two still differ. */
async function shrink(program: string, c: FuzzCase): Promise<FuzzCase> {
  const differs = async (x: FuzzCase) => {
    const [theirs] = await renderReal(program, [x])
    return theirs !== undefined && !same(renderCase(x), theirs) && !(await sameAgain(program, x))
  }
  let best = c
  for (let changed = true, rounds = 0; changed && rounds < 6; rounds++) {
    changed = false
    for (const name of Object.keys(best.files)) {
      if (name === 'Chart.yaml') continue
      const { [name]: _, ...files } = best.files
      if (await differs({ ...best, files })) {
        best = { ...best, files }
        changed = true
        continue
      }
      const lines = best.files[name]!.split('\n')
      for (let i = 0; i < lines.length && lines.length > 1; i++) {
        const fewer = { ...best, files: { ...best.files, [name]: lines.toSpliced(i, 1).join('\n') } }
        if (await differs(fewer)) {
          best = fewer
          lines.splice(i, 1)
          i--
          changed = true
        }
      }
    }
  }
  return best
}
