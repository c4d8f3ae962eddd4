import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect } from 'vitest'
import { loadChart, readValues } from '../../src/charts/chart/index.ts'
import type { Cluster, KubeObject } from '../../src/cluster/kube/index.ts'
import { KubeDriver, type StorageDriver } from '../../src/cluster/release/index.ts'
import { sha256 } from '../../src/delivery/attestation/index.ts'
import { PlanKey, applyPlan, checkPlan, makePlan, parsePlan, pin, planText, type AppliedRelease, type CheckPlanOptions, type CheckedPlan, type DigestedPlan, type MadePlan, type MakePlanOptions, type PlanRequest } from '../../src/delivery/plan/index.ts'
import { recordedWrites, type Write } from './recorded-writes.ts'

const tool = { pintle: '1.2.3', helm: '4.0.0' }

/** The files of the chart that plans are made from: an object of each kind that matters, switched by values. */
export function chartFiles(more: Record<string, string> = {}): Record<string, string> {
  return {
    'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'values.yaml': 'color: red\nextra: false\ngone: true\nreplicas: 0\nhook: one\n',
    'templates/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "{{ .Release.Name }}-config", labels: { tier: "{{ .Values.color }}" } }\ndata: { color: "{{ .Values.color }}", fixed: same }\n',
    'templates/same.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "{{ .Release.Name }}-same" }\ndata: { a: "1" }\n',
    'templates/secret.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: { name: "{{ .Release.Name }}-secret" }\nstringData: { key: "very-secret-{{ .Values.color }}" }\n',
    'templates/deployment.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: "{{ .Release.Name }}-app" }\nspec:\n  replicas: {{ .Values.replicas }}\n  selector: { matchLabels: { app: web } }\n  template:\n    metadata: { labels: { app: web } }\n    spec: { containers: [{ name: main, image: "example.com/web:{{ .Values.color }}" }] }\n',
    'templates/extra.yaml': '{{ if .Values.extra }}apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "{{ .Release.Name }}-extra" }\ndata: { a: new }\n{{ end }}',
    'templates/gone.yaml': '{{ if .Values.gone }}apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "{{ .Release.Name }}-gone" }\ndata: { a: old }\n{{ end }}',
    'templates/hook.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "{{ .Release.Name }}-hook", annotations: { "helm.sh/hook": "pre-install,pre-upgrade" } }\ndata: { a: "{{ .Values.hook }}" }\n',
    'templates/NOTES.txt': 'It is {{ .Values.color }}.\n',
    ...more,
  }
}

export interface PlanWorldOptions {
  readonly cluster: Cluster
  readonly namespace: string
  /** More files of the chart. */
  readonly files?: Record<string, string>
  readonly key?: PlanKey
  readonly driver?: (namespace: string, cluster: Cluster) => StorageDriver
}

/** A chart in a folder, and what can be done with it on a cluster. */
export class PlanWorld {
  readonly key: PlanKey
  readonly namespace: string
  readonly cluster: Cluster
  readonly driver: (namespace: string, cluster: Cluster) => StorageDriver
  readonly folder = mkdtempSync(join(tmpdir(), 'pintle-plan-'))

  constructor({ cluster, namespace, files = {}, key = PlanKey.random(), driver = (where, on) => new KubeDriver(on, where) }: PlanWorldOptions) {
    this.driver = driver
    this.cluster = cluster
    this.namespace = namespace
    this.key = key
    this.write(chartFiles(files))
  }

