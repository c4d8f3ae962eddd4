import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { startControlPlane } from '../test/cluster/control-plane.ts'
import type { ControlPlane } from '../test/cluster/control-plane.ts'
import { median, table } from './numbers.ts'

/** Share of the objects whose content an upgrade changes. */
const cases = { 'nothing changed': 0, '10% changed': 0.1, 'all changed': 1 } as const

/** One command: wall milliseconds, requests the API server logged for it, peak resident memory in MiB. */
interface Measured { wall: number; calls: number; memory: number }

/**
 * Installs and upgrades of releases of mixed kinds on a local control plane: Helm's process against Pintle's, in turns, each in namespaces of
 * its own. Calls are what the API server's audit log shows for the program's user agent.
 */
export async function upgrades(helm: string, runs: number, sizes: readonly number[] = [10, 100, 1000]) {
  const plane = await startControlPlane({ audit: true })
  if (plane === undefined) throw new Error('the control plane could not be built')
  const home = mkdtempSync(join(tmpdir(), 'pintle-bench-'))
  try {
    const rows = []
    for (const size of sizes) rows.push(...await measureSize(plane, home, helm, size, size < 1000 ? runs : Math.min(runs, 3)))
    console.log('\ninstalls and upgrades on a local API server, medians (ratios: Pintle / Helm; bars: calls 0.5, time 0.33)')
    console.log(table([
      ['objects, case', 'calls', '', 'ratio', 'ms', '', 'ratio', 'MiB', '', 'ratio'],
      ...rows.map((r) => [
        `${r.objects}, ${r.case}`, ...(['calls', 'wall', 'memory'] as const).flatMap((key) => [r.helm[key].toFixed(0), r.pintle[key].toFixed(0), r.ratio[key].toFixed(2)]),
      ]),
    ]))
    return { rows, worst: { calls: Math.max(...rows.map((r) => r.ratio.calls)), wall: Math.max(...rows.map((r) => r.ratio.wall)) } }
  } finally {
    rmSync(home, { recursive: true, force: true })
    await plane.stop()
  }
}

async function measureSize(plane: ControlPlane, home: string, helm: string, size: number, runs: number) {
  const chart = writeChart(home, size)
  const tools = {
    helm: { command: helm, first: [] as string[], agent: /^Helm\// },
    pintle: { command: process.execPath, first: [resolve(import.meta.dirname, '../bin/pintle.js')], agent: /^pintle/ },
  }
  const run = async (tool: keyof typeof tools, namespace: string, args: readonly string[]): Promise<Measured> => {
    const { command, first, agent } = tools[tool]
    const before = plane.requests().length
    const began = performance.now()
    const { stderr } = await promisify(execFile)('/usr/bin/time', ['-f', '%M', command, ...first, ...args], {
      env: { PATH: process.env.PATH, HOME: home, KUBECONFIG: plane.kubeconfig, HELM_NAMESPACE: namespace },
    })
    const wall = performance.now() - began
    return { wall, calls: plane.requests().slice(before).filter((r) => agent.test(r.userAgent)).length, memory: Number(stderr.trim().split('\n').at(-1)) / 1024 }
  }
  const measured: { case: string; helm: Measured[]; pintle: Measured[] }[] = [{ case: 'install', helm: [], pintle: [] }, ...Object.keys(cases).map((name) => ({ case: name, helm: [], pintle: [] }))]
  for (let i = 0; i < runs; i++) {
    for (const tool of ['helm', 'pintle'] as const) {
      const namespace = `${tool}-${size}-${i}`
      await plane.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
      const [installs, ...rest] = measured
      installs![tool].push(await run(tool, namespace, ['install', 'app', chart]))
      for (const each of rest) {
        const changed = Math.ceil(cases[each.case as keyof typeof cases] * size)
        each[tool].push(await run(tool, namespace, ['upgrade', 'app', chart, '--set', `changed=${changed},content=second`]))
        // Back to where every case starts.
        if (changed > 0) await run(tool, namespace, ['rollback', 'app', '1'])
      }
    }
  }
  const middle = (all: readonly Measured[]): Measured => ({ wall: median(all.map((m) => m.wall)), calls: median(all.map((m) => m.calls)), memory: median(all.map((m) => m.memory)) })
  return measured.map((m) => {
    const [theirs, ours] = [middle(m.helm), middle(m.pintle)]
    return { objects: size, case: m.case, helm: theirs, pintle: ours, ratio: { wall: ours.wall / theirs.wall, calls: ours.calls / theirs.calls, memory: ours.memory / theirs.memory } }
  })
}

/** Of twenty objects: 7 ConfigMaps, 4 Secrets, 3 Services, 2 Deployments without pods, 2 ServiceAccounts, a Role and its RoleBinding. */
const kinds: readonly (readonly [at: readonly number[], body: string])[] = [
  [[0, 4, 8, 12, 16, 17, 18], 'apiVersion: v1\nkind: ConfigMap\n{{ $meta }}\ndata: {content: {{ $content | quote }}, text: {{ repeat 40 "line of a file\\n" | quote }}}'],
  [[1, 5, 9, 13], 'apiVersion: v1\nkind: Secret\n{{ $meta }}\nstringData: {password: {{ $content | quote }}}'],
  [[2, 6, 10], 'apiVersion: v1\nkind: Service\n{{ $meta }}\nspec: {selector: {app: {{ $name }}}, ports: [{name: http, port: 80, targetPort: 8080}, {name: metrics, port: 9090}]}'],
  [[3, 7], `apiVersion: apps/v1\nkind: Deployment\n{{ $meta }}\nspec:\n  replicas: 0\n  selector: {matchLabels: {app: {{ $name }}}}\n  template:\n    metadata: {labels: {app: {{ $name }}}}
    spec:\n      containers:\n      - {name: main, image: example.com/app:1, ports: [{containerPort: 8080}], env: [{name: CONTENT, value: {{ $content | quote }}}, {name: B, value: c}], resources: {requests: {cpu: 10m, memory: 16Mi}}}`],
  [[11, 15], 'apiVersion: v1\nkind: ServiceAccount\n{{ $meta }}'],
  [[14], 'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\n{{ $meta }}\nrules: [{apiGroups: [""], resources: [pods], verbs: [get, list]}]'],
  [[19], 'apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\n{{ $meta }}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: o14}\nsubjects: [{kind: ServiceAccount, name: o11}]'],
]

/** A chart of so many objects of mixed kinds; `changed` of them hold `content`. */
export function writeChart(home: string, size: number): string {
  const path = join(home, `chart-${size}`)
  mkdirSync(join(path, 'templates'), { recursive: true })
  writeFileSync(join(path, 'Chart.yaml'), 'apiVersion: v2\nname: bench\nversion: 1.0.0\n')
  writeFileSync(join(path, 'values.yaml'), 'changed: 0\ncontent: first\n')
  for (const [at, body] of kinds) {
    const kind = /kind: (\w+)/.exec(body)![1]!.toLowerCase()
    writeFileSync(join(path, 'templates', `${kind}.yaml`), [
      `{{- range $i := until ${size} }}{{- if has (mod $i 20) (list ${at.map((n) => `(int64 ${n})`).join(' ')}) }}`,
      '{{- $name := printf "o%d" $i }}{{- $content := ternary $.Values.content "first" (lt $i (int $.Values.changed)) }}',
      '{{- $meta := printf "metadata: {name: %s, labels: {app: %s, content: %s}}" $name $name $content }}',
      '---', body, '{{- end }}{{- end }}', '',
    ].join('\n'))
  }
  return path
}
