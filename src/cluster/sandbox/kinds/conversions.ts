import type { JsonMap } from '../json.ts'

/** A version whose objects are stored in another one. */
export interface Conversion {
  /** Where they are stored, when not under their own group. */
  readonly table?: string
  readonly storedApiVersion: string
  toStored(object: JsonMap): JsonMap
  fromStored(object: JsonMap): JsonMap
}

/** The conversion of a version that is not the stored one. */
export function conversionsOf(group: string, version: string, plural: string): Conversion | undefined {
  if (group === 'events.k8s.io' && plural === 'events') return events
  if (group === 'autoscaling' && version === 'v1' && plural === 'horizontalpodautoscalers') return autoscalers
  return undefined
}

const drop = (map: JsonMap): JsonMap => {
  for (const key of Object.keys(map)) if (map[key] === undefined) delete map[key]
  return map
}

/** core/v1 and events.k8s.io/v1 are the same events under other names. */
const events: Conversion = {
  table: '/events',
  storedApiVersion: 'v1',
  toStored: (o) => drop({
    apiVersion: 'v1', kind: 'Event', metadata: o.metadata, involvedObject: o.regarding ?? {}, reason: o.reason, message: o.note, source: o.deprecatedSource ?? {},
    firstTimestamp: o.deprecatedFirstTimestamp ?? null, lastTimestamp: o.deprecatedLastTimestamp ?? null, count: o.deprecatedCount, type: o.type,
    eventTime: o.eventTime ?? null, series: o.series, action: o.action, related: o.related,
    reportingComponent: o.reportingController ?? '', reportingInstance: o.reportingInstance ?? '',
  }),
  fromStored: (o) => drop({
    apiVersion: 'events.k8s.io/v1', kind: 'Event', metadata: o.metadata, eventTime: o.eventTime ?? null, series: o.series, reportingController: o.reportingComponent || undefined,
    reportingInstance: o.reportingInstance || undefined, action: o.action, reason: o.reason, regarding: o.involvedObject, related: o.related, note: o.message, type: o.type,
    deprecatedSource: o.source, deprecatedFirstTimestamp: o.firstTimestamp ?? null, deprecatedLastTimestamp: o.lastTimestamp ?? null, deprecatedCount: o.count,
  }),
}

/** autoscaling/v1 knows one CPU target; the other metrics it keeps in an annotation. */
const autoscalers: Conversion = {
  storedApiVersion: 'autoscaling/v2',
  toStored(o) {
    const { targetCPUUtilizationPercentage, ...spec } = (o.spec ?? {}) as JsonMap
    const { 'autoscaling.alpha.kubernetes.io/metrics': others, ...annotations } = (o.metadata?.annotations ?? {}) as JsonMap
    const cpu = (averageUtilization: unknown): JsonMap => ({ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } })
    const metrics = [
      ...(targetCPUUtilizationPercentage === undefined ? [] : [cpu(targetCPUUtilizationPercentage)]),
      ...(typeof others === 'string' ? JSON.parse(others) as JsonMap[] : []),
    ]
    const { currentCPUUtilizationPercentage, ...status } = (o.status ?? {}) as JsonMap
    return drop({
      ...o, apiVersion: 'autoscaling/v2',
      metadata: drop({ ...o.metadata, annotations: Object.keys(annotations).length ? annotations : undefined }),
      // Defaults of v2 apply on the way (pkg/apis/autoscaling/v2/defaults.go).
      spec: { ...spec, metrics: metrics.length ? metrics : [cpu(80)] },
      status: { ...status, currentMetrics: currentCPUUtilizationPercentage === undefined ? null : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: currentCPUUtilizationPercentage } } }] },
    })
  },
  fromStored(o) {
    const { metrics = [], behavior: _behavior, ...spec } = (o.spec ?? {}) as JsonMap
    const isCpu = (m: JsonMap): boolean => m.type === 'Resource' && m.resource?.name === 'cpu' && m.resource?.target?.averageUtilization !== undefined
    const cpu = (metrics as JsonMap[]).find(isCpu)
    const others = (metrics as JsonMap[]).filter((m) => m !== cpu)
    const { currentMetrics: _current, conditions: _conditions, ...status } = (o.status ?? {}) as JsonMap
    const annotations = { ...o.metadata?.annotations, ...(others.length ? { 'autoscaling.alpha.kubernetes.io/metrics': JSON.stringify(others) } : {}) }
    return drop({
      ...o, apiVersion: 'autoscaling/v1',
      metadata: drop({ ...o.metadata, annotations: Object.keys(annotations).length ? annotations : undefined }),
      spec: drop({ ...spec, targetCPUUtilizationPercentage: cpu?.resource?.target?.averageUtilization }),
      status: { currentReplicas: 0, desiredReplicas: 0, ...status },
    })
  },
}