  write(files: Record<string, string>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, 'web', name)), { recursive: true })
      writeFileSync(join(this.folder, 'web', name), text)
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  async request(set: readonly string[], more: Partial<PlanRequest> = {}): Promise<PlanRequest> {
    const chart = await loadChart(join(this.folder, 'web'))
    return {
      service: 'web', name: 'web', namespace: this.namespace, needs: [], chart, values: await readValues({ set: [...set] }), pin: pin(chart, [], tool), smoke: [], sources: { chart: 'web' },
      target: { server: this.cluster.server, context: 'test', simulated: false }, settings: { timeout: 30_000, createNamespace: false, historyMax: 10, skipTests: true, upgradeCrds: false }, ...more,
    }
  }

  async make(set: readonly string[] = [], more: Partial<MakePlanOptions> = {}): Promise<MadePlan> {
    return await makePlan({
      cluster: this.cluster, driver: this.driver, key: this.key, lifetime: 3_600_000, tool, author: 'alice', environment: 'test', requires: { approvals: 0, approvers: [] },
      requests: more.requests ?? [await this.request(set)], ...more,
    })
  }

  /** Makes a plan and reads it back from its text, as apply does. */
  async plan(set: readonly string[] = [], more: Partial<MakePlanOptions> = {}): Promise<DigestedPlan> {
    const made = await this.make(set, more)
    return parsePlan(Buffer.from(planText(made.plan).text))
  }

  async check(plan: DigestedPlan, more: Partial<CheckPlanOptions> = {}): Promise<CheckedPlan> {
    return await checkPlan({ plan, key: this.key, cluster: this.cluster, driver: this.driver, version: tool.pintle, ...more })
  }

  /** Checks, and applies what may be applied. */
  async apply(plan: DigestedPlan, more: Partial<CheckPlanOptions> = {}): Promise<{ refused: string[]; applied: AppliedRelease[]; errors: unknown[]; writes: Write[] }> {
    const { cluster, writes } = recordedWrites(more.cluster ?? this.cluster)
    const checked = await this.check(plan, { ...more, cluster })
    if (checked.refusals.length > 0) return { refused: checked.refusals.map((r) => `${r.id}${r.object === undefined ? '' : ` ${r.object.kind}/${r.object.name}`}`), applied: [], errors: [], writes }
    const errors: unknown[] = []
    const applied = await applyPlan({
      digest: plan.digest, checked, settings: ({ planned }) => ({ cluster, driver: this.driver(planned.namespace, cluster) }),
      ended: async (_release, performed) => {
        if (performed.outcome !== 'deployed') errors.push(performed.error)
        return performed.outcome === 'deployed'
      },
    })
    return { refused: [], applied, errors, writes }
  }

  /** Applies, and expects that it works. */
  async applied(set: readonly string[] = [], more: Partial<MakePlanOptions> = {}): Promise<DigestedPlan> {
    const plan = await this.plan(set, more)
    const { refused, applied } = await this.apply(plan)
    expect({ refused, outcomes: applied.map((a) => a.outcome) }).toEqual({ refused: [], outcomes: plan.plan.releases.map(() => 'deployed') })
    return plan
  }

  /** Expects that it is refused for exactly these reasons, that no write was sent, and that everything is as it was. */
  async refuses(plan: DigestedPlan, reasons: readonly string[], more: Partial<CheckPlanOptions> = {}): Promise<void> {
    const before = await this.state()
    const { refused, writes } = await this.apply(plan, more)
    expect(refused.sort()).toEqual([...reasons].sort())
    expect(writes).toEqual([])
    expect(await this.state()).toEqual(before)
  }

  /** What stands in the namespace, apart from what controllers write by themselves. */
  async state(): Promise<string[]> {
    const lists = await Promise.all((['v1 ConfigMap', 'v1 Secret', 'apps/v1 Deployment'] as const).map((kind) => this.cluster.list(...(kind.split(' ') as [string, string]), { namespace: this.namespace })))
    return lists.flatMap(({ items }) => items).filter((o) => o.metadata.name !== 'kube-root-ca.crt')
      .map((o) => `${o.kind}/${o.metadata.name} ${o.metadata.uid} ${sha256(JSON.stringify([o.metadata.labels, o.data, o.spec]))}`).sort()
  }

  ref(kind: string, name: string): { apiVersion: string; kind: string; namespace: string; name: string } {
    return { apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1', kind, namespace: this.namespace, name }
  }

  /** Somebody else edits an object. */
  async edit(kind: string, name: string, patch: object, manager = 'kubectl-edit'): Promise<KubeObject> {
    return await this.cluster.patch(this.ref(kind, name), 'merge', patch, { fieldManager: manager })
  }
}

/** Worlds that are removed once their suite has ended. */
export function worlds(): (options: PlanWorldOptions) => PlanWorld {
  const made: PlanWorld[] = []
  afterAll(() => { for (const world of made) world.remove() })
  return (options) => {
    const world = new PlanWorld(options)
    made.push(world)
    return world
  }
}
