import type { KubeObject } from '../../../../cluster/kube/index.ts'
import { noManifests, podsOf } from '../../objects/pods.ts'
import type { Rule } from '../../rule.ts'

/** Objects that tell a monitoring system what to scrape or to probe. */
const kinds = new Set(['ServiceMonitor', 'PodMonitor', 'Probe', 'ScrapeConfig', 'VMServiceScrape', 'VMPodScrape', 'VMProbe', 'PodMonitoring', 'ClusterPodMonitoring', 'DatadogMonitor', 'DatadogMetric', 'Instrumentation', 'OpenTelemetryCollector'])

/** Annotations that do. */
const annotation = /^(?:prometheus\.io\/scrape$|.*\.?ad\.datadoghq\.com\/|instrumentation\.opentelemetry\.io\/inject|co\.elastic\.(?:logs|metrics|hints)|k8s\.grafana\.com\/scrape|metrics\.dynatrace\.com\/scrape)/

export default {
  id: 'manifests/monitoring',
  title: 'What serves is monitored.',
  phase: 'plan',
  severity: { baseline: 'off', production: 'block' },
  reason: 'A release that nothing measures cannot be judged: neither a gate nor the person on call sees that it fails.',
  fix: 'Add a ServiceMonitor or PodMonitor, or the scrape annotations of your monitoring system; most charts have a value for it.',
  check({ manifests }) {
    if (manifests === undefined) return noManifests
    const serving = podsOf(manifests).filter((pod) => ['Deployment', 'StatefulSet', 'DaemonSet'].includes(pod.object.kind))
    const all = manifests.objects.map((o) => o.object)
    const watched = all.some((o) => kinds.has(o.kind) || annotated(o.metadata.annotations)) || serving.some((pod) => annotated(pod.metadata.annotations))
    return serving.length === 0 || watched ? [] : [{ message: `nothing of the ${all.length} objects makes a monitoring system look at ${serving.length === 1 ? `${serving[0]!.ref.kind}/${serving[0]!.ref.name}` : `the ${serving.length} workloads`}` }]
  },
} satisfies Rule

const annotated = (annotations: KubeObject['metadata']['annotations']): boolean => Object.entries(annotations ?? {}).some(([key, value]) => annotation.test(key) && value !== 'false')
