/** `pintle rollout`: what is asked of a process that runs a rollout, and what others see of it. The sandbox is the cluster, and this process runs the rollouts, and the command lines over HTTP. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { StandaloneSchema } from '../../src/charts/chart/index.ts'
import type { Cluster } from '../../src/cluster/kube/index.ts'
import { getRelease, install, type ReleaseRecord } from '../../src/cluster/release/index.ts'
import { startSandbox, type Sandbox } from '../../src/cluster/sandbox/index.ts'
import { checkApprovals, generatePemKey, readTrust } from '../../src/delivery/attestation/index.ts'
import type { Evaluation, Gates, Verdict } from '../../src/delivery/gates/index.ts'
import { createJournal, readJournal, realClock, runRollout, type Journal, type Mover, type RolloutOutcome, type RolloutTarget, type Step, type StepApproval } from '../../src/delivery/rollout/index.ts'
import { PintleError } from '../../src/errors/index.ts'
import { unmarshal } from '../../src/language/yaml/index.ts'
import { rendered } from '../cluster/release-fixtures.ts'
import { commands } from '../../src/faces/cli/commands.ts'
import { Output } from '../../src/faces/cli/output.ts'
import { printError } from '../../src/faces/cli/print-error.ts'
import { resolveCommand } from '../../src/faces/cli/resolve-command.ts'
import { runCommand } from '../../src/faces/cli/run-command.ts'
import { folder, type CliResult } from './run-cli.ts'

let sandbox: Sandbox
let cluster: Cluster
let dir: ReturnType<typeof folder>
const stop = new AbortController()
const running: Promise<unknown>[] = []
let count = 0

const before = process.env.PINTLE_OPERATOR
beforeAll(async () => {
  process.env.PINTLE_OPERATOR = 'bob@desk'
  sandbox = startSandbox()
  cluster = sandbox.cluster({ namespace: 'default' })
  dir = folder({})
  writeFileSync(join(dir.path, 'kubeconfig'), (await sandbox.listen()).kubeconfig)
})
afterAll(async () => {
  if (before === undefined) delete process.env.PINTLE_OPERATOR
  else process.env.PINTLE_OPERATOR = before
  stop.abort()
  await Promise.allSettled(running)
  await sandbox.close()
  dir.remove()
})

/** A command line, its flags and errors as in a process of its own. */
async function pintle(...args: string[]): Promise<CliResult> {
  const told = { out: '', err: '' }
  const out = new Output({ stdout: (text) => { told.out += text }, stderr: (text) => { told.err += text } })
  const argv = [...args, '--kubeconfig', join(dir.path, 'kubeconfig')]
  const { path, words, entry } = resolveCommand(commands, argv)!
  const code = await entry.load()
    .then((command) => runCommand({ command, path, words, argv, program: 'pintle' }, { out, signal: new AbortController().signal }))
    .catch((error: unknown) => printError(error, out, { debug: false, plain: false }))
  return { code, ...told }
}

const deployment = (name: string, image: string) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name },
  spec: { replicas: 2, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app', image }] } } },
})

/** Traffic as a number: what a rollout moves is tested elsewhere. */
class Plant implements Mover {
  weight = 0
  readonly release: string
  constructor(release: string) { this.release = release }
  async begin() { return { revision: 2 } }
  async shift(weight: number) { return this.weight = weight }
  async promote() { return { version: 2 } as ReleaseRecord }
  async abort() { this.weight = 0; return { version: 3 } as ReleaseRecord }
  async observe() {
    const version = (workload: string) => ({ workload, ready: 2, wanted: 2, images: [`${workload}:1`] })
    return { weight: this.weight, stable: version(this.release), canary: version(`${this.release}-canary`) }
  }
  async disturbances() { return [] }
}

