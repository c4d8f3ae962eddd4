import { describe, expect, it, onTestFinished } from 'vitest'
import { HttpClient } from '../../src/charts/http/index.ts'
import type { PintleError } from '../../src/errors/index.ts'
import type { Channel } from '../../src/delivery/notify/channel.ts'
import type { FakeServer, Trouble } from './fake-server.ts'
import { noticeId, phases, type Notice, type Phase } from '../../src/delivery/notify/notice.ts'

export const secret = 'xoxb-s3cr3t-t0ken/with?odd&chars'

export function notice(phase: Phase, more: Partial<Notice> = {}): Notice {
  return {
    id: noticeId('cluster', 'shop', 'web', 'sha256:1'), phase, at: '2026-01-01T00:01:00Z', started: '2026-01-01T00:00:00Z', service: 'web', environment: 'prod', namespace: 'shop', cluster: 'us-east', simulated: false, operator: 'ann',
    chart: { name: 'web', version: '1.4.2' }, images: { before: ['web:1'], after: ['web:2'] }, plan: { digest: 'sha256:1', add: 0, change: 1, remove: 0, classes: ['image'] }, revision: { before: 1, after: 2 },
    steps: [{ name: 'web', kind: 'health', passed: phase === 'deployed', detail: 'pods ready 2/2', duration: 1200 }], rollback: ['pintle rollback web 1'], commit: 'a'.repeat(40), run: 'https://ci.example.com/runs/1',
    ...(phase === 'failed' || phase === 'rolled-back' ? { reason: 'pod web-1: CrashLoopBackOff' } : {}), ...more,
  }
}

/** Text of charts and values that tries to be more than text. */
export const hostile = '<!channel> <@U1> @everyone <https://evil.example|click> ``` `x` | a | **b** <script>alert(1)</script> <!-- pintle:0 --> [l](https://evil.example) \u001b[31m\u202e\u0000 ```'

export interface ChannelUnderTest {
  readonly server: FakeServer
  /** A channel as another machine would open it. */
  open(http: HttpClient): Channel
  /** What readers have before them: one entry a message. */
  shown(): string[]
  /** Any answer with a status of 2xx is one of success. */
  readonly takesAny?: true
  /** Every phase is a message of its own, or all of a release are one. */
  readonly perPhase?: true
  /** Another release of the service shares the message. */
  readonly perService?: true
  /** Phases that leave no message: they end one. */
  readonly ends?: readonly Phase[]
  /** What hostile text must not have become. */
  readonly markup: RegExp
}

/** What every channel is held to. */
export function channelSuite(name: string, start: () => Promise<ChannelUnderTest>): void {
  const client = (): HttpClient => {
    const http = new HttpClient({ env: {}, userAgent: 'test', patience: 300, timeout: 5000 })
    onTestFinished(() => http.close())
    return http
  }
  const signal = (): AbortSignal => new AbortController().signal

  describe(name, () => {
    it('one release is one message, kept up to date', async () => {
      const under = await start()
      const channel = under.open(client())
      for (const phase of phases) await channel.tell(notice(phase), signal())
      expect(under.shown()).toHaveLength(under.perPhase ? phases.length : 1)
      if (!under.ends?.includes('rolled-back')) expect(under.shown().at(-1)).toMatch(/rolled.back|failure/i)
    })
    it('another machine goes on with the same message', async () => {
      const under = await start()
      await under.open(client()).tell(notice('waiting'), signal())
      await under.open(client()).tell(notice('started'), signal())
      await under.open(client()).tell(notice('failed'), signal())
      expect(under.shown()).toHaveLength(under.perPhase ? 3 : 1)
      await under.open(client()).tell(notice('failed', { id: noticeId('other'), chart: { name: 'web', version: '9.9.9' } }), signal())
      expect(under.shown()).toHaveLength(under.perPhase ? 4 : under.perService ? 1 : 2)
    })
    it('waits when asked to, and tells once', async () => {
      const under = await start()
      under.server.trouble('wait', 1)
      await under.open(client()).tell(notice('failed'), signal())
      expect(under.shown()).toHaveLength(1)
    })
    it.each<Trouble>(['refuse', 'html', 'huge', 'fail', 'cut'])('%s: an error of one short line, without any secret', async (trouble) => {
      const under = await start()
      under.server.trouble(trouble)
      if (under.takesAny && trouble === 'html') return
      const error = await under.open(client()).tell(notice('failed'), signal()).then(() => undefined, (e: PintleError) => e)
      expect(error?.code).toBe('notify.failed')
      const text = [error!.message, error!.hint, JSON.stringify(error!.details ?? {})].join(' ')
      expect(text).not.toMatch(/s3cr3t/)
      expect(text).not.toContain(Buffer.from(secret).toString('base64'))
      expect(error!.message.length).toBeLessThanOrEqual(300)
      expect(error!.message).not.toContain('\n')
      expect(under.shown()).toEqual([])
    }, 20_000)
    it('nobody there: the same', async () => {
      const under = await start()
      const broken = under.open(client())
      under.server.trouble('silence')
      const abort = new AbortController()
      setTimeout(() => abort.abort(new Error('enough')), 100)
      await expect(broken.tell(notice('failed'), abort.signal)).rejects.toThrow('enough')
    })
    it('text of charts stays text', async () => {
      const under = await start()
      await under.open(client()).tell(notice('failed', { service: hostile, environment: hostile, operator: hostile, reason: hostile.repeat(2000), chart: { name: hostile, version: hostile }, images: { before: [], after: [hostile] }, rollback: [hostile], steps: [{ name: hostile, kind: 'smoke', passed: false, detail: hostile.repeat(500) }] }), signal())
      for (const text of under.shown()) {
        expect(text).not.toMatch(under.markup)
        expect(text.length).toBeLessThan(70_000)
      }
      expect(under.shown()).toHaveLength(1)
    })
    it('can be tried', async () => {
      const under = await start()
      expect(await under.open(client()).test(signal())).not.toBe('')
      under.server.trouble('refuse')
      await expect(under.open(client()).test(signal())).rejects.toThrow()
    })
  })
}
