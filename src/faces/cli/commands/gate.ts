import { openGates, type Verdict } from '../../../delivery/gates/index.ts'
import { realClock } from '../../../delivery/rollout/index.ts'
import type { Command } from '../command.ts'
import { outputFlag, projectFlags } from '../flag-sets.ts'
import { gateCall } from '../gate-settings.ts'
import { gateReport } from '../gate-report.ts'
import { printStructured } from '../structured.ts'

const exits: Readonly<Record<Verdict, number>> = { pass: 0, fail: 1, inconclusive: 3, 'no-data': 3, error: 4 }

/** `pintle gate`: `check-slo.sh SERVICE STEP`. */
export const gate: Command = {
  use: 'gate [SERVICE] [STEP] [flags]',
  long: `Judges a service by its metrics, once and now, and shows every query, answer and step of the arithmetic.

The thresholds are those of pintle.yaml (\`slo\` and \`gates\` of the service), or come from flags, which win; a service that is not in pintle.yaml needs flags alone. STEP is the
percentage of the traffic that the new version has (default 100). With --canary the pods of that workload are judged; without it all of the service is.

In place of a script: \`pintle gate "$SERVICE" "$STEP"\` is \`./scripts/check-slo.sh "$SERVICE" "$STEP"\`. Where nothing names a server, the variable PROMETHEUS_URL does.

Exit codes: 0 passed, 1 failed, 3 inconclusive (too few requests, no data), 4 it could not be asked.`,
  examples: `pintle gate checkout-api 25 -e prod --canary checkout-api-canary
pintle gate checkout-api-green 100 --prometheus http://prometheus:9090 --error-rate-max 0.005 --p95-latency-ms 300
pintle gate checkout-api -e prod --wait -o json
pintle gate checkout-api --query 'max(queue_lag{queue="orders"})' --max 100`,
  flags: [
    ...projectFlags,
    { name: 'prometheus', type: 'string', placeholder: 'URL', usage: 'Prometheus, Thanos or Mimir to ask' },
    { name: 'error-rate-max', type: 'float', usage: 'share of the requests that may fail: 0.005' },
    { name: 'p95-latency-ms', type: 'float', usage: 'milliseconds within which 95% of the requests must be answered' },
    { name: 'window', type: 'string', usage: 'how far back to look (default 5m)' },
    { name: 'scrape-interval', type: 'string', usage: 'how often metrics are read from the service (default 15s)' },
    { name: 'min-samples', type: 'int', usage: 'requests without which nothing is decided (default 3 / error-rate-max, and 200)' },
    { name: 'confidence', type: 'bool', usage: "fail only where chance does not explain it (Wilson's interval, 95%)" },
    { name: 'subset', type: 'string', usage: 'what tells versions apart: pod, hash, track, none', completes: ['pod', 'hash', 'track', 'none'] },
    { name: 'canary', type: 'string', placeholder: 'NAME', usage: "the new version's workload" },
    { name: 'canary-hash', type: 'string', placeholder: 'HASH', usage: 'pod-template-hash of its pods' },
    { name: 'stable', type: 'string', placeholder: 'NAME', usage: "the old version's workload (default SERVICE)" },
    { name: 'stable-hash', type: 'string', placeholder: 'HASH', usage: 'pod-template-hash of its pods' },
    { name: 'began', type: 'duration', usage: 'how long ago the new version had its first traffic, for estimates' },
    { name: 'query', type: 'string', usage: 'a query of its own, in place of those of `gates`' },
    { name: 'max', type: 'float', usage: 'what the query may give at most' },
    { name: 'min', type: 'float', usage: 'what the query must give at least' },
    { name: 'gate', type: 'stringArray', placeholder: 'NAME', usage: 'judge this gate alone; can be repeated' },
    { name: 'wait', type: 'bool', usage: 'wait for two scrapes and a whole window first, and for longer windows while there are too few requests' },
    outputFlag,
  ],
  args: [0, 2],
  completes: ['name', 'none...'],
  interrupts: 'stop',
  async run(context) {
    const { flags, out, signal } = context
    const { settings, subject, folder } = gateCall(context)
    const clock = realClock()
    const gates = openGates(settings, { clock, env: process.env, folder, signal })
    const only = flags.list('gate')
    const options = { subject, since: clock.now(), signal, ...(only.length > 0 && { only }) }
    const outcome = await (flags.bool('wait') ? gates.inline(options) : gates.once(options))
    if (!printStructured(context, () => ({ service: subject.service, step: subject.step, verdict: outcome.verdict, reason: outcome.reason, evaluations: outcome.evaluations }))) out.write(gateReport(outcome))
    return exits[outcome.verdict]
  },
}