const judged = (verdict: Verdict): Evaluation => ({ gate: 'error-rate', verdict, at: new Date().toISOString(), provider: 'test', endpoint: 'here', simulated: true, value: 0.002, threshold: 0.005, comparison: '<=', samples: 100, needed: 600, window: 1000, arithmetic: '0.2 / 100', ...(verdict !== 'pass' && { reason: '100 of 600 samples' }), answers: [] })
const gates = (verdict: Verdict): Gates => {
  const say: Gates['inline'] = async ({ onEvaluation }) => {
    await new Promise((done) => setTimeout(done, 300))
    const evaluation = judged(verdict)
    onEvaluation?.(evaluation)
    return { verdict, reason: evaluation.reason ?? 'fine', decisive: evaluation, evaluations: [evaluation] }
  }
  return { names: ['error-rate'], inline: say, once: say, background: ({ signal }) => new Promise((done) => signal?.addEventListener('abort', () => done(undefined), { once: true })) }
}

interface Begun { readonly name: string; readonly journal: Journal }

/** A release with a rollout that is kept and nobody runs. */
async function kept(steps: readonly Step[], more: Partial<Journal> = {}, spec: Partial<Journal['spec']> = {}): Promise<Begun> {
  const name = `web-${++count}`
  await install({ cluster, namespace: 'default', name, source: rendered([deployment(name, 'app:1')]) })
  const { record } = await getRelease({ cluster, namespace: 'default', name })
  const target: RolloutTarget = { release: { manifest: record.manifest, hooks: [], notes: '', config: record.config ?? {}, chart: record.chart! }, crds: [], secrets: [], smoke: [], settings: { timeout: 60_000, historyMax: 10, upgradeCrds: false, skipTests: true }, origin: 'plan sha256:1' }
  const { journal } = await createJournal(cluster, {
    schema: 'pintle.dev/rollout/v1', id: `id-${count}`, service: name, release: name, namespace: 'default', environment: '', planDigest: `sha256:${'0'.repeat(64)}`, author: 'alice@laptop',
    spec: { strategy: 'canary', router: 'replicas', steps, tolerance: 5, deadline: 600_000, undecided: 'hold', lost: 'hold', lostAfter: 600_000, watch: 0, ...spec },
    from: { revision: 1, chart: 'demo-1.0.0', images: ['app:1'] }, to: { revision: 2, chart: 'demo-1.1.0', images: ['app:2'] }, started: new Date(Date.now() - 60_000).toISOString(), phase: 'beginning', step: 0, weight: 0, achieved: 0, steps: [], transitions: [], requests: [], ...more,
  }, target)
  return { name, journal }
}

/** The same, run by this process. */
async function begun(steps: readonly Step[], verdict: Verdict = 'pass', approve?: (text: string, digest: string) => Promise<StepApproval>): Promise<Begun & { end: Promise<RolloutOutcome> }> {
  const { name, journal } = await kept(steps)
  const stored = (await readJournal(cluster, 'default', name))!
  const end = runRollout({ cluster, stored, mover: new Plant(name), gates: gates(verdict), clock: realClock(), by: 'alice@laptop', every: 100, signal: stop.signal, smoke: async () => [], rollBack: async () => ({ version: 4 }) as ReleaseRecord, ...(approve && { approve }) })
  end.catch(() => {})
  running.push(end)
  await until(name, ({ phase, step }) => phase === 'paused' || phase === 'holding' || (phase === 'progressing' && step > 0))
  return { name, journal, end }
}

async function until(name: string, holds: (journal: Journal) => boolean): Promise<Journal> {
  for (let i = 0; i < 200; i++) {
    const stored = await readJournal(cluster, 'default', name)
    if (stored !== undefined && holds(stored.journal)) return stored.journal
    await new Promise((done) => setTimeout(done, 25))
  }
  throw new Error(`waited in vain for the rollout of ${name}: ${JSON.stringify((await readJournal(cluster, 'default', name))?.journal)}`)
}

const pause: readonly Step[] = [{ kind: 'weight', weight: 25 }, { kind: 'pause', message: 'look at the dashboards' }, { kind: 'weight', weight: 100 }]
const long: readonly Step[] = [{ kind: 'weight', weight: 25 }, { kind: 'wait', for: 600_000, why: 'soak' }, { kind: 'weight', weight: 100 }]

