import { PintleError } from '../../errors/index.ts'
import type { ErrorCode } from '../../errors/index.ts'
import { goQuote } from './go-text.ts'

/** Kubernetes' metav1.Status, as far as it is read here. */
export interface Status {
  kind?: string
  status?: string
  message?: string
  reason?: string
  code?: number
  details?: { name?: string; group?: string; kind?: string; uid?: string; causes?: { reason?: string; message?: string; field?: string }[]; retryAfterSeconds?: number }
}

/**
 * The error for an answer that is not a success. The message is the server's own when it sent a Status, else the one
 * client-go makes up for the code (apimachinery api/errors NewGenericServerResponse).
 * @param generic client-go's raw reads (version, discovery) never look at the Status
 */
export function apiError(method: string, httpStatus: number, body: string, generic = false): PintleError {
  const sent = parseStatus(body)
  const message = (generic ? undefined : sent?.message) || genericMessage(httpStatus, body, sent)
  const status: Status = sent ?? { kind: 'Status', status: 'Failure', code: httpStatus, message, reason: genericReason(method, httpStatus) }
  const hint = /HTTP request to an HTTPS server/.test(body) ? 'The server speaks TLS: its address should start with https://.' : hintFor(httpStatus, status)
  return new PintleError(codeFor(status.code ?? httpStatus), message, { details: { status: withoutValues(status) }, ...(hint === undefined ? {} : { hint }) })
}

/** The error for a Status that came inside a stream. */
export function statusError(status: Status): PintleError {
  return apiError('GET', status.code ?? 500, JSON.stringify(status))
}

/** The Status an error carries, if it came from a server. */
export function statusOf(error: unknown): Status | undefined {
  return error instanceof PintleError ? (error.details?.status as Status | undefined) : undefined
}

function parseStatus(body: string): Status | undefined {
  if (!body.startsWith('{')) return undefined
  try {
    const value = JSON.parse(body)
    return value?.kind === 'Status' && value.status !== 'Success' ? value : undefined
  } catch {
    return undefined
  }
}

function codeFor(status: number): ErrorCode {
  switch (status) {
    case 401: return 'kube.unauthorized'
    case 403: return 'kube.forbidden'
    case 404: return 'kube.notFound'
    case 409: return 'kube.conflict'
    case 400: case 413: case 415: case 422: return 'kube.invalid'
    case 408: case 504: return 'kube.timeout'
    default: return 'kube.server'
  }
}

const genericMessages: Readonly<Record<number, string>> = {
  400: 'the server rejected our request for an unknown reason',
  401: 'the server has asked for the client to provide credentials',
  404: 'the server could not find the requested resource',
  405: 'the server does not allow this method on the requested resource',
  409: 'the server reported a conflict',
  422: 'the server rejected our request due to an error in our request',
  429: 'the server has received too many requests and has asked us to try again later',
  503: 'the server is currently unable to handle the request',
  504: 'the server was unable to return a response in the time allotted, but may still be processing the request',
}

function genericMessage(code: number, body: string, sent: Status | undefined): string {
  const text = printableBody(body)
  if (code === 403 || code === 415) return sent?.message ?? text
  if (code === 406) return text === 'unknown' ? 'the server was unable to respond with a content type that the client supports' : text
  const known = genericMessages[code]
  if (known !== undefined) return known
  if (code >= 500) return `an error on the server (${goQuote(text)}) has prevented the request from succeeding`
  return `the server responded with the status code ${code} but did not return more information`
}

/** client-go shows the start of a text answer and "unknown" for anything else. */
function printableBody(body: string): string {
  const text = body.trim()
  return text === '' || text.startsWith('{') ? 'unknown' : text.slice(0, 2048)
}

function genericReason(method: string, code: number): string {
  if (code === 409) return method === 'POST' ? 'AlreadyExists' : 'Conflict'
  const reasons: Record<number, string> = {
    400: 'BadRequest', 401: 'Unauthorized', 403: 'Forbidden', 404: 'NotFound', 405: 'MethodNotAllowed', 406: 'NotAcceptable', 415: 'UnsupportedMediaType',
    422: 'Invalid', 429: 'TooManyRequests', 503: 'ServiceUnavailable', 504: 'Timeout',
  }
  return reasons[code] ?? (code >= 500 ? 'InternalError' : '')
}

function hintFor(httpStatus: number, status: Status): string | undefined {
  switch (httpStatus) {
    case 401: return 'The server does not accept these credentials: they may have expired. Log in again, or check the user of the kubeconfig context.'
    case 403: return forbiddenHint(status.message ?? '')
    case 409: return status.reason === 'AlreadyExists' ? undefined : 'Somebody else changed the object meanwhile; try again.'
    case 429: return 'The server is overloaded or limits this user; try again later, or with a smaller --qps.'
    case 500: return brokenHint(status.message ?? '')
    default: return undefined
  }
}

/** The smallest rule that would allow what was refused (apiserver's responsewriters/errors.go words the refusal), or what else a 403 means. */
function forbiddenHint(message: string): string | undefined {
  const refused = /User "([^"]*)" cannot (\S+) resource "([^"]*)" in API group "([^"]*)"(?: in the namespace "([^"]*)"| at the cluster scope)?/.exec(message)
  if (refused !== null) {
    const [, user, verb, resource, group, namespace] = refused
    const kind = namespace === undefined ? 'ClusterRole' : `Role in ${namespace}`
    return `Ask for a ${kind}, bound to ${user}, with the rule {apiGroups: [${JSON.stringify(group)}], resources: [${JSON.stringify(resource)}], verbs: [${JSON.stringify(verb)}]}.`
  }
  const path = /User "([^"]*)" cannot (\S+) path "([^"]*)"/.exec(message)
  if (path !== null) return `Ask for a ClusterRole, bound to ${path[1]}, with the rule {nonResourceURLs: [${JSON.stringify(path[3])}], verbs: [${JSON.stringify(path[2])}]}.`
  if (/because it is being terminated/.test(message)) return 'The namespace is being deleted: wait until it is gone, then install with --create-namespace.'
  return undefined
}

/** Failures behind the API server that a user can do something about. */
function brokenHint(message: string): string | undefined {
  const webhook = /failed calling webhook "([^"]*)"/.exec(message)
  if (webhook !== null) return `The admission webhook ${webhook[1]} does not answer as it should, and the cluster insists on it: look at the service behind it (kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations).`
  if (/mvcc: database space exceeded/.test(message)) return 'The store of the cluster (etcd) is full and takes no writes: compact and defragment it, then lift its alarm with `etcdctl alarm disarm`.'
  if (/etcdserver: /.test(message)) return 'The store of the cluster (etcd) had no leader or no time; try again.'
  return undefined
}

/** Details go to machines: kept small, without what a cause quotes from a Secret. */
function withoutValues(status: Status): Status {
  if (status.details?.kind?.toLowerCase() !== 'secret' && status.details?.kind?.toLowerCase() !== 'secrets') return status
  return { ...status, details: { ...status.details, causes: (status.details.causes ?? []).map(c => ({ ...(c.reason === undefined ? {} : { reason: c.reason }), ...(c.field === undefined ? {} : { field: c.field }) })) } }
}
