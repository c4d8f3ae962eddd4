import { resolve } from 'node:path'
import type { HttpClient } from '../../../charts/http/index.ts'
import type { RegistryClient } from '../../../charts/registry/index.ts'
import { PintleError } from '../../../errors/index.ts'
import { isUrl } from '../../git/index.ts'
import { otlpSettings, resourceOf } from '../otlp-settings.ts'
import type { EvidenceSettings, SinkSettings } from '../settings.ts'
import { eventFileSink, eventHttpSink, otlpSink, traceFileSink } from './event-sinks.ts'
import type { Sink } from './sink.ts'

export interface SinkMeans {
  /** Folder of pintle.yaml: paths are relative to it. */
  readonly base: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly http: HttpClient
  readonly registry: (plainHttp: boolean) => Promise<RegistryClient>
}

/** The sinks that pintle.yaml and OpenTelemetry's variables name; those that lack something fail when they are used, so that no run ends for it. */
export async function makeSinks(settings: EvidenceSettings, means: SinkMeans): Promise<Sink[]> {
  const { base, env, http } = means
  const out: Sink[] = []
  for (const sink of settings.sinks) out.push(await sinkOf(sink, means))
  const { events, traces } = settings
  if (events.file !== undefined) out.push(eventFileSink(resolve(base, events.file)))
  if (events.http !== undefined) out.push(events.tokenEnv !== undefined && !env[events.tokenEnv] ? unusable(`events:${new URL(events.http).origin}`, `the variable ${events.tokenEnv} is not set`, false) : eventHttpSink(http, events.http, events.tokenEnv === undefined ? undefined : env[events.tokenEnv]))
  if (traces.file !== undefined) out.push(traceFileSink(resolve(base, traces.file), resourceOf(env)))
  const otlp = otlpSettings(env)
  if (typeof otlp === 'string') out.push(unusable('traces', otlp, false))
  else if (otlp !== undefined) out.push(otlpSink(http, otlp))
  return out
}

async function sinkOf(sink: SinkSettings, { base, env, http, registry }: SinkMeans): Promise<Sink> {
  if ('folder' in sink) return (await import('./folder-sink.ts')).folderSink(resolve(base, sink.folder))
  if ('oci' in sink) return (await import('./oci-sink.ts')).ociSink(await registry(sink.oci.plainHttp), sink.oci.repository)
  if ('git' in sink) {
    const { repository } = sink.git
    return (await import('./git-sink.ts')).gitSink({ ...sink.git, repository: isUrl(repository) ? repository : resolve(base, repository) })
  }
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = env
  if (!accessKeyId || !secretAccessKey) return unusable(`s3:${sink.s3.bucket}`, 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set', true)
  return (await import('./s3-sink.ts')).s3Sink(http, sink.s3, { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) })
}

const unusable = (name: string, why: string, wantsHistory: boolean): Sink => ({ name, wantsHistory, send: () => Promise.reject(new PintleError('evidence.sink', why)) })
