/**
 * `node bench/gates.ts`: one judgement of error rate and latency on the real Prometheus, which measures itself: in process, as `pintle gate`, and by the same queries with curl and jq.
 * Needs `npm run build`.
 */
import { spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { openGates, readGates } from '../src/delivery/gates/index.ts'
import { realClock } from '../src/delivery/rollout/index.ts'
import { startPrometheus } from '../test/cluster/prometheus-server.ts'
import { folder, pintle } from '../test/cli/run-cli.ts'
import { median } from './numbers.ts'

const rounds = 15
const service = 'prometheus'
const metrics = { requests: 'prometheus_http_requests_total', latency: 'prometheus_http_request_duration_seconds', service_label: 'job', status_label: 'code' }
const script = `ask() { curl -fsS "$PROMETHEUS_URL/api/v1/query" --data-urlencode "query=$1" | jq -r '.data.result[0].value[1]'; }
ask 'sum(rate(prometheus_http_requests_total{job="${service}",code=~"5.."}[30s])) / sum(rate(prometheus_http_requests_total{job="${service}"}[30s]))'
ask 'histogram_quantile(0.95, sum by (le) (rate(prometheus_http_request_duration_seconds_bucket{job="${service}"}[30s])))'
`

const prometheus = await startPrometheus({ scrapeConfigs: [] })
if (prometheus === undefined) throw new Error('the bench needs Prometheus')
const dir = folder({ 'pintle.yaml': `apiVersion: pintle.dev/v1\nservices:\n  ${service}:\n    chart: ./chart\n    slo: { error_rate_max: 0.01, p95_latency_ms: 100, window: 30s, min_samples: 1, metrics: ${JSON.stringify(metrics)} }\n` })
try {
  await prometheus.reload([{ job_name: service, static_configs: [{ targets: [`127.0.0.1:${prometheus.port}`] }] }])
  for (const end = Date.now() + 8000; Date.now() < end; await sleep(50)) await prometheus.query('up')
  const env = { PATH: process.env.PATH, HOME: dir.path, PROMETHEUS_URL: prometheus.url }
  const settings = readGates({ error_rate_max: 0.01, p95_latency_ms: 100, window: '30s', min_samples: 1, metrics }, undefined, (path, message) => new Error(`${path.join('.')}: ${message}`) as never)
  const clock = realClock()
  const gates = openGates(settings, { clock, env })
  const subject = { service, release: service, namespace: '', environment: '', canary: service, stable: service, weight: 100, step: '100%', whole: true }
  const ways: Record<string, () => Promise<unknown> | unknown> = {
    'in process': async () => {
      const { verdict, reason } = await gates.once({ subject, since: clock.now() })
      if (verdict !== 'pass') throw new Error(`${verdict}: ${reason}`)
    },
    'pintle gate': () => program(process.execPath, [pintle, 'gate', service]),
    'curl and jq': () => program('sh', ['-c', script]),
  }
  function program(name: string, args: readonly string[]): void {
    const { status, stdout, stderr } = spawnSync(name, args, { cwd: dir.path, env, encoding: 'utf8' })
    if (status !== 0) throw new Error(`${name}: ${status} ${stdout} ${stderr}`)
  }
  const times: Record<string, number[]> = {}
  for (let round = 0; round <= rounds; round++) {
    for (const [name, way] of Object.entries(ways)) {
      const started = performance.now()
      await way()
      // The first round warms up.
      if (round > 0) (times[name] ??= []).push(performance.now() - started)
    }
  }
  for (const [name, of] of Object.entries(times)) console.log(`${name.padEnd(12)} ${median(of).toFixed(1)} ms (median of ${of.length})`)
} finally {
  dir.remove()
  await prometheus.stop()
}
