import { createHmac } from 'node:crypto'
import { expect, it, onTestFinished } from 'vitest'
import { HttpClient } from '../../src/charts/http/index.ts'
import { channelSuite, hostile, notice, secret } from './channel-suite.ts'
import { fakeGitHub } from './fake-github.ts'
import { fakeServer } from './fake-server.ts'
import { fakeSlack } from './fake-slack.ts'
import { GitHubComment } from '../../src/delivery/notify/github-comment.ts'
import { GitHubDeployment } from '../../src/delivery/notify/github-deployment.ts'
import { GitHubStatus } from '../../src/delivery/notify/github-status.ts'
import { commentBody, commentMarker } from '../../src/delivery/notify/markdown.ts'
import { phases } from '../../src/delivery/notify/notice.ts'
import { Opsgenie, PagerDuty } from '../../src/delivery/notify/pagers.ts'
import { SlackBot } from '../../src/delivery/notify/slack-bot.ts'
import { SlackWebhook } from '../../src/delivery/notify/slack-webhook.ts'
import { Webhook } from '../../src/delivery/notify/webhook.ts'

const on = phases
// Anything that a terminal or a reader of right-to-left text would act on.
const tricks = '\\\\u001b|\\\\u202e|\\u001b|\\u202e'
// Rich text has no markup; the text for notifications has.
const markup = new RegExp(`"type":"mrkdwn"|^\\{("channel":"[^"]*",)?("ts":"[^"]*",)?"text":"[^"]*<|${tricks}`)
const signal = new AbortController().signal
const http = (): HttpClient => {
  const client = new HttpClient({ env: {}, userAgent: 'test', patience: 300, timeout: 5000 })
  onTestFinished(() => client.close())
  return client
}

channelSuite('Slack by a bot', async () => {
  const server = await fakeSlack(secret)
  return {
    server, open: (client) => new SlackBot({ http: client, token: secret, channel: '#deploys', thread: true, on, api: server.url }),
    shown: () => server.messages.filter((m) => m.thread_ts === undefined).map((m) => JSON.stringify(m.body)), markup,
  }
})
channelSuite('Slack by a bot, the channel by id', async () => {
  const server = await fakeSlack(secret, { lacks: ['conversations.list'] })
  return {
    server, open: (client) => new SlackBot({ http: client, token: secret, channel: 'C0DEPLOYS1', thread: false, on, api: server.url }),
    shown: () => server.messages.map((m) => JSON.stringify(m.body)), markup,
  }
})
channelSuite('Slack by a webhook', async () => {
  const taken: string[] = []
  const server = await fakeServer(({ text }) => {
    taken.push(text)
    return { text: 'ok' }
  })
  return { server, open: (client) => new SlackWebhook({ http: client, url: `${server.url}/services/T000/B000/s3cr3t-part-of-url`, on }), shown: () => taken, perPhase: true, markup }
})
channelSuite('a webhook', async () => {
  const taken = new Map<string, string>()
  const server = await fakeServer(({ headers, text }) => {
    const expected = `sha256=${createHmac('sha256', secret).update(`${headers['x-pintle-timestamp'] as string}.${text}`).digest('hex')}`
    if (headers['x-pintle-signature-256'] !== expected) return { status: 403 }
    taken.set(String(headers['x-pintle-delivery']), text)
    return { status: 204 }
  })
  // JSON is data: what is in it is escaped by JSON alone.
  return { server, open: (client) => new Webhook({ http: client, url: `${server.url}/hook`, secretUrl: false, secret, headers: { 'x-team': 'shop' }, on }), shown: () => [...taken.values()].map((t) => t.slice(0, 60_000)), perPhase: true, takesAny: true, markup: /\u001b/ }
})
for (const app of [false, true]) {
  channelSuite(`a GitHub comment${app ? ' by an app' : ''}`, async () => {
    const server = await fakeGitHub(secret, { app })
    const others = [{ id: 1, body: 'nice', user: { login: 'bob', type: 'User' } }, { id: 2, body: commentMarker(notice('started')) + ' forged', user: { login: 'mallory', type: 'User' } }, { id: 3, body: 'x', user: { login: 'bob', type: 'User' } }]
    server.comments.push(...others)
    return {
      server, open: (client) => new GitHubComment({ http: client, token: secret, repository: 'acme/shop', api: server.url, on }), shown: () => {
        expect(server.comments.slice(0, 3)).toEqual(others)
        return server.comments.slice(3).map((c) => c.body as string)
      }, perService: true, markup: new RegExp(tricks),
    }
  })
}
channelSuite('a GitHub deployment', async () => {
  const server = await fakeGitHub(secret)
  for (let i = 0; i < 5; i++) server.deployments.push({ id: i, sha: 'a'.repeat(40), environment: 'prod', payload: i % 2 ? {} : 'no json' })
  return {
    server, open: (client) => new GitHubDeployment({ http: client, token: secret, repository: 'acme/shop', api: server.url, on }),
    shown: () => server.deployments.slice(5).map((d) => JSON.stringify([d.description, server.deploymentStatuses.filter((s) => s.deployment === d.id).at(-1)])), markup: new RegExp(tricks),
  }
})
channelSuite('a GitHub commit status', async () => {
  const server = await fakeGitHub(secret)
  return {
    server, open: (client) => new GitHubStatus({ http: client, token: secret, repository: 'acme/shop', api: server.url, on }),
    shown: () => [...new Map(server.statuses.map((s) => [s.context, JSON.stringify(s)])).values()], perService: true, markup: new RegExp(tricks),
  }
})
channelSuite('PagerDuty', async () => {
  const open = new Map<string, string>()
  const server = await fakeServer(({ json, text, url }) => {
    if (url.pathname !== '/v2/enqueue' || json.routing_key !== secret || (json.event_action === 'trigger' && json.payload.summary.length > 1024)) return { status: 400, json: { status: 'invalid event', message: `Event object is invalid ${text}` } }
    if (json.event_action === 'trigger') open.set(json.dedup_key, JSON.stringify({ ...json, routing_key: '' }))
    else open.delete(json.dedup_key)
    return { status: 202, json: { status: 'success', dedup_key: json.dedup_key } }
  })
  return { server, open: (client) => new PagerDuty({ http: client, key: secret, on, api: server.url }), shown: () => [...open.values()], perService: true, markup: new RegExp(tricks) }
})
channelSuite('Opsgenie', async () => {
  const open = new Map<string, string>()
  const server = await fakeServer(({ json, text, url, headers }) => {
    if (headers.authorization !== `GenieKey ${secret}`) return { status: 403, json: { message: 'You are not authorized' } }
    const close = /^\/v2\/alerts\/([^/]+)\/close$/.exec(url.pathname)
    if (close !== null) return open.delete(close[1]!) ? { status: 202, json: {} } : { status: 404, json: {} }
    if (json.message.length > 130) return { status: 422, json: { message: 'too long' } }
    open.set(json.alias, text)
    return { status: 202, json: { result: 'Request will be processed' } }
  })
  return { server, open: (client) => new Opsgenie({ http: client, key: secret, on, api: server.url }), shown: () => [...open.values()], perService: true, markup: new RegExp(tricks) }
})

