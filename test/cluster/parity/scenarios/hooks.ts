import { configMap, crd, deployment, hook, job, pod } from '../../release-fixtures.ts'
import type { HookEvent, RenderedHook } from '../../../../src/cluster/release/index.ts'
import type { KubeObject } from '../../../../src/cluster/kube/index.ts'
import type { Scenario } from '../scenario.ts'

const one = configMap('one', { a: '1' })
const next = configMap('one', { a: '2' })
const failing = (name: string, ...events: HookEvent[]): RenderedHook => hook(job(name, 'example.com/fail:1'), events)
const every: HookEvent[] = ['pre-install', 'post-install', 'pre-upgrade', 'post-upgrade', 'pre-rollback', 'post-rollback', 'pre-delete', 'post-delete']

/** An umbrella whose subcharts have hooks and notes of their own. */
const umbrella = {
  'Chart.yaml': 'apiVersion: v2\nname: umbrella\nversion: 1.0.0\ndependencies:\n- {name: db, version: 0.1.0, condition: db.enabled}\n- {name: cache, version: 0.1.0, alias: fast}\n',
  'values.yaml': 'db: {enabled: true}\nglobal: {tier: gold}\n',
  'templates/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\ndata: {tier: {{ .Values.global.tier }}}\n',
  'templates/tests/t.yaml': 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}-test\n  annotations: {helm.sh/hook: test, helm.sh/hook-delete-policy: "before-hook-creation,hook-succeeded"}\nspec: {restartPolicy: Never, containers: [{name: t, image: "example.com/test:1"}]}\n',
  'charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 0.1.0\n',
  'charts/db/templates/NOTES.txt': 'Database of {{ .Release.Name }}\n',
  'charts/db/templates/migrate.yaml': 'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: {{ .Release.Name }}-migrate\n  annotations: {helm.sh/hook: "post-install,pre-upgrade", helm.sh/hook-weight: "-3", helm.sh/hook-delete-policy: hook-succeeded}\nspec: {backoffLimit: 0, template: {spec: {restartPolicy: Never, containers: [{name: m, image: "example.com/job:1"}]}}}\n',
  'charts/db/templates/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}-db}\ndata: {tier: {{ .Values.global.tier }}}\n',
  'charts/cache/Chart.yaml': 'apiVersion: v2\nname: cache\nversion: 0.1.0\n',
  'charts/cache/templates/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}-{{ .Chart.Name }}}\ndata: {a: b}\n',
  'charts/cache/templates/warm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-warm\n  annotations: {helm.sh/hook: "pre-install,post-upgrade"}\ndata: {a: b}\n',
}

