/**
 * The Job that runs a rollout inside a cluster: made by the command line, its pod played here with the Job's own command line, in a file system of its own that has the service account's real token
 * where every pod has it. RBAC of the real API server judges whether its Role suffices, and its audit log whether more is granted than is asked for.
 */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KubeObject } from '../../src/cluster/kube/index.ts'
import { readJournal, type Journal } from '../../src/delivery/rollout/index.ts'
import { pintle as program, runCli, startCli, type CliResult } from '../cli/run-cli.ts'
import { startControlPlane, type ControlPlane } from './control-plane.ts'

const image = `ghcr.io/acme/pintle@sha256:${'ab'.repeat(32)}`
const namespace = 'prod'
const files = {
  'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'web/values.yaml': 'image: example.com/web:1\nreplicas: 4\n',
  'web/templates/all.yaml': [
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web-config }\ndata: { greeting: {{ .Values.image | quote }} }',
    'apiVersion: v1\nkind: Secret\nmetadata: { name: web-secret }\nstringData: { key: planted-s3cr3t }',
    'apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { selector: { app: web }, ports: [{ port: 80 }] }',
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec:\n  replicas: {{ .Values.replicas }}\n  selector: { matchLabels: { app: web } }\n  template:\n    metadata: { labels: { app: web } }\n    spec:\n      containers:\n        - { name: app, image: {{ .Values.image | quote }}, envFrom: [{ configMapRef: { name: web-config } }, { secretRef: { name: web-secret } }] }',
  ].join('\n---\n'),
  'pintle.yaml': 'apiVersion: pintle.dev/v1\nservices:\n  web:\n    chart: ./web\n    namespace: prod\n    strategy: canary\n    canary: { steps: [25, { pause: look }, 50, 100], lostAfter: 10m }\n',
}

