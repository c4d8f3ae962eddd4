/**
 * `node test/conformance/live-noise.ts CHART...`: installs and upgrades each chart by the real Helm on a real API server, and asks `pintle diff upgrade --live`
 * what the same chart would change: without noise filters, and with `--ignore lookup`. Nothing has changed, so that all the first tells is noise, and the second
 * must tell nothing. (The first upgrade may change something: what an install makes by chance, an upgrade looks up.) A chart that cannot be installed and
 * upgraded is named and left out. Exits with 1 when noise is left.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { ensureTool } from '../../scripts/tools/index.ts'
import { pintle, runCli } from '../cli/run-cli.ts'
import { startControlPlane } from '../cluster/control-plane.ts'

interface Answer { objects: { kind: string; name: string; action: string; fields: { path: string }[] }[] }

const helm = await ensureTool('helm')
const plane = await startControlPlane({ apiOnly: true })
if (helm === undefined || plane === undefined) throw new Error('there is no control plane to ask')
const home = mkdtempSync(join(tmpdir(), 'pintle-live-noise-'))
const env = { KUBECONFIG: plane.kubeconfig, HOME: home, TZ: 'UTC' }
let left = 0
for (const chart of process.argv.slice(2)) {
  const name = basename(chart).slice(0, 40)
  const byHelm = (verb: string) => runCli([verb, name, resolve(chart), '-n', name, '--no-hooks', ...(verb === 'install' ? ['--create-namespace'] : [])], { cwd: home, program: [helm], env })
  const installed = await byHelm('install')
  const made = installed.code === 0 ? await byHelm('upgrade') : installed
  if (made.code !== 0) {
    process.stdout.write(`${name}: not ${made === installed ? 'installed' : 'upgraded'}: ${made.err.trim().replaceAll('\n', ' ').slice(0, 200)}\n`)
    continue
  }
  const shown = async (...more: string[]): Promise<string[]> => {
    const { code, out, err } = await runCli(['diff', 'upgrade', name, resolve(chart), '-n', name, '--live', '--no-hooks', '--output', 'json', ...more], { cwd: home, program: [process.execPath, pintle], env })
    if (code !== 0) return [`failed: ${err.trim()}`]
    return (JSON.parse(out) as Answer).objects.map((o) => `${o.action} ${o.kind}/${o.name} ${o.fields.map((f) => f.path).join(', ')}`.trim())
  }
  const [all, calm] = [await shown(), await shown('--ignore', 'lookup')]
  if (calm.length > 0) left++
  process.stdout.write(`${name}: ${all.length} noisy, ${calm.length} left${[...all.map((text) => `\n  - ${text}`), ...calm.map((text) => `\n  ! ${text}`)].join('').slice(0, 1500)}\n`)
}
await plane.stop()
rmSync(home, { recursive: true, force: true })
process.exitCode = left > 0 ? 1 : 0
