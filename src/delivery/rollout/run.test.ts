import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Cluster } from '../../cluster/kube/index.ts'
import type { ReleaseRecord } from '../../cluster/release/index.ts'
import { startSandbox, type Sandbox } from '../../cluster/sandbox/index.ts'
import { PintleError } from '../../errors/index.ts'
import type { Clock, Evaluation, GateOutcome, Gates, Verdict } from '../gates/index.ts'
import { askRollout, createJournal, readJournal } from './journal-store.ts'
import { runRollout, type RolloutOutcome, type RunOptions } from './run.ts'
import type { RolloutTarget } from './target.ts'
import type { Disturbance, Journal, Mover, RolloutRequest, RolloutSpec, Step } from './types.ts'

let sandbox: Sandbox
let cluster: Cluster
beforeAll(() => {
  sandbox = startSandbox({ apiOnly: true })
  cluster = sandbox.cluster({ namespace: 'default' })
})
afterAll(async () => { await sandbox.close() })

/** An hour of waiting is 36 ms. */
const clock: Clock = { now: () => Date.now(), compression: 100_000, sleep: (ms, signal) => new Promise((resolve, reject) => {
  const timer = setTimeout(resolve, ms / 100_000)
  signal?.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason as Error) }, { once: true })
}) }

const target: RolloutTarget = { release: { manifest: '', hooks: [], notes: '', config: {}, chart: {} as never }, crds: [], secrets: [], smoke: [], settings: { timeout: 1000, historyMax: 10, upgradeCrds: false, skipTests: true }, origin: 'plan sha256:1' }
const steps: Step[] = [5, 25, 50, 100].flatMap((weight): Step[] => [{ kind: 'weight', weight }, { kind: 'gate' }])
const spec = (more: Partial<RolloutSpec> = {}): RolloutSpec => ({ strategy: 'canary', router: 'replicas', steps, tolerance: 5, deadline: 60_000, undecided: 'abort', lost: 'hold', lostAfter: 120_000, watch: 0, ...more })

/** Traffic as numbers; every operation is counted and can be told to fail. */
class Plant implements Mover {
  weight = -1
  readonly log: string[] = []
  found: Disturbance[] = []
  fail: Partial<Record<'begin' | 'shift' | 'promote' | 'abort', Error>> = {}
  trouble: string[] = []

  async #did(name: keyof Plant['fail'], text: string): Promise<void> {
    this.log.push(text)
    const error = this.fail[name]
    if (error !== undefined) throw error
  }
  async begin(): Promise<{ revision: number }> {
    await this.#did('begin', 'begin')
    this.weight = 0
    return { revision: 2 }
  }
  async shift(weight: number): Promise<number> {
    await this.#did('shift', `shift ${weight}`)
    this.found = []
    return this.weight = weight
  }
  async promote(): Promise<ReleaseRecord> {
    await this.#did('promote', 'promote')
    return { version: 2 } as ReleaseRecord
  }
  async abort(reason: string): Promise<ReleaseRecord> {
    await this.#did('abort', `abort ${reason}`)
    this.weight = 0
    return { version: 3 } as ReleaseRecord
  }
  observe(): ReturnType<Mover['observe']> {
    const version = (workload: string) => ({ workload, ready: this.trouble.length > 0 ? 0 : 1, wanted: 1, images: [], trouble: this.trouble })
    return Promise.resolve({ weight: this.weight, stable: version('web'), canary: version('web-canary') })
  }
  disturbances(): Promise<readonly Disturbance[]> { return Promise.resolve(this.found) }
}

const evaluation = (verdict: Verdict, value = 0.1): Evaluation => ({ gate: 'error-rate', verdict, at: new Date().toISOString(), provider: 'prometheus', endpoint: 'http://prometheus', simulated: false, value, threshold: 0.01, window: 1000, arithmetic: `${value} <= 0.01`, answers: [{ query: 'q', endpoint: 'e', at: '', body: 'x'.repeat(500) }] })

