import { randomUUID } from 'node:crypto'
import type { Caller } from '../requests.ts'
import { timestamp } from '../clock.ts'
import type { JsonMap } from '../json.ts'
import type { ResourceType } from '../resources.ts'
import { ApiError, notFound } from '../status.ts'
import { mayDo } from '../users.ts'
import type { User } from '../users.ts'
import type { Services } from './exchange.ts'
import type { ResourcePath } from './path.ts'

/** Writes that answer at once and store nothing of their own: reviews, evictions, bindings, tokens. undefined for all others. */
export function postSpecial(services: Services, type: ResourceType, path: ResourcePath, body: JsonMap, caller: Caller, user: User): JsonMap | undefined {
  const { api } = services
  const base = { kind: body.kind, apiVersion: body.apiVersion, metadata: { ...body.metadata } }
  if (path.name === undefined) {
    switch (`${type.group}/${type.plural}`) {
      case 'authorization.k8s.io/selfsubjectaccessreviews':
      case 'authorization.k8s.io/subjectaccessreviews':
      case 'authorization.k8s.io/localsubjectaccessreviews':
      {
        const asked = (body.spec?.resourceAttributes ?? {}) as Record<string, string | undefined>
        const resource = asked.subresource ? `${asked.resource}/${asked.subresource}` : asked.resource ?? ''
        const own = type.plural === 'selfsubjectaccessreviews'
        const allowed = !own || user.rules === undefined || (body.spec?.resourceAttributes !== undefined && mayDo(user, asked.verb ?? '', asked.group ?? '', resource, asked.namespace || undefined))
        return { kind: type.kind, apiVersion: 'authorization.k8s.io/v1', metadata: base.metadata, spec: body.spec, status: { allowed, ...(allowed ? { reason: 'the sandbox allows it' } : {}) } }
      }
      case 'authorization.k8s.io/selfsubjectrulesreviews':
        return {
          kind: type.kind, apiVersion: 'authorization.k8s.io/v1', metadata: base.metadata, spec: {},
          status: {
            resourceRules: user.rules === undefined ? [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }]
              : user.rules.filter((r) => r.namespaces === undefined || r.namespaces.includes(String(body.spec?.namespace))).map((r) => ({ verbs: r.verbs, apiGroups: r.groups ?? ['*'], resources: r.resources ?? ['*'] })),
            nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['*'] }], incomplete: false,
          },
        }
      case 'authentication.k8s.io/selfsubjectreviews':
        return { kind: type.kind, apiVersion: 'authentication.k8s.io/v1', metadata: { ...base.metadata, creationTimestamp: timestamp(Date.now()) }, status: { userInfo: { username: user.name, groups: user.groups } } }
      case 'authentication.k8s.io/tokenreviews':
        return { kind: type.kind, apiVersion: 'authentication.k8s.io/v1', metadata: base.metadata, spec: body.spec, status: { authenticated: false } }
      default: return undefined
    }
  }
  const namespace = path.namespace ?? ''
  switch (`${type.group}/${type.plural}/${path.subresource ?? ''}`) {
    case '/pods/eviction': {
      const pod = api.get({ type, namespace, name: path.name })
      for (const budget of api.store.list('policy/poddisruptionbudgets', namespace)) {
        const labels = (pod.metadata.labels ?? {}) as Record<string, string>
        const match = Object.entries((budget.spec?.selector?.matchLabels ?? {}) as Record<string, string>).every(([k, v]) => labels[k] === v)
        if (match && (budget.status?.disruptionsAllowed ?? 0) <= 0) {
          throw new ApiError(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.",
            { causes: [{ reason: 'DisruptionBudget', message: `The disruption budget ${budget.metadata.name} needs ${budget.status?.desiredHealthy ?? 0} healthy pods and has ${budget.status?.currentHealthy ?? 0} currently` }] })
        }
      }
      api.delete({ type, namespace, name: path.name }, (body.deleteOptions ?? {}) as JsonMap, caller)
      return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }
    }
    case '/pods/binding': {
      const found = api.touch(type, namespace, path.name, (p) => ({ ...p, spec: { ...p.spec, nodeName: body.target?.name } }), caller.manager, 'binding')
      if (found === undefined) throw notFound('', 'pods', path.name)
      return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }
    }
    case '/serviceaccounts/token': {
      api.get({ type, namespace, name: path.name })
      const seconds = Number(body.spec?.expirationSeconds ?? 3600)
      return {
        kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1', metadata: { name: path.name, namespace, creationTimestamp: timestamp(Date.now()) },
        spec: { audiences: body.spec?.audiences ?? ['https://kubernetes.default.svc'], expirationSeconds: seconds, boundObjectRef: body.spec?.boundObjectRef ?? null },
        status: { token: `sandbox-${randomUUID()}`, expirationTimestamp: timestamp(Date.now() + seconds * 1000) },
      }
    }
    case '/namespaces/finalize':
      return api.touch(type, '', path.name, (n) => ({ ...n, spec: body.spec ?? {} }), caller.manager)
    default: return undefined
  }
}
