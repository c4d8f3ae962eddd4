import type { ReleaseRecord } from './record.ts'
import { isAddendum } from './record.ts'
import type { StoredEntry } from './store.ts'

/** A CloudEvent 1.0 in structured mode that carries a CDEvent 0.3. https://cdevents.dev, cloudevents-binding.md */
export interface CloudEvent {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: string
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly data: CdEvent
}

interface CdEvent {
  readonly context: { readonly version: '0.3.0'; readonly id: string; readonly source: string; readonly type: string; readonly timestamp: string }
  readonly subject: {
    readonly id: string
    readonly source: string
    readonly type: 'service'
    readonly content: { readonly environment: { readonly id: string; readonly source: string }; readonly artifactId?: string }
  }
  readonly customData: Readonly<Record<string, unknown>>
  readonly customDataContentType: 'application/json'
}

type Kind = 'deployed' | 'upgraded' | 'rolledback' | 'removed'

/** The event of an entry, made of names and digests alone: no text that a check or a cluster wrote is in it. undefined where nothing about the service changed. */
export function cloudEvent({ entry, hash, sequence }: StoredEntry): CloudEvent | undefined {
  if (isAddendum(entry)) return undefined
  const kind = kindOf(entry)
  if (kind === undefined) return undefined
  const { target, environment } = entry
  const source = `/pintle/${uri(target.clusterUid || 'unknown')}/${uri(target.namespace)}`
  const type = `dev.cdevents.service.${kind}.0.1.1`
  const content = { environment: { id: environment || target.namespace, source }, ...(kind === 'removed' ? {} : { artifactId: artifactOf(entry, kind) }) }
  return {
    specversion: '1.0', id: entry.id, source, type, subject: entry.service, time: entry.ended, datacontenttype: 'application/json',
    data: {
      context: { version: '0.3.0', id: entry.id, source, type, timestamp: entry.ended },
      subject: { id: entry.service, source, type: 'service', content },
      customDataContentType: 'application/json',
      customData: {
        pintle: {
          record: entry.id, sequence, head: hash, outcome: entry.outcome, operation: entry.operation, cluster: target.clusterUid, namespace: target.namespace, release: target.release, revision: entry.revision,
          plan: entry.plan.digest, chart: { name: entry.chart.name, version: entry.chart.version, appVersion: entry.chart.appVersion, digest: entry.chart.digest }, images: entry.images, operator: entry.operator, started: entry.started,
          ...(entry.git ? { git: entry.git.commit } : {}), simulated: target.simulated,
        },
      },
    },
  }
}

function kindOf(r: ReleaseRecord): Kind | undefined {
  if (r.outcome === 'rolled-back') return r.rollback.used?.toRevision === 0 ? 'removed' : 'rolledback'
  if (r.outcome !== 'succeeded' && r.outcome !== 'unverified') return undefined
  if (r.operation === 'uninstall') return 'removed'
  if (r.operation === 'rollback') return 'rolledback'
  return r.operation === 'install' || (r.operation === undefined && r.revision.before === 0) ? 'deployed' : 'upgraded'
}

/** A package URL of the chart that runs now: after going back the one before, as far as it is known. */
function artifactOf(r: ReleaseRecord, kind: Kind): string {
  const chart = kind === 'rolledback' && r.outcome === 'rolled-back' ? r.chartBefore : r.chart
  return chart === undefined ? `pkg:helm/${uri(r.chart.name)}` : `pkg:helm/${uri(chart.name)}@${uri(chart.version)}`
}

const uri = encodeURIComponent
