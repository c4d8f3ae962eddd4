import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { ensureTool } from '../scripts/tools/index.ts'
import { startControlPlane, type ControlPlane } from '../test/cluster/control-plane.ts'
import { environments, writeProject } from './helmfile-project.ts'
import { median, table } from './numbers.ts'

/** One run: seconds by the clock and of the processors, MiB of the largest process, requests the API server logged. */
interface Measured { wall: number; cpu: number; memory: number; calls: number }

/**
 * `diff` without changes and `apply` with one changed release, over 30 and 300 releases in each of three environments: helmfile with Helm and helm-diff (PINTLE_HELM_DIFF names its program)
 * against `pintle helmfile`, on one API server, releases installed before by Pintle. What is said of a verb is its median over the environments; the real program works on the first
 * environment alone, eight releases at a time, where there are more than 100 releases.
 */
export async function helmfileCluster(helm: string, sizes: readonly number[] = [30, 300]) {
  const helmDiff = process.env.PINTLE_HELM_DIFF
  const helmfile = await ensureTool('helmfile')
  if (helmDiff === undefined || helmfile === undefined) {
    console.log("\nhelmfile on a cluster: not measured; PINTLE_HELM_DIFF must name helm-diff's program (bin/diff of the installed plugin), and helmfile must be built")
    return undefined
  }
  const plane = await startControlPlane({ apiOnly: true, audit: true })
  if (plane === undefined) throw new Error('the control plane could not be built')
  const home = mkdtempSync(join(tmpdir(), 'pintle-bench-helmfile-'))
  try {
    const plugin = join(home, 'plugins/helm-diff')
    mkdirSync(join(plugin, 'bin'), { recursive: true })
    symlinkSync(helmDiff, join(plugin, 'bin/diff'))
    writeFileSync(join(plugin, 'plugin.yaml'), readFileSync(join(dirname(dirname(helmDiff)), 'plugin.yaml')))
    const tools = { real: [helmfile], pintle: [process.execPath, resolve(import.meta.dirname, '../bin/pintle.js'), 'helmfile'] }
    const rows = []
    for (const size of sizes) {
      writeProject(home, size)
      const run = (tool: keyof typeof tools, environment: string, ...args: string[]): Promise<Measured> => measure(plane, home, helm, [...tools[tool], '-e', environment, ...args])
      for (const environment of environments) await run('pintle', environment, 'sync')
      const measured = async (tool: keyof typeof tools, args: readonly string[]): Promise<Measured> => {
        const of = tool === 'real' && size > 100 ? environments.slice(0, 1) : environments
        const all: Measured[] = []
        for (const environment of of) all.push(await run(tool, environment, ...args))
        const middle = (pick: (one: Measured) => number): number => median(all.map(pick))
        return { wall: middle((one) => one.wall), cpu: middle((one) => one.cpu), memory: middle((one) => one.memory), calls: middle((one) => one.calls) }
      }
      let turn = 0
      for (const [name, args] of [['diff, nothing changed', ['diff', '--detailed-exitcode']], ['apply, one changed', ['apply']]] as const) {
        const of = async (tool: keyof typeof tools): Promise<Measured> => {
          if (name !== 'diff, nothing changed') writeFileSync(join(home, 'one.txt'), `turn-${++turn}`)
          // As many programs as there are releases bring the API server down.
          return await measured(tool, tool === 'real' && size > 100 ? [...args, '--concurrency', '8'] : args)
        }
        rows.push({ size, name, real: await of('real'), pintle: await of('pintle') })
      }
    }
    console.log('\nhelmfile on a cluster: releases of one environment, medians of three (ratios: helmfile / Pintle; bar for wall: 10)')
    console.log(table([
      ['releases, case', 's', '', 'ratio', 'CPU s', '', 'ratio', 'MiB', '', 'calls', ''],
      ...rows.map(({ size, name, real, pintle }) => [
        `${size}, ${name}`, real.wall.toFixed(2), pintle.wall.toFixed(2), (real.wall / pintle.wall).toFixed(0), real.cpu.toFixed(2), pintle.cpu.toFixed(2), (real.cpu / pintle.cpu).toFixed(0), real.memory.toFixed(0), pintle.memory.toFixed(0),
        String(real.calls), String(pintle.calls),
      ]),
    ]))
    return { rows }
  } finally {
    rmSync(home, { recursive: true, force: true })
    await plane.stop()
  }
}

/** Runs a command under GNU time, in the project's folder. */
async function measure(plane: ControlPlane, home: string, helm: string, command: readonly string[]): Promise<Measured> {
  const before = plane.requests().length
  const stderr = await new Promise<string>((done, fail) => {
    execFile('/usr/bin/time', ['-f', '\n%e %U %S %M', ...command], {
      cwd: home, maxBuffer: 1 << 28,
      env: { PATH: `${dirname(helm)}:/usr/bin:/bin`, HOME: home, KUBECONFIG: plane.kubeconfig, HELM_PLUGINS: join(home, 'plugins'), HELMFILE_UPGRADE_NOTICE_DISABLED: '1' },
    }, (error, _, err) => (error !== null && error.code !== 2 ? fail(new Error(err.slice(-2000))) : done(err)))
  })
  const [wall, user, system, memory] = stderr.trim().split('\n').at(-1)!.split(' ').map(Number) as [number, number, number, number]
  return { wall, cpu: user + system, memory: memory / 1024, calls: plane.requests().length - before }
}
