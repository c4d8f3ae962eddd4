import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { pintle } from '../cli/run-cli.ts'

/** A kustomization over what a chart renders: in Pintle's own commands, and as post-renderer of the real Helm 4 and Helm 3, beside the real kustomize. */
const helm = await ensureTool('helm')
const helm3 = await ensureTool('helm3')
const kustomize = await ensureTool('kustomize')

const root = mkdtempSync(join(tmpdir(), 'kustomize-helm-'))
const write = (path: string, text: string, mode = 0o644): void => {
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), text)
  chmodSync(join(root, path), mode)
}
const env = { PATH: process.env.PATH ?? '', HOME: root, HELM_PLUGINS: join(root, 'plugins') }
const run = (program: string, ...args: string[]): { code: number | null; out: string; err: string } => {
  // Helm 3 cannot read plugins of Helm 4.
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: root, env: program === helm3 ? { ...env, HELM_PLUGINS: join(root, 'none') } : env })
  return { code: status, out: stdout.toString(), err: stderr.toString() }
}
const own = (...args: string[]) => run(process.execPath, pintle, ...args)

const plugin = (name: string, command: string, args: string[]): string => `apiVersion: v1
type: postrenderer/v1
name: ${name}
version: 0.1.0
runtime: subprocess
runtimeConfig:
  platformCommand:
    - command: ${JSON.stringify(command)}
      args: ${JSON.stringify(args)}
`

beforeAll(() => {
  write('chart/Chart.yaml', 'apiVersion: v2\nname: api\nversion: 1.0.0\n')
  write('chart/values.yaml', 'replicas: 2\n')
  write('chart/templates/deployment.yaml', 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  replicas: {{ .Values.replicas }}\n  selector: {matchLabels: {app: api}}\n  template:\n    metadata: {labels: {app: api}, annotations: {a: b}}\n    spec: {containers: [{name: api, image: "nginx:1"}]}\n')
  write('chart/templates/service.yaml', 'apiVersion: v1\nkind: Service\nmetadata: {name: {{ .Release.Name }}}\nspec: {selector: {app: api}, ports: [{port: 80}]}\n')
  write('chart/templates/hook.yaml', 'apiVersion: batch/v1\nkind: Job\nmetadata: {name: migrate, annotations: {helm.sh/hook: pre-install}}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: m, image: m}]}}}\n')
  write('base/kustomization.yaml', 'resources: [manifests.yaml]\n')
  write('overlays/prod/kustomization.yaml', `resources: [../../base]
patches:
- target: {kind: Deployment, name: shop}
  patch: |-
    - {op: add, path: /spec/template/metadata/annotations/cluster, value: us-east-prod}
labels: [{pairs: {env: prod}}]
images: [{name: nginx, newTag: "2"}]
`)
  write('with-kustomize.sh', `#!/bin/sh\ncat > "${root}/base/manifests.yaml"\n"${kustomize}" build "${root}/overlays/prod"; code=$?\nrm "${root}/base/manifests.yaml"\nexit $code\n`, 0o755)
  write('with-pintle.sh', `#!/bin/sh\nexec "${process.execPath}" "${pintle}" kustomize post-renderer "${root}/overlays/prod"\n`, 0o755)
  write('plugins/with-kustomize/plugin.yaml', plugin('with-kustomize', join(root, 'with-kustomize.sh'), []))
  write('plugins/pintle-kustomize/plugin.yaml', plugin('pintle-kustomize', process.execPath, [pintle, 'kustomize', 'post-renderer']))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe.skipIf(helm === undefined || helm3 === undefined || kustomize === undefined)('a kustomization over a chart', () => {
  it("prints what Helm 4 prints with kustomize as its post-renderer, and so does Helm 4 with Pintle's", () => {
    const real = run(helm!, 'template', 'shop', './chart', '--post-renderer', 'with-kustomize')
    expect(real).toMatchObject({ code: 0, err: '' })
    expect(real.out).toContain('cluster: us-east-prod')
    const byPlugin = run(helm!, 'template', 'shop', './chart', '--post-renderer', 'pintle-kustomize', '--post-renderer-args', join(root, 'overlays/prod'))
    expect(byPlugin).toEqual(real)
    expect(own('template', 'shop', './chart', '--kustomize', 'overlays/prod')).toEqual(real)
    expect(own('template', 'shop', './chart', '--post-renderer', 'kustomize:overlays/prod#base/manifests.yaml')).toEqual(real)
  })

  it('is a post-renderer of Helm 3', () => {
    const real = run(helm3!, 'template', 'shop', './chart', '--post-renderer', join(root, 'with-kustomize.sh'))
    expect(real).toMatchObject({ code: 0, err: '' })
    expect(run(helm3!, 'template', 'shop', './chart', '--post-renderer', join(root, 'with-pintle.sh'))).toEqual(real)
  })

  it('says what is wrong', () => {
    write('other/kustomization.yaml', 'resources: [hook.yaml]\n')
    write('other/hook.yaml', 'apiVersion: v1\nkind: Service\nmetadata: {name: x}\n')
    expect(own('template', 'shop', './chart', '--kustomize', 'other').err).toContain('no kustomization of other has a resource manifests.yaml for what was rendered')
    expect(own('template', 'shop', './chart', '--kustomize', 'other', '--post-renderer', 'with-kustomize').err).toContain('cannot specify --post-renderer flag more than once')
    const failed = own('template', 'shop', './chart', '--kustomize', 'nowhere')
    expect(failed.code).toBe(1)
    expect(failed.err).toContain('must build at directory')
  })
})