/** Gates that say what they are told, a word for each time they are asked. */
function gatesOf(words: (weight: number) => Verdict, background?: (weight: number) => Verdict | undefined): Gates {
  const outcome = (verdict: Verdict): GateOutcome => ({ verdict, reason: `error-rate ${verdict}`, decisive: evaluation(verdict), evaluations: [evaluation(verdict)] })
  const judge: Gates['inline'] = async ({ subject, onEvaluation }) => {
    const word = words(subject.weight)
    onEvaluation?.(evaluation(word))
    await new Promise((done) => setTimeout(done, 2))
    return outcome(word)
  }
  return {
    names: ['error-rate'], inline: judge, once: judge,
    async background({ subject, signal }) {
      const word = background?.(subject.weight)
      if (word !== undefined) return outcome(word)
      return await new Promise((done) => signal?.addEventListener('abort', () => done(undefined), { once: true }))
    },
  }
}

let count = 0
interface World { readonly release: string; readonly plant: Plant; readonly run: (more?: Partial<RunOptions>) => Promise<RolloutOutcome>; readonly ask: (request: Partial<RolloutRequest> & Pick<RolloutRequest, 'verb'>) => Promise<void>; readonly journal: () => Promise<Journal> }

async function world(more: Partial<RolloutSpec>, gates: Gates): Promise<World> {
  const release = `web-${++count}`
  const journal: Journal = {
    schema: 'pintle.dev/rollout/v1', id: release, service: 'web', release, namespace: 'default', environment: 'prod', spec: spec(more), planDigest: 'sha256:1', author: 'alice', from: { revision: 1, chart: 'web-1', images: [] }, to: { revision: 2, chart: 'web-2', images: [] },
    started: new Date().toISOString(), phase: 'beginning', step: 0, weight: 0, achieved: 0, steps: [], transitions: [], requests: [],
  }
  await createJournal(cluster, journal, target)
  const plant = new Plant()
  return {
    release, plant, journal: async () => (await readJournal(cluster, 'default', release))!.journal,
    run: async (options = {}) => await runRollout({
      cluster, stored: (await readJournal(cluster, 'default', release))!, mover: plant, gates, clock, by: 'bob@host', every: 5, smoke: async (checks) => checks.map((c) => ({ name: 'run' in c ? c.run : c.http, passed: 'run' in c && c.run === 'true' })),
      rollBack: async (revision) => { plant.log.push(`roll back ${revision}`); return { version: 3 } as ReleaseRecord }, ...options,
    }),
    ask: async (request) => { await askRollout(cluster, 'default', release, { id: `${count}-${request.verb}-${Math.random()}`, by: 'carol@host', at: new Date().toISOString(), ...request }) },
  }
}

const until = async (what: () => Promise<boolean>): Promise<void> => {
  for (let i = 0; i < 500; i++) {
    if (await what()) return
    await new Promise((done) => setTimeout(done, 5))
  }
  throw new Error('it never came')
}

const pass = gatesOf(() => 'pass')

