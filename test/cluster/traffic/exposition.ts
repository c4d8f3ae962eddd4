/** Upper bounds in seconds, as Prometheus' clients have them, with one at 300 ms. */
export const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10] as const

/** Counters of one process: they only grow, and are gone with it. */
export class Counters {
  readonly #requests = new Map<string, number>()
  readonly #buckets: number[] = buckets.map(() => 0)
  #count = 0
  #sum = 0
  readonly started = Date.now() / 1000

  observe(status: number, seconds: number): void {
    this.#requests.set(String(status), (this.#requests.get(String(status)) ?? 0) + 1)
    this.#count++
    this.#sum += seconds
    for (let i = buckets.length - 1; i >= 0 && seconds <= buckets[i]!; i--) this.#buckets[i]!++
  }

  /** In Prometheus' text format. @param requests leaves out what is known of requests when false */
  text(requests: boolean): string {
    const lines = ['# TYPE process_start_time_seconds gauge', `process_start_time_seconds ${this.started}`]
    if (requests) {
      lines.push('# HELP http_requests_total Requests answered.', '# TYPE http_requests_total counter')
      for (const [status, count] of this.#requests) lines.push(`http_requests_total{method="GET",status="${status}"} ${count}`)
      lines.push('# HELP http_request_duration_seconds Time until the answer.', '# TYPE http_request_duration_seconds histogram')
      buckets.forEach((le, i) => { lines.push(`http_request_duration_seconds_bucket{le="${le}"} ${this.#buckets[i]}`) })
      lines.push(`http_request_duration_seconds_bucket{le="+Inf"} ${this.#count}`, `http_request_duration_seconds_sum ${this.#sum}`, `http_request_duration_seconds_count ${this.#count}`)
    }
    return `${lines.join('\n')}\n`
  }
}