describe('a rollout that another process runs', () => {
  it('is shown once: table, JSON, list', async () => {
    const { name } = await begun(pause)
    const { code, out } = await pintle('rollout', 'status', name)
    expect(code).toBe(0)
    expect(out).toMatch(new RegExp(`^${name}: canary by replicas, paused, step 2 of 3`))
    expect(out).toMatch(/runner +alice@laptop, last heard of \d/)
    expect(out).toContain(`next: pintle rollout promote ${name} -n default`)
    const data = JSON.parse((await pintle('rollout', 'status', name, '-o', 'json')).out)
    expect(data).toMatchObject({ release: name, phase: 'paused', step: 1, achieved: 25, runner: { lost: false, holder: 'alice@laptop' }, next: { command: `pintle rollout promote ${name} -n default` } })
    expect((await pintle('rollout', 'list')).out).toMatch(new RegExp(`${name} *\tdefault *\tcanary *\treplicas *\tpaused *\t2/3 *\t25 *\t1 -> 2 *\t[^\t]+\talice@laptop`))
    expect((await pintle('rollout', 'list', '-A', '-q')).out.split('\n')).toContain(name)
  })

  it('is promoted from a pause: asked, taken, shown; then it is over and nothing can be done any more', async () => {
    const { name, end } = await begun(pause)
    const { code, out, err } = await pintle('rollout', 'promote', name, '--watch', '--timeout', '20s')
    expect([code, out]).toEqual([0, `${name}: revision 2 is promoted\n`])
    expect(err).toMatch(/^asking alice@laptop to promote\n/)
    expect(err).toContain('promoted by bob@desk')
    expect((await end).journal.phase).toBe('promoted')
    for (const verb of ['promote', 'pause', 'resume', 'abort']) {
      const again = await pintle('rollout', verb, name)
      expect([verb, again.code]).toEqual([verb, 5])
      expect(again.err).toContain('it is promoted already: revision 2 is the release')
    }
    const status = await pintle('rollout', 'status', name, '--watch')
    expect([status.code, status.out.split('\n')[0]]).toEqual([0, `${name}: canary by replicas, promoted`])
  })

  it('is paused with a reason, refuses to be paused twice, and goes on', async () => {
    const { name } = await begun(long)
    const paused = await pintle('rollout', 'pause', name, '--reason', 'lunch', '--timeout', '20s')
    expect([paused.code, paused.out]).toEqual([0, `${name}: paused at 25%: paused by bob@desk: lunch\n`])
    const again = await pintle('rollout', 'pause', name)
    expect([again.code, again.err.split('\n')[0]]).toEqual([5, `Error: rollout of ${name}: it is paused already`])
    const on = await pintle('rollout', 'resume', name, '--timeout', '20s')
    expect([on.code, on.out]).toEqual([0, `${name}: progressing at 25%\n`])
    const nothing = await pintle('rollout', 'resume', name)
    expect([nothing.code, nothing.err]).toEqual([5, expect.stringContaining('it is progressing, and alice@laptop runs it')])
  })

  it('is promoted past a gate that has not passed only with a reason, which is kept', async () => {
    const { name } = await begun([{ kind: 'weight', weight: 25 }, { kind: 'gate' }, { kind: 'pause' }, { kind: 'weight', weight: 100 }], 'inconclusive')
    await until(name, (j) => j.phase === 'holding')
    const refused = await pintle('rollout', 'promote', name)
    expect(refused.code).toBe(5)
    expect(refused.err).toContain('the gates of step 2 (gates) have not passed: inconclusive: 100 of 600 samples')
    const without = await pintle('rollout', 'promote', name, '--skip-gates')
    expect([without.code, without.err]).toEqual([1, expect.stringContaining('--skip-gates needs --reason')])
    const passed = await pintle('rollout', 'promote', name, '--skip-gates', '--reason', 'INC-1', '--timeout', '20s')
    expect(passed.code).toBe(0)
    const { steps } = await until(name, (j) => j.phase === 'paused')
    expect(steps[1]!.override).toMatchObject({ by: 'bob@desk', reason: 'INC-1' })
    const full = await pintle('rollout', 'promote', name, '--full', '--reason', 'hurry', '--watch', '--timeout', '20s')
    expect([full.code, full.out]).toEqual([0, `${name}: revision 2 is promoted\n`])
  })

  it('is aborted, and the command waits for the end of it', async () => {
    const { name, end } = await begun(long)
    const { code, out } = await pintle('rollout', 'abort', name, '--reason', 'wrong build', '--timeout', '20s')
    expect([code, out]).toEqual([0, `${name}: aborted, revision 1 serves again: aborted by bob@desk: wrong build\n`])
    expect((await end).journal.phase).toBe('aborted')
    const status = await pintle('rollout', 'status', name)
    expect(status.code).toBe(6)
    expect(status.out).toContain(`not on record: pintle rollout evidence ${name} -n default`)
    const again = await pintle('rollout', 'abort', name)
    expect([again.code, again.err]).toEqual([5, expect.stringContaining('nothing is under way: the last one was aborted at ')])
  })

  it('is followed from elsewhere: JSON lines as the schema says, and the exit code of its end', async () => {
    const { name } = await begun(pause)
    const watching = pintle('rollout', 'status', name, '-w', '--progress', 'json', '--timeout', '30s')
    await new Promise((done) => setTimeout(done, 1500))
    expect((await pintle('rollout', 'abort', name, '--timeout', '20s')).code).toBe(0)
    const { code, out, err } = await watching
    expect([code, out]).toEqual([6, `${name}: aborted, revision 1 serves again: aborted by bob@desk\n`])
    const lines = err.split('\n').filter((l) => l.startsWith('{'))
    const schema = new StandaloneSchema(readFileSync(join(import.meta.dirname, '../../schema/rollout-event.schema.json'), 'utf8'))
    for (const line of lines) expect([line, schema.violations(unmarshal(line))]).toEqual([line, []])
    expect(lines.map((l) => JSON.parse(l)).filter((e) => e.type === 'transition').map((e) => e.phase)).toEqual(['paused', 'aborting', 'aborted'])
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ type: 'done', outcome: 'aborted', exitCode: 6, release: name })
  })

  it('ends with 3 at the timeout of whoever looks on', async () => {
    const { name } = await begun(pause)
    const { code, out } = await pintle('rollout', 'status', name, '--watch', '--timeout', '1500ms')
    expect([code, out]).toEqual([3, `${name}: paused at 25%: look at the dashboards\n`])
  })

  it('needs a signed approval where a step asks for one: by a key that trust knows', async () => {
    const keys = ['carol', 'mallory'].map((name) => ({ name, key: generatePemKey() }))
    for (const { name, key } of keys) {
      writeFileSync(join(dir.path, `${name}.key`), key.privatePem, { mode: 0o600 })
      writeFileSync(join(dir.path, `${name}.pub`), key.publicPem)
    }
    const trust = readTrust({ identities: [{ name: 'carol', groups: ['@acme/sre'], key: 'carol.pub' }] }, dir.path, (path, message) => new PintleError('config.invalid', `${path.join('.')}: ${message}`))
    const approve = async (text: string, digest: string): Promise<StepApproval> => {
      const { approvedBy: [counted], examined } = await checkApprovals({ digest, author: 'alice@laptop', created: new Date(Date.now() - 600_000).toISOString(), expires: new Date(Date.now() + 600_000).toISOString(), environment: '' }, [{ name: 'approval', text }], { trust, requirements: [{ approvals: 1, approvers: ['@acme/sre'] }], now: new Date() })
      return counted === undefined ? { refused: examined[0]!.counts ? '' : examined[0]!.why } : { by: counted.identity, digest: counted.digest }
    }
    const { name } = await begun([{ kind: 'weight', weight: 25 }, { kind: 'approval', approvers: ['@acme/sre'], count: 1 }, { kind: 'weight', weight: 100 }], 'pass', approve)
    const unsigned = await pintle('rollout', 'promote', name)
    expect([unsigned.code, unsigned.err]).toEqual([5, expect.stringContaining('this step needs 1 approval by @acme/sre')])
    const other = await pintle('rollout', 'promote', name, '--sign-key', join(dir.path, 'mallory.key'), '--as', 'carol', '--timeout', '20s')
    expect(other.code).toBe(5)
    const signed = await pintle('rollout', 'promote', name, '--sign-key', join(dir.path, 'carol.key'), '--as', 'carol', '--watch', '--timeout', '20s')
    expect([signed.code, signed.out]).toEqual([0, `${name}: revision 2 is promoted\n`])
    expect((await until(name, (j) => j.phase === 'promoted')).steps[1]!.approvals).toMatchObject([{ by: 'carol', digest: expect.stringMatching(/^sha256:/) }])
  })
})

