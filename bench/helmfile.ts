import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { ensureTool } from '../scripts/tools/index.ts'
import { environments, writeProject } from './helmfile-project.ts'
import { median, table } from './numbers.ts'

/** One run: seconds by the clock and of the processors, MiB of the largest process, and what was printed. */
interface Measured { wall: number; cpu: number; memory: number; out: string }

/**
 * `helmfile template` of 30 and 300 releases in each of three environments, helmfile with Helm against `pintle helmfile`, medians of the environments. What both print must be the same.
 */
export async function helmfileTemplate(helm: string, sizes: readonly number[] = [30, 300]) {
  const helmfile = await ensureTool('helmfile')
  if (helmfile === undefined) {
    console.log('\nhelmfile template: not measured; helmfile must be built')
    return undefined
  }
  const home = mkdtempSync(join(tmpdir(), 'pintle-bench-helmfile-'))
  try {
    const tools = { real: [helmfile], pintle: [process.execPath, resolve(import.meta.dirname, '../bin/pintle.js'), 'helmfile'] }
    const rows = []
    for (const size of sizes) {
      writeProject(home, size)
      const all: Record<keyof typeof tools, Measured[]> = { real: [], pintle: [] }
      for (const environment of environments) {
        for (const tool of ['real', 'pintle'] as const) all[tool].push(await measure(home, helm, [...tools[tool], '-e', environment, 'template']))
        if (all.real.at(-1)!.out !== all.pintle.at(-1)!.out) throw new Error(`helmfile and Pintle print something else for ${size} releases of ${environment}`)
      }
      const of = (tool: keyof typeof tools) => {
        const middle = (pick: (one: Measured) => number): number => median(all[tool].map(pick))
        return { wall: middle((one) => one.wall), cpu: middle((one) => one.cpu), memory: middle((one) => one.memory) }
      }
      rows.push({ size, real: of('real'), pintle: of('pintle') })
    }
    console.log('\nhelmfile template: releases of one environment, medians of three (ratios: helmfile / Pintle; bar for wall: 10)')
    console.log(table([
      ['releases', 's', '', 'ratio', 'CPU s', '', 'ratio', 'MiB', ''],
      ...rows.map(({ size, real, pintle }) => [
        String(size), real.wall.toFixed(2), pintle.wall.toFixed(2), (real.wall / pintle.wall).toFixed(1), real.cpu.toFixed(2), pintle.cpu.toFixed(2), (real.cpu / pintle.cpu).toFixed(1), real.memory.toFixed(0), pintle.memory.toFixed(0),
      ]),
    ]))
    return { rows }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

/** Runs a command under GNU time, in the project's folder. */
async function measure(home: string, helm: string, command: readonly string[]): Promise<Measured> {
  const { out, err } = await new Promise<{ out: string; err: string }>((done, fail) => {
    execFile('/usr/bin/time', ['-f', '\n%e %U %S %M', ...command], {
      cwd: home, maxBuffer: 1 << 28, env: { PATH: `${dirname(helm)}:/usr/bin:/bin`, HOME: home, HELMFILE_UPGRADE_NOTICE_DISABLED: '1' },
    }, (error, stdout, stderr) => (error === null ? done({ out: stdout, err: stderr }) : fail(new Error(stderr.slice(-2000)))))
  })
  const [wall, user, system, memory] = err.trim().split('\n').at(-1)!.split(' ').map(Number) as [number, number, number, number]
  return { wall, cpu: user + system, memory: memory / 1024, out }
}
