import { equal, isEmptyValue } from '../../json.ts'
import type { JsonMap } from '../../json.ts'
import { selectorMatcher } from '../../selectors.ts'
import { forbiddenField, invalidValue, notSupported, required } from '../../status.ts'
import { internal, intOrPercent, isZero, labelSelector, labels, nonNegative } from './checks.ts'
import type { Check, Problems } from './checks.ts'
import { podSpec } from './pod-spec.ts'

/** pkg/apis/apps/validation. */
function template(o: JsonMap, kind: string, out: Problems, always = true): void {
  const spec = o.spec as JsonMap
  const inner = spec.template as JsonMap
  const selector = spec.selector as JsonMap | null
  if (selector === null || selector === undefined) out.push(required('spec.selector'))
  else {
    labelSelector(selector, 'spec.selector', out)
    if (isEmptyValue(selector.matchLabels) && isEmptyValue(selector.matchExpressions)) out.push(invalidValue('spec.selector', selector, `empty selector is invalid for ${kind}`))
  }
  const matching = selector !== null && selector !== undefined && selectorMatcher(selector)(inner.metadata?.labels as Record<string, string> | undefined)
  if (!matching) out.push(invalidValue('spec.template.metadata.labels', sorted(inner.metadata?.labels), '`selector` does not match template `labels`'))
  labels(inner.metadata?.labels, 'spec.template.labels', out)
  // A StatefulSet's pods are not looked at before they are made: their volumes may be claims.
  if (kind === 'statefulset') return
  podSpec(inner.spec as JsonMap, 'spec.template.spec', out)
  if (always && inner.spec.restartPolicy !== 'Always' && ['OnFailure', 'Never'].includes(inner.spec.restartPolicy as string)) {
    out.push(notSupported('spec.template.spec.restartPolicy', inner.spec.restartPolicy, ['Always']))
  }
  if (always && inner.spec.activeDeadlineSeconds !== undefined) out.push(forbiddenField('spec.template.spec.activeDeadlineSeconds', `activeDeadlineSeconds in ${kind === 'deployment' ? 'ReplicaSet' : kind} is not Supported`))
}

