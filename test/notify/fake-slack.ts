import { fakeServer, type FakeAnswer, type FakeServer } from './fake-server.ts'

export interface FakeMessage { readonly ts: string; readonly thread_ts?: string; body: any }

/** Slack's Web API as far as it is used: errors within answers of status 200, names that only some methods take, pages, metadata only when asked for. */
export async function fakeSlack(token: string, options: { lacks?: readonly string[] } = {}): Promise<FakeServer & { messages: FakeMessage[] }> {
  const messages: FakeMessage[] = []
  const id = 'C0DEPLOYS1'
  let clock = 1_700_000_000
  const no = (error: string): FakeAnswer => ({ json: { ok: false, error } })
  const server = await fakeServer(({ method, url, headers, json }) => {
    if (headers.authorization !== `Bearer ${token}`) return no('invalid_auth')
    const name = url.pathname.slice(1)
    if (options.lacks?.includes(name)) return no('missing_scope')
    if (method === 'POST' && !/^application\/json; ?charset=utf-8$/.test(headers['content-type'] ?? '')) return no('invalid_post_type')
    switch (name) {
      case 'auth.test': return { json: { ok: true, user: 'pintle' } }
      case 'conversations.list': {
        const second = url.searchParams.get('cursor') === 'two'
        return { json: { ok: true, channels: second ? [{ id, name: 'deploys' }] : [{ id: 'C0OTHER0001', name: 'other' }], response_metadata: { next_cursor: second ? '' : 'two' } } }
      }
      case 'conversations.history': {
        if (url.searchParams.get('channel') !== id) return no('channel_not_found')
        const top = messages.filter((m) => m.thread_ts === undefined).reverse()
        const from = Number(url.searchParams.get('cursor') ?? 0)
        const page = top.slice(from, from + 2).map((m) => ({ ts: m.ts, text: m.body.text, ...(url.searchParams.get('include_all_metadata') === 'true' ? { metadata: m.body.metadata } : {}) }))
        return { json: { ok: true, messages: page, response_metadata: { next_cursor: from + 2 < top.length ? String(from + 2) : '' } } }
      }
      case 'chat.postMessage': {
        if (json.channel !== '#deploys' && json.channel !== id) return no('channel_not_found')
        const message: FakeMessage = { ts: `${++clock}.000100`, ...(json.thread_ts ? { thread_ts: json.thread_ts as string } : {}), body: json }
        messages.push(message)
        return { json: { ok: true, channel: id, ts: message.ts } }
      }
      case 'chat.update': {
        if (json.channel !== id) return no('channel_not_found')
        const message = messages.find((m) => m.ts === json.ts)
        if (message === undefined) return no('message_not_found')
        message.body = json
        return { json: { ok: true, channel: id, ts: message.ts } }
      }
      default: return no('unknown_method')
    }
  })
  return Object.assign(server, { messages })
}
