import type { PlanFile } from './plan-file.ts'
import type { PlanKey } from './plan-key.ts'

/** A small whole plan, for tests: nobody makes it from a chart. */
export function smallPlan(key: PlanKey, more: Partial<PlanFile> = {}): PlanFile {
  const sha = (digit: string): string => `sha256:${digit.repeat(64)}`
  const tool = { pintle: '0.1.0', helm: '4.3.1' }
  return {
    schema: 'pintle.dev/plan/v1', tool, created: '2026-01-01T00:00:00.000Z', expires: '2026-01-02T00:00:00.000Z', author: 'alice@acme', environment: 'prod',
    requires: { approvals: 1, approvers: ['@acme/sre'] },
    policy: { pack: 'baseline', digest: sha('1'), results: [], overrides: [] },
    releases: [{
      service: 'web', name: 'web', namespace: 'shop', needs: [],
      target: { server: 'https://127.0.0.1:6443', clusterUid: 'u-1', context: 'prod', simulated: true, namespaceUid: 'u-2' },
      storage: { driver: 'Secret', lineage: 'u-3', serial: { revision: 1, status: 'deployed', uid: 'u-3', resourceVersion: '7' } },
      pin: { chart: { name: 'web', version: '1.0.0', digest: sha('2') }, dependencies: [], values: [{ path: 'prod.yaml', digest: key.digest('a: 1') }], tool },
      values: key.digest('values'), sources: { chart: 'charts/web' },
      capabilities: { kubeVersion: 'v1.36.0', apiVersions: '' }, lookups: [], nondeterministic: [],
      applyMethod: 'ssa', manifestDigest: key.digest('manifest'),
      objects: [{ ref: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'web' }, source: 'web/templates/cm.yaml', action: 'change', digest: sha('3'), live: { uid: 'u-4', resourceVersion: '5', owned: key.digest('owned') } }],
      hooks: [], crds: [], images: { before: [], after: [] },
      changes: { objects: [{ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'web', action: 'change', fields: [{ path: 'data.a', before: '1', after: 'ü', class: 'config' }] as never, classes: ['config'] as never }], added: 0, changed: 1, removed: 0, unchanged: 0 },
      hookChanges: { objects: [], added: 0, changed: 0, removed: 0, unchanged: 0 },
      operations: ['change ConfigMap/web'], revision: { before: 1, after: 2 }, rollback: { target: 1, steps: ['go back'], reversible: true },
      strategy: { kind: 'rolling', steps: [100] }, settings: { timeout: 300_000, createNamespace: false, historyMax: 10, skipTests: false, upgradeCrds: false },
      payload: key.seal('frozen', 'bound'),
    }],
    key: { id: key.id },
    ...more,
  }
}