/** Go prints maps in the order of their keys. */
function sorted(value: unknown): unknown {
  return value === undefined || value === null ? null : Object.fromEntries(Object.entries(value as JsonMap).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function immutableSelector(o: JsonMap, old: JsonMap | undefined, out: Problems): void {
  if (old !== undefined && !equal(o.spec.selector, old.spec.selector)) out.push(invalidValue('spec.selector', o.spec.selector, 'field is immutable'))
}

export const deployment: Check = (o, old) => {
  const out: Problems = []
  const s = o.spec as JsonMap
  nonNegative(s.replicas, 'spec.replicas', out)
  template(o, 'deployment', out)
  const strategy = s.strategy as JsonMap
  if (strategy.type === 'Recreate') {
    if (strategy.rollingUpdate) out.push(forbiddenField('spec.strategy.rollingUpdate', "may not be specified when strategy `type` is 'Recreate'"))
  } else if (strategy.type === 'RollingUpdate') {
    const rolling = strategy.rollingUpdate as JsonMap
    intOrPercent(rolling.maxUnavailable, 'spec.strategy.rollingUpdate.maxUnavailable', out)
    intOrPercent(rolling.maxSurge, 'spec.strategy.rollingUpdate.maxSurge', out)
    if (isZero(rolling.maxUnavailable) && isZero(rolling.maxSurge)) out.push(invalidValue('spec.strategy.rollingUpdate.maxUnavailable', rolling.maxUnavailable, 'may not be 0 when `maxSurge` is 0'))
    if (typeof rolling.maxUnavailable === 'string' && /^\d+%$/.test(rolling.maxUnavailable) && Number(rolling.maxUnavailable.slice(0, -1)) > 100) out.push(invalidValue('spec.strategy.rollingUpdate.maxUnavailable', rolling.maxUnavailable, 'must not be greater than 100%'))
  } else out.push(notSupported('spec.strategy', internal(strategy, ['Type', 'RollingUpdate']), ['Recreate', 'RollingUpdate']))
  nonNegative(s.minReadySeconds, 'spec.minReadySeconds', out)
  nonNegative(s.revisionHistoryLimit, 'spec.revisionHistoryLimit', out)
  nonNegative(s.progressDeadlineSeconds, 'spec.progressDeadlineSeconds', out)
  if (typeof s.progressDeadlineSeconds === 'number' && s.progressDeadlineSeconds > 0 && s.progressDeadlineSeconds <= (s.minReadySeconds ?? 0)) {
    out.push(invalidValue('spec.progressDeadlineSeconds', s.progressDeadlineSeconds, 'must be greater than minReadySeconds'))
  }
  immutableSelector(o, old, out)
  return out
}

export const replicaSet: Check = (o, old) => {
  const out: Problems = []
  nonNegative(o.spec.replicas, 'spec.replicas', out)
  nonNegative(o.spec.minReadySeconds, 'spec.minReadySeconds', out)
  template(o, 'deployment', out)
  immutableSelector(o, old, out)
  return out
}

export const replicationController: Check = (o) => {
  const out: Problems = []
  nonNegative(o.spec.replicas, 'spec.replicas', out)
  if (isEmptyValue(o.spec.selector)) out.push(required('spec.selector'))
  if (!o.spec.template) out.push(required('spec.template'))
  else podSpec(o.spec.template.spec as JsonMap, 'spec.template.spec', out)
  return out
}

export const statefulSet: Check = (o, old) => {
  const out: Problems = []
  const s = o.spec as JsonMap
  if (!['OrderedReady', 'Parallel'].includes(s.podManagementPolicy as string)) out.push(invalidValue('spec.podManagementPolicy', s.podManagementPolicy, "must be 'OrderedReady' or 'Parallel'"))
  const strategy = s.updateStrategy as JsonMap
  if (strategy.type === 'OnDelete') {
    if (strategy.rollingUpdate) out.push(invalidValue('spec.updateStrategy.rollingUpdate', strategy.rollingUpdate, "only allowed for updateStrategy 'RollingUpdate'"))
  } else if (strategy.type === 'RollingUpdate') nonNegative(strategy.rollingUpdate?.partition, 'spec.updateStrategy.rollingUpdate.partition', out)
  else out.push(invalidValue('spec.updateStrategy', internal(strategy, ['Type', 'RollingUpdate']), "must be 'RollingUpdate' or 'OnDelete'"))
  nonNegative(s.replicas, 'spec.replicas', out)
  nonNegative(s.minReadySeconds, 'spec.minReadySeconds', out)
  template(o, 'statefulset', out)
  if (old !== undefined) {
    const bare = ({ replicas: _r, ordinals: _o, template: _t, updateStrategy: _u, revisionHistoryLimit: _h, persistentVolumeClaimRetentionPolicy: _p, minReadySeconds: _m, ...rest }: JsonMap): JsonMap => rest
    if (!equal(bare(s), bare(old.spec as JsonMap))) {
      out.push(forbiddenField('spec', "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"))
    }
  }
  return out
}

export const daemonSet: Check = (o, old) => {
  const out: Problems = []
  const s = o.spec as JsonMap
  template(o, 'daemonset', out)
  nonNegative(s.minReadySeconds, 'spec.minReadySeconds', out)
  const strategy = s.updateStrategy as JsonMap
  if (strategy.type === 'RollingUpdate') {
    const rolling = strategy.rollingUpdate as JsonMap | undefined
    intOrPercent(rolling?.maxUnavailable, 'spec.updateStrategy.rollingUpdate.maxUnavailable', out, true)
    intOrPercent(rolling?.maxSurge, 'spec.updateStrategy.rollingUpdate.maxSurge', out, true)
    if (isZero(rolling?.maxUnavailable) && isZero(rolling?.maxSurge)) out.push(invalidValue('spec.updateStrategy.rollingUpdate.maxUnavailable', rolling?.maxUnavailable, 'may not be 0 when `maxSurge` is 0'))
  } else if (strategy.type !== 'OnDelete') out.push(notSupported('spec.updateStrategy.type', strategy.type, ['OnDelete', 'RollingUpdate']))
  nonNegative(s.revisionHistoryLimit, 'spec.revisionHistoryLimit', out)
  immutableSelector(o, old, out)
  return out
}

/** pkg/apis/batch/validation. */
function jobSpec(s: JsonMap, at: string, out: Problems, named: boolean): void {
  for (const key of ['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished']) nonNegative(s[key], `${at}.${key}`, out)
  if (s.completionMode === 'Indexed' && s.completions === undefined) out.push(required(`${at}.completions`, "when completion mode is Indexed"))
  void named
}

function jobTemplate(s: JsonMap, at: string, out: Problems): void {
  const policy = s.template.spec.restartPolicy as string
  podSpec(s.template.spec as JsonMap, `${at}.template.spec`, out)
  if (policy === 'Always') out.push(required(`${at}.template.spec.restartPolicy`, 'valid values: "OnFailure", "Never"'))
}

export const job: Check = (o, old) => {
  const out: Problems = []
  const s = o.spec as JsonMap
  const manual = s.manualSelector === true
  const uid = o.metadata.uid as string
  jobSpec(s, 'spec', out, true)
  if (s.selector === undefined || s.selector === null) out.push(required('spec.selector'))
  else labelSelector(s.selector as JsonMap, 'spec.selector', out)
  if (!manual && old === undefined && !equal(s.selector, { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } })) {
    out.push(invalidValue('spec.selector', s.selector, '`selector` not auto-generated'))
  }
  if (s.selector && !selectorMatcher(s.selector as JsonMap)(s.template.metadata?.labels as Record<string, string> | undefined)) {
    out.push(invalidValue('spec.template.metadata.labels', sorted(s.template.metadata?.labels), '`selector` does not match template `labels`'))
  }
  jobTemplate(s, 'spec', out)
  if (old !== undefined) {
    const before = old.spec as JsonMap
    if (s.completionMode !== 'Indexed' && !equal(s.completions, before.completions)) out.push(invalidValue('spec.completions', s.completions ?? null, 'field is immutable'))
    if (!equal(s.selector, before.selector)) out.push(invalidValue('spec.selector', s.selector, 'field is immutable'))
    const suspended = before.suspend === true && old.status?.startTime === undefined
    if (!suspended && !equal(s.template, before.template)) out.push(invalidValue('spec.template', s.template, 'field is immutable'))
    if (!equal(s.completionMode, before.completionMode)) out.push(invalidValue('spec.completionMode', s.completionMode, 'field is immutable'))
  }
  return out
}

export const cronJob: Check = (o) => {
  const out: Problems = []
  const s = o.spec as JsonMap
  const schedule = (s.schedule as string | undefined) ?? ''
  if (schedule === '') out.push(required('spec.schedule'))
  else {
    const problem = scheduleProblem(schedule)
    if (problem !== undefined) out.push(invalidValue('spec.schedule', schedule, problem))
  }
  if (s.timeZone !== undefined) {
    try {
      new Intl.DateTimeFormat('en', { timeZone: s.timeZone as string })
    } catch {
      out.push(invalidValue('spec.timeZone', s.timeZone, `unknown time zone ${s.timeZone}`))
    }
  }
  nonNegative(s.startingDeadlineSeconds, 'spec.startingDeadlineSeconds', out)
  if (!['Allow', 'Forbid', 'Replace'].includes(s.concurrencyPolicy as string)) out.push(notSupported('spec.concurrencyPolicy', s.concurrencyPolicy, ['Allow', 'Forbid', 'Replace']))
  nonNegative(s.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit', out)
  nonNegative(s.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit', out)
  const inner = (s.jobTemplate?.spec ?? {}) as JsonMap
  jobSpec(inner, 'spec.jobTemplate.spec', out, false)
  if (inner.template) jobTemplate(inner, 'spec.jobTemplate.spec', out)
  if (String(o.metadata.name ?? '').length > 52) out.unshift(invalidValue('metadata.name', o.metadata.name, 'must be no more than 52 characters'))
  return out
}

/** robfig/cron's ParseStandard, as far as it refuses. */
function scheduleProblem(text: string): string | undefined {
  const spec = text.replace(/^(TZ|CRON_TZ)=\S+\s+/, '')
  if (spec.startsWith('@')) return /^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$/.test(spec) || /^@every \S+$/.test(spec) ? undefined : `unrecognized descriptor: ${spec}`
  const fields = spec.trim().split(/\s+/)
  if (fields.length !== 5) return `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`
  return undefined
}

export const podTemplate: Check = (o) => {
  const out: Problems = []
  podSpec((o.template?.spec ?? {}) as JsonMap, 'template.spec', out)
  return out
}

export const noChecks: Check = () => []
