import type { Api } from '../api.ts'
import { podLog } from '../behaviours.ts'
import type { PodLike } from '../behaviours.ts'
import { badRequest, notFound } from '../status.ts'
import type { ApiResponse } from './exchange.ts'

/** GET .../pods/NAME/log */
export function podLogs(api: Api, namespace: string, name: string, query: URLSearchParams): ApiResponse {
  const pod = api.store.get('/pods', namespace, name)
  if (pod === undefined) throw notFound('', 'pods', name)
  const all = [...(pod.spec.initContainers ?? []), ...(pod.spec.containers ?? [])].map((c) => (c as { name: string }).name)
  const regular = (pod.spec.containers as { name: string }[]).map((c) => c.name)
  let container = query.get('container') || ''
  if (container === '') {
    if (regular.length > 1) throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${regular.join(' ')}]`)
    container = regular[0]!
  } else if (!all.includes(container)) throw badRequest(`container ${container} is not valid for pod ${name}`)
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])] as { name: string; restartCount?: number; state?: { waiting?: { reason: string; message?: string } } }[]
  const status = statuses.find((s) => s.name === container)
  const waiting = status?.state?.waiting
  if (query.get('previous') === 'true' && !(status?.restartCount ?? 0)) throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`)
  if (waiting !== undefined && waiting.reason !== 'CrashLoopBackOff') {
    const why = waiting.reason === 'ContainerCreating' || waiting.reason === 'PodInitializing' ? waiting.reason
      : /Image/.test(waiting.reason) ? "trying and failing to pull image" : waiting.reason
    throw badRequest(`container "${container}" in pod "${name}" is waiting to start: ${why}`)
  }
  let lines = podLog(pod as unknown as PodLike, container)
  const tail = query.get('tailLines')
  if (tail !== null && tail !== '') {
    const rows = lines.split('\n').slice(0, -1)
    lines = rows.slice(Math.max(0, rows.length - Number(tail))).map((r) => `${r}\n`).join('')
  }
  return { status: 200, text: lines, contentType: 'text/plain' }
}
