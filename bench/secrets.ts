import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { ensureTool } from '../scripts/tools/ensure-tool.ts'
import { median, table } from './numbers.ts'

interface Run { readonly ms: number; readonly mib: number; readonly out: string }

/**
 * A values file of 500 KB that SOPS encrypted: decrypted by `pintle secrets decrypt` beside the real sops, encrypted by both, and rendered, as twenty small files are, by `pintle template -f` beside `helm secrets template -f`, whose
 * scripts are those of the checkout that PINTLE_HELM_SECRETS names (without it that row is left out, and said so). Wall time and peak memory of the largest process; memory needs GNU time.
 */
export async function secrets(helm: string, runs: number) {
  const sops = await ensureTool('sops')
  if (sops === undefined) return undefined
  const pintle = resolve(import.meta.dirname, '../bin/pintle.js')
  const root = mkdtempSync(join(tmpdir(), 'pintle-bench-'))
  const identity = await generateX25519Identity()
  const recipient = await identityToRecipient(identity)
  const env = { PATH: process.env.PATH, HOME: root, SOPS_AGE_KEY: identity }
  const run = (command: string, args: readonly string[], more: Record<string, string> = {}): Run => {
    const began = performance.now()
    const { status, stdout, stderr, error } = spawnSync('/usr/bin/time', ['-f', '%M', command, ...args], { encoding: 'utf8', cwd: root, env: { ...env, ...more }, maxBuffer: 1 << 28 })
    const ms = performance.now() - began
    if (error || status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr}`)
    return { ms, mib: Number(stderr.trim().split('\n').at(-1)) / 1024, out: stdout }
  }
  try {
    writeFileSync(join(root, 'plain.yaml'), plainValues(2700))
    const encrypted = run(sops, ['encrypt', '--age', recipient, 'plain.yaml']).out
    writeFileSync(join(root, 'secrets.yaml'), encrypted)
    mkdirSync(join(root, 'chart/templates'), { recursive: true })
    writeFileSync(join(root, 'chart/Chart.yaml'), 'apiVersion: v2\nname: chart\nversion: 1.0.0\n')
    writeFileSync(join(root, 'chart/templates/secret.yaml'), 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n{{- range $g, $m := .Values }}\n{{- if kindIs "map" $m }}\n{{- range $k, $v := $m }}\n  {{ $g }}-{{ $k }}: {{ $v | quote }}\n{{- end }}\n{{- end }}\n{{- end }}\n')
    const scripts = process.env.PINTLE_HELM_SECRETS
    const template = ['template', 'r', 'chart', '-f', 'secrets.yaml']
    const cases: { name: string; theirs: () => Run; ours: () => Run }[] = [
      { name: 'decrypt', theirs: () => run(sops, ['decrypt', 'secrets.yaml']), ours: () => run(process.execPath, [pintle, 'secrets', 'decrypt', 'secrets.yaml']) },
      { name: 'encrypt', theirs: () => run(sops, ['encrypt', '--age', recipient, 'plain.yaml']), ours: () => run(process.execPath, [pintle, 'secrets', 'encrypt', '--age', recipient, 'plain.yaml']) },
    ]
    if (scripts === undefined) console.log('\nhelm-secrets is left out: PINTLE_HELM_SECRETS names no checkout of it')
    else {
      const plugin = resolve(scripts)
      const many = ['template', 'r', 'chart', ...Array.from({ length: 20 }, (_, i) => ['-f', `small${i}.yaml`]).flat()]
      writeFileSync(join(root, 'small.yaml'), plainValues(50))
      for (let i = 0; i < 20; i++) writeFileSync(join(root, `small${i}.yaml`), run(sops, ['encrypt', '--age', recipient, '--filename-override', 'x.yaml', '--input-type', 'yaml', 'small.yaml']).out)
      const wrapped = (args: readonly string[]): Run => run('sh', [join(plugin, 'scripts/run.sh'), ...args], { HELM_PLUGIN_DIR: plugin, HELM_BIN: helm, HELM_SECRETS_SOPS_PATH: sops, HELM_SECRETS_QUIET: 'true' })
      for (const [name, args] of [['template', template], ['template, 20 small files', many]] as const) cases.push({ name, theirs: () => wrapped(args), ours: () => run(process.execPath, [pintle, ...args]) })
    }
    const rows = cases.map(({ name, theirs, ours }) => {
      if (name !== 'encrypt' && theirs().out !== ours().out) throw new Error(`${name}: the outputs differ`)
      const [a, b]: [Run[], Run[]] = [[], []]
      for (let i = 0; i < runs; i++) {
        a.push(theirs())
        b.push(ours())
      }
      const of = (list: readonly Run[], key: 'ms' | 'mib'): number => median(list.map((r) => r[key]))
      return { name, theirMs: of(a, 'ms'), ourMs: of(b, 'ms'), ratio: of(b, 'ms') / of(a, 'ms'), theirMiB: of(a, 'mib'), ourMiB: of(b, 'mib') }
    })
    console.log(`\na values file of ${(encrypted.length / 1000).toFixed(0)} KB that SOPS encrypted, beside sops and helm-secrets: ms, peak MiB (ratio: Pintle / theirs)`)
    console.log(table([['', 'theirs', 'Pintle', 'ratio', 'MiB', 'MiB'], ...rows.map((r) => [r.name, r.theirMs.toFixed(0), r.ourMs.toFixed(0), r.ratio.toFixed(2), r.theirMiB.toFixed(0), r.ourMiB.toFixed(0)])]))
    return { bytes: encrypted.length, rows }
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

/** Values in groups, with comments, of several types. */
function plainValues(count: number): string {
  let out = '# generated\n'
  for (let i = 0; i < count; i++) {
    if (i % 50 === 0) out += `group${i / 50}:\n`
    if (i % 10 === 0) out += `  # number ${i}\n`
    out += `  key${i}: ${i % 5 === 0 ? i : i % 7 === 0 ? i % 2 === 0 : `value-${'x'.repeat(40)}-${i}`}\n`
  }
  return out
}