let plane: ControlPlane | undefined
let home = ''
let unshared = false
beforeAll(async () => {
  plane = await startControlPlane({ audit: true })
  if (plane === undefined) return
  // A pod has its own files: a mount namespace stands in for them.
  unshared = spawnSync('unshare', ['-m', 'true']).status === 0
  home = mkdtempSync(join(tmpdir(), 'pintle-job-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true })
    writeFileSync(join(home, name), text)
  }
  await plane.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
}, 600_000)
afterAll(async () => {
  await plane?.stop()
  if (home !== '') rmSync(home, { recursive: true, force: true })
})

const options = () => ({ cwd: home, timeout: 180_000, env: { KUBECONFIG: plane!.kubeconfig, PINTLE_OPERATOR: 'alice@laptop' } })
const pintle = (...args: string[]): Promise<CliResult> => runCli(args, options())
const release = async (tag: string): Promise<string[]> => {
  const args = ['release', 'web', '--set', `image=example.com/web:${tag}`, '--stable-for', '0s', '--timeout', '120s']
  const { out, err } = await pintle(...args)
  const digest = /Plan digest: (sha256:[0-9a-f]{64})/.exec(out)?.[1]
  if (digest === undefined) throw new Error(`no plan: ${out}${err}`)
  return [...args, '--approve-digest', digest]
}
const journal = async (): Promise<Journal> => (await readJournal(plane!.cluster, namespace, 'web'))!.journal

async function until(what: string, holds: (journal: Journal) => boolean): Promise<Journal> {
  for (let i = 0; i < 600; i++) {
    const now = (await readJournal(plane!.cluster, namespace, 'web'))?.journal
    if (now !== undefined && holds(now)) return now
    await new Promise((done) => setTimeout(done, 200))
  }
  throw new Error(`waited in vain for ${what}: ${JSON.stringify((await readJournal(plane!.cluster, namespace, 'web'))?.journal)}`)
}

/** Releases until the pause at 25 %, and kills the process there. */
async function leftAtPause(tag: string): Promise<void> {
  const run = startCli(await release(tag), options())
  await until('the pause', (j) => j.phase === 'paused' && j.to.images.some((i) => i.endsWith(`:${tag}`)))
  run.kill('SIGKILL')
  await run.ended
}

interface Pod { readonly ended: Promise<{ code: number | null; out: string }>; kill(): void }

/** Plays a pod of the Job: its command line and variables, the token of its account, the address that every pod is told. */
async function pod(job: KubeObject): Promise<Pod> {
  const { containers: [container], serviceAccountName } = job.spec.template.spec
  const { status } = await plane!.cluster.request('POST', `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccountName}/token`, { body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } }, contentType: 'application/json' })
  const config = JSON.parse(readFileSync(plane!.kubeconfig, 'utf8'))
  const account = mkdtempSync(join(home, 'account-'))
  writeFileSync(join(account, 'token'), status.token)
  writeFileSync(join(account, 'namespace'), namespace)
  writeFileSync(join(account, 'ca.crt'), Buffer.from(config.clusters[0].cluster['certificate-authority-data'], 'base64'))
  const bin = mkdtempSync(join(home, 'bin-'))
  writeFileSync(join(bin, 'pintle'), `#!/bin/sh\nexec ${process.execPath} ${program} "$@"\n`)
  chmodSync(join(bin, 'pintle'), 0o755)
  const scratch = mkdtempSync(join(home, 'tmp-'))
  const { hostname, port } = new URL(plane!.server)
  const env: Record<string, string> = { PATH: `${bin}:/usr/bin:/bin`, KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port }
  for (const { name, value } of container.env) env[name] = value
  env.HOME = scratch
  const script = 'mount -t tmpfs none /run && mkdir -p /run/secrets/kubernetes.io && mkdir -p /run/secrets/kubernetes.io/serviceaccount && cp "$0"/* /run/secrets/kubernetes.io/serviceaccount/ && [ -e /var/run/secrets/kubernetes.io/serviceaccount/token ] && exec "$@"'
  const child = spawn('unshare', ['-m', 'sh', '-c', script, account, ...container.command], { cwd: scratch, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  child.stdout.on('data', (d: Buffer) => { out += d.toString() })
  child.stderr.on('data', (d: Buffer) => { out += d.toString() })
  return { ended: new Promise((done) => child.on('close', (code) => done({ code, out }))), kill: () => void child.kill('SIGKILL') }
}

async function detached(...args: string[]): Promise<KubeObject> {
  const { code, out, err } = await pintle('rollout', 'resume', 'web', '-n', namespace, '--detach', '--image', image, ...args)
  expect([code, err]).toEqual([0, ''])
  const name = /^Job prod\/(\S+) runs the rollout of web/.exec(out)![1]!
  return (await plane!.cluster.get({ apiVersion: 'batch/v1', kind: 'Job', namespace, name }))!
}

describe('the Job of a rollout', () => {
  it('goes on where a killed command line left it, is replaced when it dies, and is promoted from elsewhere; its evidence is collected', async (context) => {
    if (plane === undefined || !unshared) return context.skip('no control plane, or no mount namespaces here')
    const first = await pintle(...(await release('1')))
    expect([first.code, first.err.split('\n').filter((l) => l.startsWith('Error'))]).toEqual([0, []])
    await leftAtPause('2')
    const lost = await pintle('rollout', 'status', 'web', '-n', namespace)
    expect(lost.out).toContain('Nobody runs this rollout any more')
    const job = await detached()
    expect(job.spec.template.spec).toMatchObject({ restartPolicy: 'Never', serviceAccountName: job.metadata.name })
    expect(job.spec.template.spec.containers[0].image).toBe(image)
    // What it needs goes when it goes.
    for (const [apiVersion, kind] of [['v1', 'ServiceAccount'], ['rbac.authorization.k8s.io/v1', 'Role'], ['rbac.authorization.k8s.io/v1', 'RoleBinding']] as const) {
      expect((await plane.cluster.get({ apiVersion, kind, namespace, name: job.metadata.name! }))?.metadata.ownerReferences).toMatchObject([{ kind: 'Job', name: job.metadata.name, uid: job.metadata.uid }])
    }
    const one = await pod(job)
    await untilRunBy(job.metadata.name!)
    one.kill()
    expect((await one.ended).code).not.toBe(0)
    const two = await pod(job)
    await untilRunBy(job.metadata.name!)
    const promoted = await pintle('rollout', 'promote', 'web', '-n', namespace, '--watch')
    expect([promoted.code, promoted.out]).toEqual([0, expect.stringContaining('is promoted')])
    const { code, out } = await two.ended
    expect([code, out]).toEqual([0, expect.stringContaining('is promoted')])
    expect(out).not.toContain('planted-s3cr3t')
    const { transitions, phase } = await journal()
    expect([phase, transitions.at(-1)!.by]).toEqual(['promoted', `job/${job.metadata.name}`])
    expect((await plane.cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' }))!.spec.template.spec.containers[0].image).toBe('example.com/web:2')

    expect((await pintle('rollout', 'status', 'web', '-n', namespace)).out).toContain('not on record: pintle rollout evidence web -n prod')
    const kept = await pintle('rollout', 'evidence', 'web', '-n', namespace, '--stable-for', '0s')
    expect([kept.code, kept.out]).toEqual([0, expect.stringMatching(/web: succeeded, revision \d+\nevidence: \S+, head sha256:/)])
    expect((await pintle('rollout', 'status', 'web', '-n', namespace)).out).toMatch(/evidence {3}record \S+/)
    expect((await pintle('rollout', 'evidence', 'web', '-n', namespace)).code).toBe(5)
    expect((await pintle('evidence', 'show')).out).toContain('| 50% | 50% | canary (revision 2) 50%, stable (revision 1) 50% | 2/2 new, 2/2 before | promoted |')
  }, 300_000)

  it('goes back when it is asked to, and fails for good: a pod that rolled back is not followed by another', async (context) => {
    if (plane === undefined || !unshared) return context.skip('no control plane, or no mount namespaces here')
    await leftAtPause('3')
    const job = await detached()
    const one = await pod(job)
    await untilRunBy(job.metadata.name!)
    // A second pod stands by, and the first one's end is its own.
    const two = await pod(job)
    const aborted = await pintle('rollout', 'abort', 'web', '-n', namespace, '--reason', 'wrong build')
    expect([aborted.code, aborted.out]).toEqual([0, expect.stringContaining('aborted by alice@laptop: wrong build')])
    const [first, second] = await Promise.all([one.ended, two.ended])
    expect([first.code, second.code]).toEqual([6, 6])
    expect(second.out).toContain('standing by')
    expect(job.spec.podFailurePolicy.rules).toContainEqual({ action: 'FailJob', onExitCodes: { containerName: 'pintle', operator: 'In', values: [5, 6] } })
    expect((await plane.cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' }))!.spec.template.spec.containers[0].image).toBe('example.com/web:2')
  }, 300_000)

  it('was never refused anything, and was granted nothing that it never needs', async (context) => {
    if (plane === undefined || !unshared) return context.skip('no control plane, or no mount namespaces here')
    const mine = plane.requests().filter((r) => r.user.startsWith(`system:serviceaccount:${namespace}:pintle-rollout-`))
    expect(mine.length).toBeGreaterThan(50)
    expect(mine.filter((r) => r.code === 403).map((r) => `${r.verb} ${r.uri}`)).toEqual([])
    const { items } = await plane.cluster.list('rbac.authorization.k8s.io/v1', 'Role', { namespace, labelSelector: 'pintle.dev/runner-of=web' })
    const used = new Set(mine.map(asked))
    const unused = [...new Set(items.flatMap((role) => role.rules as { apiGroups: string[]; resources: string[]; verbs: string[] }[]).flatMap(({ apiGroups, resources, verbs }) => apiGroups.flatMap((g) => resources.flatMap((r) => verbs.map((v) => `${v} ${g} ${r}`)))))].filter((right) => !used.has(right)).sort()
    expect(unused.filter((right) => !mayBeUnused.some((known) => known.test(right)))).toEqual([])
  })

  async function untilRunBy(name: string): Promise<void> {
    for (let i = 0; i < 300; i++) {
      const runner = (await readJournal(plane!.cluster, namespace, 'web'))!.runner
      if (runner?.holder === `job/${name}` && !runner.expired) return
      await new Promise((done) => setTimeout(done, 200))
    }
    throw new Error(`no run by ${name}`)
  }
})

/** What the audit log cannot show, or what these runs had no reason for. */
const mayBeUnused = [
  // A server-side apply that makes an object is a patch in the log, and needs both.
  /^create  (configmaps|services)$/, /^create apps deployments$/,
  // What leaves the chart; revisions beyond the history's length.
  /^delete  (services|secrets)$/,
  // The heartbeat of a run that lasts longer than ten seconds.
  /^patch coordination\.k8s\.io leases$/,
  // Waiting for what is not ready at once, and saying why.
  /^get  pods\/log$/, /^(list|watch)  events$/, /^watch  pods$/, /^(list|watch)  services$/, /^watch apps replicasets$/,
]

/** A request as RBAC sees it: verb, group, resource with its subresource. */
function asked({ verb, uri }: { verb: string; uri: string }): string {
  const parts = new URL(uri, 'http://x').pathname.split('/').filter(Boolean)
  const group = parts[0] === 'api' ? '' : parts[1]!
  const rest = parts.slice(parts[0] === 'api' ? 2 : 3)
  const [resource, , subresource] = rest[0] === 'namespaces' && rest.length > 2 ? rest.slice(2) : rest
  return `${verb} ${group} ${resource}${subresource === undefined ? '' : `/${subresource}`}`
}
