/** The real Prometheus that gates are tested against: it scrapes a real server, and answers. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startPrometheus } from './prometheus-server.ts'

test('scrapes a server every second and answers queries', async context => {
  let asked = 0
  const exposition = createServer((_, response) => { response.end(`# TYPE asked counter\nasked ${++asked}\n`) })
  await new Promise<void>(resolve => { exposition.listen(0, '127.0.0.1', resolve) })
  const target = `127.0.0.1:${(exposition.address() as AddressInfo).port}`
  const job = (labels: Record<string, string>) => [{ job_name: 'asked', static_configs: [{ targets: [target], labels }] }]
  const prometheus = await startPrometheus({ scrapeConfigs: job({ track: 'one' }) })
  try {
    if (prometheus === undefined) return context.skip()
    const value = async (query: string): Promise<number> => {
      for (const end = Date.now() + 20_000; ; await sleep(100)) {
        const { result } = await prometheus.query(query)
        if (result.length > 0) return Number(result[0].value[1])
        if (Date.now() > end) throw new Error(`no answer to ${query}`)
      }
    }
    expect(await value('asked{track="one"} >= 2')).toBeGreaterThanOrEqual(2)
    expect((await prometheus.targets()).map(target => target.health)).toEqual(['up'])
    await prometheus.reload(job({ track: 'two' }))
    expect(await value('asked{track="two"}')).toBeGreaterThan(2)
  } finally {
    exposition.close()
    await prometheus?.stop()
  }
})
