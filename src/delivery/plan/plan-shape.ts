import { anyMap, anything, base64, list, map, matching, oneOf, optional, real, text, truth, whole, type Shape } from './shape.ts'

/** The shape of plan files; the types are in plan-file.ts. */

const time = matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/, 'a time like 2026-01-31T12:00:00Z')
const digest = matching(/^sha256:[0-9a-f]{64}$/, 'a sha256 digest')
const keyed = matching(/^hmac-sha256:[0-9a-f]{64}$/, 'a keyed digest')
const digestOrNone = matching(/^((hmac-)?sha256:[0-9a-f]{64})?$/, 'a digest')
const name = matching(/^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/, 'the name of a Kubernetes object')
const count = whole(0, 1_000_000_000)

const ref = map({ apiVersion: text, kind: text, namespace: optional(text), name: text })
const tool = map({ pintle: text, helm: text })
const place = map({ file: text, line: optional(count), column: optional(count) })
const violation = map({ message: text, object: optional(ref), place: optional(place), hint: optional(text) })
const override = map({ rule: text, match: text, reason: text, by: text, expires: text, ticket: optional(text) })
const ruleResult = map({
  rule: text, severity: oneOf('block', 'warn', 'off'), status: oneOf('passed', 'violated', 'overridden', 'not-evaluated'), violations: list(violation), waived: optional(list(map({ violation, override }))), overrides: list(override), missing: optional(text),
})

const reviewed = map({
  release: name,
  checks: list(map({ kind: oneOf('lint', 'schema', 'dry-run', 'scan', 'signature', 'provenance', 'sbom', 'test', 'secrets'), subject: text, passed: truth, detail: optional(text), source: optional(text), at: optional(text) })),
  staging: optional(map({ environment: text, passed: truth, record: optional(text), detail: optional(text) })),
})

const pin = map({
  chart: map({ name: text, version: text, digest, source: optional(text), archive: optional(text), manifest: optional(text) }),
  dependencies: list(map({ name: text, version: text, digest })),
  values: list(map({ path: text, digest: keyed })),
  images: optional(list(map({ image: text, digest: text }))),
  tool,
})

const planned = map({
  ref, source: optional(text), action: oneOf('add', 'change', 'remove', 'keep', 'none', 'hook', 'crd'), digest: digestOrNone,
  live: optional(map({ uid: text, resourceVersion: text, owned: keyed })),
})

const change = map({
  apiVersion: text, kind: text, namespace: optional(text), name: text, source: optional(text), action: oneOf('add', 'change', 'remove', 'keep', 'none'),
  fields: list(map({ path: text, before: optional(anything), after: optional(anything), class: text })), classes: list(text),
  before: optional(anyMap), after: optional(anyMap),
})

const changes = map({ objects: list(change), added: count, changed: count, removed: count, unchanged: count })

const rollout = map({
  strategy: oneOf('canary', 'blue-green'), router: oneOf('replicas', 'gateway-api', 'istio', 'nginx', 'service', 'argo-rollouts', 'flagger'), steps: list(anyMap, 300), workload: optional(text), route: optional(text), tolerance: real(0, 100), replicas: optional(count),
  header: optional(map({ name: text, value: text })), deadline: count, undecided: oneOf('abort', 'hold'), lost: oneOf('abort', 'hold'), lostAfter: count, watch: count, gates: optional(anyMap), twoReleases: optional(map({ service: text, label: text })),
})

const releaseWith = (payload: Shape): Shape => map({
  service: text, name, namespace: name, needs: list(name),
  target: map({ server: text, clusterUid: text, context: text, simulated: truth, namespaceUid: optional(text) }),
  storage: map({ driver: text, lineage: text, serial: optional(map({ revision: whole(1, 1_000_000_000), status: text, uid: text, resourceVersion: text })) }),
  pin, values: keyed,
  sources: map({ chart: optional(text), lock: optional(map({ path: text, key: text, digest: digestOrNone })) }),
  capabilities: map({ kubeVersion: text, apiVersions: digestOrNone }),
  lookups: list(map({ call: text, digest: keyed })),
  nondeterministic: list(map({ template: text, line: count })),
  applyMethod: oneOf('ssa', 'csa'), manifestDigest: keyed,
  objects: list(planned), hooks: list(planned), crds: list(planned),
  images: map({ before: list(text), after: list(text) }),
  changes, hookChanges: changes,
  operations: list(text),
  revision: map({ before: count, after: whole(1, 1_000_000_000) }),
  rollback: map({ target: count, steps: list(text), reversible: truth, why: optional(text) }),
  strategy: map({ kind: oneOf('rolling', 'canary', 'blue-green'), steps: list(real(0, 100)), rollout: optional(rollout), weights: optional(list(map({ wanted: real(0, 100), achieved: real(0, 100) }))), why: optional(text), notices: optional(list(text, 100)) }),
  watch: optional(map({ for: count, onRed: oneOf('rollback', 'report'), gates: optional(anyMap) })),
  settings: map({ timeout: count, createNamespace: truth, historyMax: count, skipTests: truth, upgradeCrds: truth }),
  payload,
})

const planWith = (payload: Shape): Shape => map({
  schema: oneOf('pintle.dev/plan/v1'), tool, created: time, expires: time, author: text, environment: text,
  git: optional(map({ commit: text, dirty: truth })),
  ci: optional(map({ provider: text, run: optional(text) })),
  requires: map({ approvals: whole(0, 1000), approvers: list(text, 1000), maxAge: optional(whole(0, Number.MAX_SAFE_INTEGER)) }),
  emergency: optional(map({ reason: text, by: text })),
  policy: map({ pack: text, digest: matching(/^(sha256:[0-9a-f]{64})?$/, 'a digest'), results: list(ruleResult), overrides: list(override), checked: optional(list(reviewed, 10_000)) }),
  releases: list(releaseWith(payload), 10_000),
  key: map({ id: matching(/^[0-9a-f]{16}$/, 'the id of a key') }),
})

const sealed = map({ algorithm: oneOf('aes-256-gcm'), nonce: base64, ciphertext: base64, tag: base64 })

/** A plan in clear: of its payloads the digests. */
export const clearPlanShape: Shape = planWith(map({ digest }))
export const payloadsShape: Shape = list(sealed, 10_000)
