import type { SloMetrics, SloQueries } from './provider-kind.ts'

/**
 * The queries of a service's error rate and latency in PromQL. Numerator and denominator are asked apart: their quotient hides whether one of them is missing.
 * `increase` is `rate` times the window, so the quotient is the same, and both are numbers of requests. `{{ .Subset }}` may be empty: PromQL takes a trailing comma.
 */
export function prometheusQueries({ requests, latency, serviceLabel, statusLabel, errorStatus, labels, milliseconds }: SloMetrics): SloQueries {
  const matchers = [`${serviceLabel}="{{ .Service }}"`, ...Object.entries(labels).map(([name, value]) => `${name}="${value}"`)].join(',')
  const over = (metric: string, more = ''): string => `increase(${metric}{${matchers}${more},{{ .Subset }}}[{{ .Window }}])`
  const buckets = (more: string): string => `sum by (le) (${latency}_bucket{${matchers}${more},{{ .Subset }}})`
  const seconds = milliseconds ? ' / 1000' : ''
  return {
    errors: `sum(${over(requests, `,${statusLabel}=~"${errorStatus}"`)})`,
    requests: `sum(${over(requests)})`,
    latencyBucket: `sum(${over(`${latency}_bucket`, `,le=~"{{ .LePattern${milliseconds ? 'Milliseconds' : ''} }}"`)})`,
    latencyCount: `sum(${over(`${latency}_count`)})`,
    // A histogram whose observations all lie in the last bucket: its quantile is the bound of the last but one.
    latencyTop: `histogram_quantile(0.5, ${buckets(',le!="+Inf"')} * 0 or ${buckets(',le="+Inf"')} * 0 + 1)${seconds}`,
    latencyQuantile: `histogram_quantile({{ .Quantile }}, sum by (le) (${over(`${latency}_bucket`)}))${seconds}`,
  }
}
