import { scryptSync } from 'node:crypto'
import { canonicalJson, sha256 } from '../attestation/index.ts'
import type { Pin } from './lock.ts'
import type { PlannedStrategy } from './plan-file.ts'
import type { ReleasePlan } from './prepare.ts'

/**
 * What a person approves of a release that is not kept in a plan file: the digest of the bytes that would be applied and the state they were compared with. The same
 * input over the same cluster gives the same one, on any machine. No key is shared between these, so the manifest's part is made slow to guess (scrypt).
 */
export function reviewDigest(plan: ReleasePlan, { tool: _tool, ...pinned }: Pin, strategy?: PlannedStrategy): string {
  const manifest = canonicalJson([plan.rendered.manifest, plan.rendered.hooks.map((h) => [h.path, h.manifest])])
  return sha256(canonicalJson({
    cluster: plan.clusterUid, name: plan.name, namespace: plan.namespace, revision: plan.revision, pin: pinned, ...(strategy?.rollout && { strategy }),
    manifest: scryptSync(manifest, 'pintle.dev/review', 32, { N: 16384, r: 8, p: 1 }).toString('hex'),
    before: plan.previewed.filter((p) => p.surveyed.role !== 'hook').map((p) => ({ ref: p.ref, uid: p.before?.metadata.uid, generation: p.before?.metadata.generation })).sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1)),
  }))
}