export const hooks: readonly Scenario[] = [
  { name: 'hooks of every event', charts: { one: { objects: [one], hooks: every.map((event, i) => hook(job(event), [event], { weight: i % 3 })) } }, steps: 'install web one\n= get hooks web\nupgrade web one\nrollback web\nupgrade web one --no-hooks\nrollback web 1 --no-hooks\nuninstall web\ninstall web one --no-hooks\nuninstall web --no-hooks' },
  {
    name: 'weights and kinds', charts: {
      one: {
        objects: [one],
        hooks: [hook(configMap('z-first', { a: '1' }), ['pre-install', 'pre-upgrade'], { weight: -10 }), hook(pod('b'), ['pre-install', 'pre-upgrade'], { weight: 5 }), hook(job('a'), ['pre-install', 'pre-upgrade'], { weight: 5 }), hook({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'late' }, stringData: { a: 'b' } } as KubeObject, ['post-install'], { weight: 1 })],
      },
    }, steps: 'install web one\nupgrade web one\n~ delete ConfigMap/z-first\nupgrade web one\n= get hooks web\nuninstall web',
  },
  {
    name: 'delete policies', charts: {
      one: {
        objects: [one],
        hooks: [
          hook(job('succeeded'), ['pre-install', 'pre-upgrade'], { deletePolicies: ['hook-succeeded'] }), hook(job('before'), ['pre-install', 'pre-upgrade'], { deletePolicies: ['before-hook-creation'] }),
          hook(job('both'), ['post-install', 'post-upgrade'], { deletePolicies: ['before-hook-creation', 'hook-succeeded'] }), hook(job('failed'), ['post-install', 'post-upgrade'], { deletePolicies: ['hook-failed'] }),
        ],
      },
      bad: { objects: [next], hooks: [hook(job('good'), ['pre-upgrade'], { weight: -1, deletePolicies: ['hook-succeeded'] }), hook(job('broken', 'example.com/fail:1'), ['pre-upgrade'], { deletePolicies: ['hook-failed'] })] },
    }, steps: 'install web one\nupgrade web bad --timeout 20s\nupgrade web one\nuninstall web',
  },
  { name: 'fail before and after install', charts: { pre: { objects: [one], hooks: [failing('pre', 'pre-install')] }, post: { objects: [one], hooks: [failing('post', 'post-install')] } }, steps: 'install web pre --timeout 20s\n= get hooks web\nuninstall web\ninstall web post --timeout 20s\ninstall again post --rollback-on-failure --timeout 20s\nuninstall web' },
  { name: 'fail around an upgrade', charts: { one: [one], pre: { objects: [next], hooks: [failing('pre', 'pre-upgrade')] }, post: { objects: [next], hooks: [failing('post', 'post-upgrade')] } }, steps: 'install web one\nupgrade web pre --timeout 20s\nupgrade web post --timeout 20s\nupgrade web pre --rollback-on-failure --timeout 20s\n= history web' },
  {
    name: 'fail around a rollback', charts: { one: { objects: [one], hooks: [failing('pre', 'pre-rollback')] }, next: [next] },
    steps: String.raw`
      install web one
      upgrade web next
      rollback web 1 --timeout 20s
      ≠ rollback with a failing hook: Secret/sh.helm.release.v1.web.v3 labels status: "pending-rollback" → "failed"
      ≠ rollback with a failing hook: Secret/sh.helm.release.v1.web.v3 record info status: "pending-rollback" → "failed"
      ≠ rollback with a failing hook: Secret/sh.helm.release.v1.web.v3 record info description: "Rollback to 1" → "Rollback \"web\" failed: resource Job/<ns>/pre not ready. status: Failed, message: Job Failed. failed: 1/1"
      ≠ rollback with a failing hook: Secret/sh.helm.release.v1.web.v3 record hooks 0 last_run completed_at: nothing → "<time>"
      ≠ rollback with a failing hook: Secret/sh.helm.release.v1.web.v3 record hooks 0 last_run phase: "Running" → "Failed"
      upgrade web next
      ≠ rollback with a failing hook: exit: 1 → 0
      ≠ rollback with a failing hook: stderr: "Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress\n" → ""
      ≠ rollback with a failing hook: stdout: "" → "Release \"web\" has been upgraded. Happy Helming!\nNAME: web\nLAST DEPLOYED: <ansic>\nNAMESPACE: <ns>\nSTATUS: deployed\nREVISION: 4\nDESCRIPTION: Upgrade complete\nTEST SUITE: None\n"
      ≠ rollback with a failing hook: Secret/sh.helm.release.v1.web.v2 labels status: "deployed" → "superseded"
      ≠ rollback with a failing hook: Secret/sh.helm.release.v1.web.v2 record info status: "deployed" → "superseded"
      ≠ rollback with a failing hook: Secret/sh.helm.release.v1.web.v4: nothing → a deployed record`,
  },
  { name: 'fail before uninstall', charts: { one: { objects: [one], hooks: [failing('pre', 'pre-delete')] }, post: { objects: [one], hooks: [failing('post', 'post-delete')] } }, steps: `
      install web one
      uninstall web --timeout 20s
      ≠ concurrent runs: Secret/sh.helm.release.v1.web.v1 annotations: nothing → {"pintle.dev/run":"<run>"}
      ≠ concurrent runs: Secret/sh.helm.release.v1.web.v1 managers 0 2 f:metadata f:annotations: nothing → {".":{},"f:pintle.dev/run":{}}
      = status web
      uninstall web --no-hooks
      install web post
      uninstall web --timeout 20s
      = list` },
  { name: 'cannot be created', charts: { c: { objects: [one], hooks: [hook({ ...job('pre'), dtaa: 1 } as KubeObject, ['pre-install'])] }, two: { objects: [one], hooks: [hook({ apiVersion: 'nobody.dev/v1', kind: 'Thing', metadata: { name: 'x' } }, ['pre-upgrade'])] } }, steps: 'install web c\nupgrade web two' },
  { name: 'take too long', charts: { c: { objects: [one], hooks: [hook(pod('pre', 'example.com/slow:1'), ['pre-install'])] } }, steps: 'install web c --timeout 4s\nuninstall web' },
  { name: 'what hooks wrote', charts: { c: { objects: [one], hooks: [hook(job('said'), ['pre-install'], { outputLogPolicies: ['hook-succeeded', 'hook-failed'] }), hook(pod('spoke'), ['post-install'], { outputLogPolicies: ['hook-succeeded'] })] }, bad: { objects: [one], hooks: [hook(job('cried', 'example.com/fail:1'), ['pre-upgrade'], { outputLogPolicies: ['hook-failed'] })] } }, steps: String.raw`
      install web c
      ≠ output of hooks: stderr: "" → "  said-<id>/main: starting main\n  said-<id>/main: main: done\n  spoke/main: starting main\n  spoke/main: main: done\n"
      upgrade web bad --timeout 20s
      ≠ output of hooks: stderr: "Error: UPGRADE FAILED: pre-upgrade hooks failed: resource Job/<ns>/cried not ready. status: Failed, message: Job Failed. failed: 1/1\n" → "  cried-<id>/main: starting main\n  cried-<id>/main: main: fatal: asked to fail by its image\nError: UPGRADE FAILED: pre-upgrade hooks failed: resource Job/<ns>/cried not ready. status: Failed, message: Job Failed. failed: 1/1\n"` },
  { name: 'a hook that is a definition', charts: { c: { objects: [one], hooks: [hook(crd('hookedNAMESPACE', 'HookedNAMESPACE'), ['pre-install', 'pre-upgrade'])] } }, steps: 'install rel c\nupgrade rel c\nuninstall rel' },
  { name: 'hooks by Helm 3’s rules', charts: { one: [one, deployment('app')], slow: [one, deployment('app', 'example.com/slow:1')], bad: { objects: [one], hooks: [failing('pre', 'pre-upgrade')] }, badPod: { objects: [one], hooks: [hook(pod('pre', 'example.com/fail:1'), ['pre-upgrade'])] }, slowPod: { objects: [one], hooks: [hook(pod('slow', 'example.com/slow:1'), ['pre-upgrade'])] } }, steps: 'install web one --wait=legacy --wait-for-jobs --timeout 20s\nupgrade web slow --wait=legacy --timeout 4s\nupgrade web bad --wait=legacy --timeout 20s\nupgrade web badPod --wait=legacy --timeout 20s\nupgrade web slowPod --wait=legacy --timeout 4s' },
  { name: 'an umbrella', charts: { umbrella }, steps: 'install rel umbrella --render-subchart-notes\nupgrade rel umbrella --set db.enabled=false\nupgrade rel umbrella --set global.tier=silver --render-subchart-notes\ntest rel\n= status rel\n= get hooks rel\n= get notes rel\nrollback rel 1\ntest rel --logs --filter name=rel-test\nuninstall rel' },
  { name: 'tests of every policy', charts: { c: { objects: [one], hooks: [hook(pod('keep'), ['test']), hook(pod('gone'), ['test'], { deletePolicies: ['hook-succeeded'] }), hook(job('count'), ['test'], { weight: -1 }), hook(pod('bad', 'example.com/fail:1'), ['test'], { weight: 9 })] } }, steps: 'install web c\ntest web --timeout 20s\ntest web --filter !name=bad --logs --timeout 20s\ntest web --filter name=gone\ntest web --filter name=bad --logs --timeout 20s\n= get hooks web\nuninstall web' },
]