it('Slack: the steps are in the thread of the message', async () => {
  const server = await fakeSlack(secret)
  const bot = new SlackBot({ http: http(), token: secret, channel: '#deploys', thread: true, on, api: server.url })
  for (const phase of ['started', 'failed'] as const) await bot.tell(notice(phase), signal)
  const [top, ...thread] = server.messages
  expect(thread.map((m) => m.thread_ts)).toEqual([top!.ts, top!.ts])
  expect(JSON.stringify(thread[1]!.body)).toContain('FAILED: health web (1.2 s): pods ready 2/2')
})

it('Slack: a message that somebody deleted is posted anew; one that cannot be looked for, too, and it is told', async () => {
  const server = await fakeSlack(secret, { lacks: ['conversations.history'] })
  const open = () => new SlackBot({ http: http(), token: secret, channel: 'C0DEPLOYS1', thread: false, on, api: server.url })
  const first = open()
  expect(await first.tell(notice('started'), signal)).toMatch(/could not be looked for \(missing_scope\)/)
  server.messages.length = 0
  await first.tell(notice('deployed'), signal)
  expect(server.messages).toHaveLength(1)
  await open().tell(notice('deployed'), signal)
  expect(server.messages).toHaveLength(2)
})

it('Slack: errors in answers of status 200 are errors, with what to do', async () => {
  const server = await fakeSlack(secret)
  await expect(new SlackBot({ http: http(), token: secret, channel: '#nope', thread: false, on, api: server.url }).tell(notice('started'), signal)).rejects.toThrow('chat.postMessage: channel_not_found: check the name')
  await expect(new SlackBot({ http: http(), token: 'other', channel: '#deploys', thread: false, on, api: server.url }).tell(notice('started'), signal)).rejects.toThrow('the token is not valid')
})

it('PagerDuty and Opsgenie: a release that works ends the incident', async () => {
  const actions: string[] = []
  const server = await fakeServer(({ json, url }) => {
    actions.push(json.event_action ? `${json.event_action} ${json.dedup_key}` : url.pathname.endsWith('/close') ? `close ${url.pathname.split('/')[3]!}` : `open ${json.alias}`)
    return { status: 202, json: {} }
  })
  for (const pager of [new PagerDuty({ http: http(), key: secret, on, api: server.url }), new Opsgenie({ http: http(), key: secret, on, api: server.url })]) for (const phase of ['rolled-back', 'deployed'] as const) await pager.tell(notice(phase), signal)
  const alias = actions[0]!.split(' ')[1]
  expect(actions).toEqual([`trigger ${alias}`, `resolve ${alias}`, `open ${alias}`, `close ${alias}`])
})

it('a page of another server is not asked for', async () => {
  const other = await fakeServer(() => ({ json: [] }))
  const server = await fakeServer(({ url }) => (url.pathname === '/user' ? { json: { login: 'x' } } : { json: [], headers: { link: `<${other.url}/steal>; rel="next"` } }))
  await new GitHubComment({ http: http(), token: secret, repository: 'acme/shop', api: server.url, on, pullRequest: 7 }).tell(notice('started'), signal).catch(() => {})
  expect(other.seen).toEqual([])
})

it('in a comment everything foreign stands in code', () => {
  const body = commentBody(notice('failed', { service: hostile, reason: hostile, operator: hostile, rollback: [hostile], steps: [] }))
  // Without code spans and blocks nothing foreign is left.
  const rest = body.replace(commentMarker(notice('failed', { service: hostile })), '').replaceAll(/(`{3,})\n[\s\S]*?\n\1/g, '').replaceAll(/(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '')
  expect(rest).not.toMatch(/[<>@`[\]]|\*\*|script/)
})
