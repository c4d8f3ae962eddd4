import { describe, expect, it, onTestFinished } from 'vitest'
import { HttpClient } from '../../src/charts/http/index.ts'
import { PintleError } from '../../src/errors/index.ts'
import { Notices, openChannels, readNotify, type Channel } from '../../src/delivery/notify/index.ts'
import { notice } from './channel-suite.ts'

const read = (raw: unknown) => readNotify(raw, (path, message, hint) => new PintleError('config.invalid', `${path.join('.')}: ${message}`, hint === undefined ? {} : { hint }))
const open = (raw: unknown, env: NodeJS.ProcessEnv) => {
  const http = new HttpClient({ env: {}, userAgent: 'test' })
  onTestFinished(() => http.close())
  return openChannels(read(raw), { env, http })
}

describe('notify: of pintle.yaml', () => {
  it('is a list of channels', () => {
    expect(read(undefined)).toEqual([])
    expect(read([{ slack: '#deploys' }, { webhook: 'https://hooks.example.com/x', secret: '${S}', headers: { 'X-Team': 'a', Authorization: 'Bearer ${T}' }, on: ['failed'] }])).toEqual([
      { kind: 'slack', to: '#deploys', texts: {}, switches: {}, headers: {} },
      { kind: 'webhook', to: 'https://hooks.example.com/x', texts: { secret: '${S}' }, switches: {}, headers: { 'X-Team': 'a', Authorization: 'Bearer ${T}' }, on: ['failed'] },
    ])
  })
  it.each([
    [{ slack: 'x' }, ': notify is a list'],
    [['#deploys'], '0: an entry of notify is a map'],
    [[{ slak: '#deploys' }], '0: an entry of notify names one of'],
    [[{ slack: '#a', github: 'a/b' }], '0: an entry of notify names one of them, not slack and github'],
    [[{ slack: '#a', tread: true }], '0.tread: unknown key notify.0.tread'],
    [[{ slack: '#a', on: ['rolledback'] }], '0.on.0: on knows no phase "rolledback"'],
    [[{ github: 'acme' }], '0.github: "acme" is no repository'],
    [[{ slack: '#a b' }], '0.slack: "#a b" is no channel'],
    [[{ webhook: 'ftp://x' }], '0.webhook: the webhook is no URL'],
    [[{ webhook: 'https://x', headers: { 'a b': 'c' } }], '0.headers.a b: "a b" is no header'],
    [[{ slack: '#a', thread: 'yes' }], '0.thread: thread of slack is true or false'],
  ])('%j', (raw, message) => {
    expect(() => read(raw)).toThrow(message)
  })
  it.each([
    [{ slack: 'https://hooks.slack.com/services/T/B/s3cr3t' }], [{ slack: '#a', token: 'xoxb-s3cr3t' }], [{ pagerduty: 's3cr3t' }], [{ opsgenie: 's3cr3t' }], [{ github: 'a/b', token: 's3cr3t' }], [{ webhook: 'https://x', secret: 's3cr3t' }],
    [{ webhook: 'https://u:s3cr3t@x' }], [{ webhook: 'https://x', headers: { Authorization: 'Bearer s3cr3t' } }],
  ])('a secret in plain text is refused, and not repeated: %#', (entry) => {
    let error: PintleError | undefined
    try {
      read([entry])
    } catch (e) {
      error = e as PintleError
    }
    expect(error?.message).toMatch(/plain text/)
    expect(error?.hint).toContain('${NAME}')
    expect(`${error?.message} ${error?.hint}`).not.toContain('s3cr3t')
  })
})

describe('channels', () => {
  it('one entry may be several, named for people, without secrets', () => {
    const channels = open([{ slack: '#deploys' }, { slack: '${HOOK}' }, { github: '${REPO}', status: true }, { pagerduty: '${PD}' }, { webhook: 'https://hooks.example.com/x?k=1' }], { SLACK_BOT_TOKEN: 't0ken', HOOK: 'https://hooks.slack.com/services/s3cr3t', GITHUB_TOKEN: 't', REPO: 'acme/shop', PD: 'k' })
    expect(channels.map((c) => c.name)).toEqual(['slack #deploys', 'slack webhook', 'github acme/shop deployment', 'github acme/shop comment', 'github acme/shop commit status', 'pagerduty', 'webhook hooks.example.com'])
    expect(channels.find((c) => c.name === 'pagerduty')!.on).toEqual(['failed', 'rolled-back', 'deployed'])
    expect(channels.find((c) => c.name === 'slack webhook')!.on).not.toContain('started')
  })
  it('without its variable, or without TLS, a channel says so when it is to tell', async () => {
    const [slack, plain, injected] = open([{ slack: '#deploys' }, { webhook: 'http://hooks.example.com/' }, { github: '${REPO}' }], { REPO: 'acme/shop/../../other', GITHUB_TOKEN: 't' }) as [Channel, Channel, Channel]
    const signal = new AbortController().signal
    await expect(slack.tell(notice('started'), signal)).rejects.toThrow('SLACK_BOT_TOKEN is not set')
    await expect(plain.tell(notice('started'), signal)).rejects.toThrow('webhook is not https://')
    await expect(injected.tell(notice('started'), signal)).rejects.toThrow('${REPO} is no owner/name')
  })
})

describe('telling', () => {
  const channel = (name: string, tell: Channel['tell'], on: Channel['on'] = ['started']): Channel => ({ name, on, tell, test: () => Promise.resolve('') })
  it('never fails and never waits longer than its limit', async () => {
    const notices = new Notices([
      channel('good', () => Promise.resolve(undefined)), channel('bad', () => Promise.reject(new Error('no\nway'))), channel('slow', () => new Promise(() => {})), channel('other', () => Promise.resolve('hm'), ['failed']),
    ], { limit: 100 })
    const began = Date.now()
    expect((await notices.tell(notice('started'))).map(({ at, ...d }) => d)).toEqual([
      { channel: 'good', phase: 'started', ok: true }, { channel: 'bad', phase: 'started', ok: false, error: 'no way' }, { channel: 'slow', phase: 'started', ok: false, error: 'no answer within 0.1 s' },
    ])
    expect(Date.now() - began).toBeLessThan(2000)
    await notices.tell(notice('failed'))
    expect(notices.deliveries.map((d) => `${d.channel} ${d.phase} ${d.remark ?? ''}`.trim())).toEqual(['good started', 'bad started', 'slow started', 'other failed hm'])
  })
})