describe('a rollout that nobody runs', () => {
  afterEach(() => expect(stop.signal.aborted).toBe(false))

  it('is said to be lost, loudly, and what to type', async () => {
    const { name } = await kept(long)
    const { code, out } = await pintle('rollout', 'status', name)
    expect(code).toBe(0)
    expect(out).toMatch(/runner +NOBODY/)
    expect(out).toContain(`Nobody runs this rollout any more; it stays as it is until somebody does.\n  pintle rollout resume ${name} -n default    go on from here`)
    expect((await pintle('rollout', 'list')).out).toMatch(new RegExp(`${name} .*beginning \\(lost\\)`))
  })

  it('is watched no longer than its policy waits', async () => {
    const { name } = await kept(long, {}, { lostAfter: 1000 })
    const { code, out } = await pintle('rollout', 'status', name, '--watch')
    expect([code, out]).toEqual([3, `${name}: nobody runs it any more: pintle rollout resume ${name} -n default, or abort\n`])
  })

  it('keeps a request to pause for whoever goes on', async () => {
    const { name } = await kept(long)
    const { code, out } = await pintle('rollout', 'pause', name)
    expect([code, out]).toEqual([0, `${name}: nobody runs it; the request waits for whoever goes on: pintle rollout resume ${name} -n default\n`])
    expect((await readJournal(cluster, 'default', name))!.journal.requests).toMatchObject([{ verb: 'pause', by: 'bob@desk' }])
  })

  it('needs an image to be run in a Job', async () => {
    const { name } = await kept(long)
    const { code, err } = await pintle('rollout', 'resume', name, '--detach')
    expect([code, err]).toEqual([1, expect.stringContaining('which image does the Job run?')])
  })
})

describe('what has no rollout of Pintle', () => {
  it('is told by name', async () => {
    const { code, err } = await pintle('rollout', 'promote', 'nothing')
    expect([code, err]).toEqual([1, expect.stringContaining('no rollout of nothing is kept in namespace default')])
    expect((await pintle('rollout', 'status', 'nothing')).code).toBe(1)
    expect((await pintle('rollout', 'status', 'nothing/else')).err).toContain('no kind of workload is called "nothing"')
  })

  it('is a Deployment that is rolled out, or never will be', async () => {
    await cluster.create(deployment('plain', 'app:1'))
    await cluster.create(deployment('broken', 'app:crash'))
    const done = await pintle('rollout', 'status', 'deploy/plain', '--watch', '--timeout', '30s')
    expect([done.code, done.out]).toEqual([0, expect.stringMatching(/^Deployment\/plain: done: /)])
    const failed = await pintle('rollout', 'status', 'broken', '--watch', '--timeout', '60s')
    expect(failed.code).toBe(1)
    expect(failed.out).toMatch(/^Deployment\/broken: failed: [\s\S]*CrashLoopBackOff/)
  }, 90_000)
})
