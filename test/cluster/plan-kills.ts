import { expect } from 'vitest'
import { folder, runCli, startCli } from '../cli/run-cli.ts'
import { chartFiles } from './plan-world.ts'

/** Random numbers that a seed repeats. */
function random(seed: number): () => number {
  let state = seed >>> 0
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
}

/**
 * `pintle apply` of a plan of two releases, killed (SIGKILL) at random moments and run again: it goes on where it was, and in the end everything is as planned.
 * @returns how many runs were killed, and how they stood when they were
 */
export async function killedApplies({ env, rounds, seed, namespace }: { env: Record<string, string>; rounds: number; seed: number; namespace: string }): Promise<{ killed: number; stood: Record<string, number> }> {
  const many = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`web/templates/c${i}.yaml`, `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "{{ .Release.Name }}-c${i}" }\ndata: { color: "{{ .Values.color }}" }\n`]))
  const dir = folder({
    ...Object.fromEntries(Object.entries(chartFiles()).map(([name, text]) => [`web/${name}`, text])), ...many,
    'pintle.yaml': `apiVersion: pintle.dev/v1\nservices:\n  front: { chart: ./web, namespace: ${namespace}, needs: [back] }\n  back: { chart: ./web, namespace: ${namespace} }\n`,
  })
  const next = random(seed)
  const options = { cwd: dir.path, env: { ...env, XDG_CONFIG_HOME: `${dir.path}/config` } }
  const pintle = (...args: string[]) => runCli(args, options)
  const applyArgs = ['apply', 'p.pintle', '--yes', '--stable-for', '0s']
  const plan = async (color: string): Promise<void> => {
    const { code, err } = await pintle('plan', '-o', 'p.pintle', '--create-namespace', '--set', `color=${color}`, '--detailed-exitcode')
    expect({ code, err: code === 2 ? '' : err }).toEqual({ code: 2, err: '' })
  }
  const stood: Record<string, number> = {}
  let killed = 0
  try {
    await plan('first')
    const began = performance.now()
    const first = await pintle(...applyArgs)
    expect({ code: first.code, err: first.code === 0 ? '' : first.err }).toEqual({ code: 0, err: '' })
    const whole = (performance.now() - began) / 2
    for (let round = 0; round < rounds; round++) {
      const color = `round-${round}`
      await plan(color)
      const run = startCli([...applyArgs, '--progress', 'plain'], options)
      // Every other time from when objects are about to be written: starting up takes most of the time.
      const midst = round % 2 === 1
      const at = next() * (midst ? whole / 2 : whole)
      if (midst) await run.said(/hook pre-upgrade .* started/).catch(() => {})
      const timer = setTimeout(() => run.kill('SIGKILL'), at)
      const { signal } = await run.ended
      clearTimeout(timer)
      if (signal !== null) killed++
      const rows = await Promise.all(['back', 'front'].map(async (name) => (JSON.parse((await pintle('history', name, '-n', namespace, '-o', 'json')).out) as { status: string; revision: number }[]).at(-1)!.status))
      stood[rows.join(' ')] = (stood[rows.join(' ')] ?? 0) + 1
      const again = await pintle(...applyArgs)
      expect({ round, at, code: again.code, err: again.code === 0 ? '' : again.err }).toEqual({ round, at, code: 0, err: '' })
      expect((await pintle(...applyArgs)).out.split('\n').filter((line) => /^(back|front): applied already, revision \d+$/.test(line))).toHaveLength(2)
      // The cluster has just what was planned: the same once more would change nothing.
      const same = await pintle('plan', '--set', `color=${color}`, '--detailed-exitcode')
      expect({ round, code: same.code, out: same.code === 0 ? '' : same.out }).toEqual({ round, code: 0, out: '' })
      expect(same.out).toMatch(/Unchanged: .*back.*front/)
    }
  } finally {
    dir.remove()
  }
  return { killed, stood }
}