describe('a rollout', () => {
  it('goes through its steps and is promoted', async () => {
    const { run, plant, journal } = await world({}, pass)
    const { journal: ended, record } = await run()
    expect(plant.log).toEqual(['begin', 'shift 5', 'shift 25', 'shift 50', 'shift 100', 'promote'])
    expect([ended.phase, ended.to.revision, record?.version]).toEqual(['promoted', 2, 2])
    const kept = await journal()
    expect(kept.steps.map((s) => [s.name, s.outcome, s.evaluations[0]?.verdict ?? s.achieved])).toEqual([5, 25, 50, 100].flatMap((w) => [[`${w}%`, 'promoted', w], ['gates', 'promoted', 'pass']]))
    expect(kept.transitions[0]).toMatchObject({ by: 'bob@host', phase: 'progressing' })
    expect(kept.steps.every((s) => s.ended !== undefined)).toBe(true)
  })

  it('is aborted by a gate that fails, with the number that did it', async () => {
    const { run, plant } = await world({}, gatesOf((w) => (w === 25 ? 'fail' : 'pass')))
    const { journal, record } = await run()
    expect(plant.log.at(-1)).toBe('abort error-rate fail')
    expect(journal).toMatchObject({ phase: 'aborted', achieved: 0, message: 'error-rate fail', trigger: { value: 0.1, threshold: 0.01 } })
    expect(journal.steps.find((s) => s.outcome === 'aborted')).toMatchObject({ step: 3 })
    expect(record?.version).toBe(3)
  })

  it.each(['inconclusive', 'no-data', 'error'] as const)('never promotes on %s: it holds, and is aborted at the deadline', async (word) => {
    let asked = 0
    const { run, plant } = await world({ deadline: 3_000_000 }, gatesOf((w) => (w === 50 ? (asked++, word) : 'pass')))
    const { journal } = await run()
    expect(plant.log.filter((l) => l.startsWith('shift'))).toEqual(['shift 5', 'shift 25', 'shift 50'])
    expect(journal.phase).toBe('aborted')
    expect(journal.message).toContain(`${word}: error-rate ${word}`)
    expect(asked).toBeGreaterThan(1)
  })

  it('holds on where the deadline is somebody\'s to decide, who goes on with a reason that is kept', async () => {
    const { run, journal, ask } = await world({ deadline: 500_000, undecided: 'hold' }, gatesOf((w) => (w === 50 ? 'no-data' : 'pass')))
    const running = run()
    await until(async () => (await journal()).phase === 'paused')
    await ask({ verb: 'promote' })
    await until(async () => (await journal()).transitions.some((t) => t.detail.includes('needs a reason')))
    expect((await journal()).phase).toBe('paused')
    await ask({ verb: 'promote', reason: 'no traffic at night' })
    expect((await running).journal.phase).toBe('promoted')
    expect((await journal()).steps.find((s) => s.override !== undefined)).toMatchObject({ step: 5, override: { by: 'carol@host', reason: 'no traffic at night' } })
  })

  it('is aborted by what the gates see in the background', async () => {
    const { run, plant } = await world({ steps: [{ kind: 'weight', weight: 100 }, { kind: 'wait', for: 3_600_000 * 24, why: 'soak' }] }, gatesOf(() => 'pass', () => 'fail'))
    expect((await run()).journal).toMatchObject({ phase: 'aborted', message: 'error-rate fail', step: 1 })
    expect(plant.weight).toBe(0)
  })

  it('asks no gate about a version without traffic', async () => {
    const { run } = await world({ steps: [{ kind: 'weight', weight: 0 }, { kind: 'wait', for: 1_000_000 }, { kind: 'smoke', checks: [{ run: 'true' }] }, { kind: 'weight', weight: 100 }] }, gatesOf(() => 'fail', () => 'fail'))
    expect((await run()).journal.phase).toBe('promoted')
  })

  it('is aborted by a smoke check that fails, by pods that stay in trouble, and by a shift that fails', async () => {
    const smoke = await world({ steps: [{ kind: 'weight', weight: 0 }, { kind: 'smoke', checks: [{ run: 'false' }] }, { kind: 'weight', weight: 100 }] }, pass)
    expect((await smoke.run()).journal).toMatchObject({ phase: 'aborted', message: 'smoke false failed' })
    const sick = await world({ steps: [{ kind: 'weight', weight: 100 }, { kind: 'wait', for: 3_600_000 * 24 }] }, pass)
    sick.plant.trouble = ['CrashLoopBackOff']
    expect((await sick.run()).journal).toMatchObject({ phase: 'aborted', message: 'pods of web-canary: CrashLoopBackOff' })
    const stuck = await world({}, pass)
    stuck.plant.fail.shift = new PintleError('release.failed', 'not ready', { hint: 'ImagePullBackOff' })
    expect((await stuck.run()).journal).toMatchObject({ phase: 'aborted', message: 'not ready; ImagePullBackOff' })
  })

  it('waits at a pause until somebody promotes, and at an approval until enough have approved', async () => {
    const { run, journal, ask, plant } = await world({ steps: [{ kind: 'weight', weight: 5 }, { kind: 'pause', message: 'look' }, { kind: 'approval', approvers: ['@sre'], count: 2 }, { kind: 'weight', weight: 100 }] }, pass)
    const running = run({ approve: async (text) => (text === 'bad' ? { refused: 'nobody trusts it' } : { by: text }) })
    await until(async () => (await journal()).phase === 'paused')
    await ask({ verb: 'promote' })
    await until(async () => (await journal()).message?.startsWith('0 of 2') === true)
    for (const approval of [undefined, 'bad', 'dan', 'dan', 'eve']) await ask({ verb: 'promote', ...(approval && { approval }) })
    const ended = (await running).journal
    expect(ended.phase).toBe('promoted')
    expect(ended.steps.find((s) => s.step === 2)?.approvals?.map((a) => a.by)).toEqual(['dan', 'eve'])
    expect(ended.transitions.map((t) => t.detail).filter((d) => d.includes('was not done'))).toEqual([expect.stringContaining('needs a signed approval'), expect.stringContaining('nobody trusts it'), expect.stringContaining('dan has approved it already')])
    expect(plant.log).toEqual(['begin', 'shift 5', 'shift 100', 'promote'])
  })

  it('is paused, resumed, promoted in full and aborted by another machine', async () => {
    const long: Step[] = [{ kind: 'weight', weight: 5 }, { kind: 'wait', for: 3_600_000 * 24 }, { kind: 'weight', weight: 100 }]
    const one = await world({ steps: long }, pass)
    const running = one.run()
    await until(async () => (await one.journal()).step === 1)
    await one.ask({ verb: 'pause', reason: 'lunch' })
    await until(async () => (await one.journal()).phase === 'paused')
    expect((await one.journal()).message).toBe('paused by carol@host: lunch')
    await one.ask({ verb: 'resume' })
    await until(async () => (await one.journal()).phase === 'progressing')
    await one.ask({ verb: 'promote', full: true, reason: 'fix for the outage' })
    expect((await running).journal.phase).toBe('promoted')
    expect((await one.journal()).requests).toEqual([])
    const two = await world({ steps: long }, pass)
    const other = two.run()
    await until(async () => (await two.journal()).step === 1)
    await two.ask({ verb: 'abort', reason: 'wrong day' })
    expect((await other).journal).toMatchObject({ phase: 'aborted', message: 'aborted by carol@host: wrong day' })
  })

  it('holds when somebody else changes what it works with, goes on when told to, and stops where the release is somebody else\'s', async () => {
    const ref = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
    const { run, plant, journal, ask } = await world({ steps: [{ kind: 'weight', weight: 5 }, { kind: 'wait', for: 50_000_000 }, { kind: 'weight', weight: 100 }], deadline: 3_600_000_000 }, pass)
    const running = run()
    await until(async () => (await journal()).step === 1)
    plant.found = [{ ref, what: 'spec.replicas is 9', by: 'kubectl', fatal: false }]
    await until(async () => (await journal()).phase === 'holding')
    expect((await journal()).message).toBe('Deployment/web: spec.replicas is 9 (by kubectl)')
    await ask({ verb: 'resume' })
    expect((await running).journal.phase).toBe('promoted')
    expect(plant.log).toEqual(['begin', 'shift 5', 'shift 5', 'shift 100', 'promote'])
    const gone = await world({ steps: [{ kind: 'weight', weight: 5 }, { kind: 'wait', for: 3_600_000 * 24 }, { kind: 'weight', weight: 100 }] }, pass)
    const going = gone.run()
    await until(async () => (await gone.journal()).step === 1)
    gone.plant.found = [{ ref, what: 'was deleted', fatal: true }]
    expect((await going).journal).toMatchObject({ phase: 'aborted', message: 'Deployment/web: was deleted' })
    const taken = await world({ steps: [{ kind: 'weight', weight: 5 }, { kind: 'wait', for: 3_600_000 * 24 }, { kind: 'weight', weight: 100 }] }, pass)
    const other = taken.run()
    await until(async () => (await taken.journal()).step === 1)
    taken.plant.found = [{ ref, what: 'revision 3 was made', fatal: true, superseded: true }]
    expect((await other).journal.phase).toBe('superseded')
    expect(taken.plant.log).toEqual(['begin', 'shift 5'])
  })

  it('is aborted while traffic moves, however long that takes', async () => {
    const { run, plant, journal, ask } = await world({}, pass)
    plant.shift = async (weight: number, on?: { signal?: AbortSignal }) => await new Promise<number>((_resolve, reject) => {
      plant.log.push(`shift ${weight}`)
      on?.signal?.addEventListener('abort', () => reject(on.signal!.reason as Error), { once: true })
    })
    const running = run()
    await until(async () => plant.log.includes('shift 5'))
    await ask({ verb: 'pause' })
    await ask({ verb: 'abort', reason: 'it hangs' })
    expect((await running).journal).toMatchObject({ phase: 'aborted', message: 'aborted by carol@host: it hangs' })
    expect((await journal()).achieved).toBe(0)
  })

  it('watches the deployed version, and rolls the release back when it turns red', async () => {
    const green = await world({ watch: 1_000_000 }, pass)
    expect((await green.run()).journal.phase).toBe('promoted')
    const red = await world({ watch: 3_600_000 * 24 }, gatesOf(() => 'pass', () => 'fail'))
    const { journal, record } = await red.run()
    expect(journal).toMatchObject({ phase: 'aborted', message: 'error-rate fail', trigger: { gate: 'error-rate' } })
    expect(red.plant.log.slice(-2)).toEqual(['promote', 'roll back 1'])
    expect(record?.version).toBe(3)
  })

  it('is failed when the way back fails, and can be aborted again', async () => {
    const { run, plant } = await world({}, gatesOf(() => 'fail'))
    plant.fail.abort = new Error('no room')
    expect((await run()).journal).toMatchObject({ phase: 'failed', message: 'no room' })
    plant.fail = {}
    expect((await run()).journal.phase).toBe('aborted')
  })

  it('is over before it began where it is refused', async () => {
    const { run, plant } = await world({}, pass)
    plant.fail.begin = new PintleError('rule.refused', 'no Service selects it')
    expect(await run()).toMatchObject({ refused: true, journal: { phase: 'aborted' }, error: { message: 'no Service selects it' } })
    expect(plant.log).toEqual(['begin'])
  })

  it('has one runner: a second one is told who', async () => {
    const { run, journal, ask } = await world({ steps: [{ kind: 'weight', weight: 5 }, { kind: 'wait', for: 3_600_000 * 24 }, { kind: 'weight', weight: 100 }] }, pass)
    const running = run()
    await until(async () => (await journal()).step === 1)
    await expect(run()).rejects.toMatchObject({ code: 'rollout.taken' })
    await ask({ verb: 'abort' })
    await running
  })

  it('refuses to be begun while another is under way', async () => {
    const { release, journal } = await world({}, pass)
    await expect(createJournal(cluster, { ...(await journal()), id: 'other' }, target)).rejects.toMatchObject({ code: 'rollout.state', message: expect.stringContaining(release) })
  })

  it.each([['resumed', 'promoted'], ['aborted', 'aborted']] as const)('is %s by another process wherever the first one died', async (how, end) => {
    const whole = await world({ watch: 1000 }, pass)
    const moments = (await whole.run()).journal.transitions.length
    expect(moments).toBeGreaterThan(10)
    for (let kill = 1; kill < moments; kill++) {
      const { run, plant, ask, journal } = await world({ watch: 1000 }, pass)
      const death = new AbortController()
      let seen = 0
      await expect(run({ signal: death.signal, onEvent: (e) => { if (e.type === 'transition' && ++seen === kill) death.abort(new Error('killed')) } })).rejects.toThrow('killed')
      if (how === 'aborted') await ask({ verb: 'abort' })
      const outcome = await run({ by: 'other@host' })
      // What is deployed and watched, or has nothing left to wait for, may end before the request is seen.
      expect([end, ...(how === 'aborted' ? ['promoted'] : [])]).toContain(outcome.journal.phase)
      if (how === 'aborted' && outcome.journal.phase === 'promoted') expect(outcome.journal.transitions.at(kill - 1)!.phase).toMatch(/promoting|watching/)
      expect(plant.weight).toBe(outcome.journal.phase === 'promoted' ? 100 : plant.log.at(-1) === 'roll back 1' ? 100 : 0)
      expect((await journal()).transitions.at(-1)!.by).toBe('other@host')
    }
  }, 60_000)
})
