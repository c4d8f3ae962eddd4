import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from './run-cli.ts'

const root = mkdtempSync(join(tmpdir(), 'kustomize-cli-'))
const write = (path: string, text: string): void => {
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), text)
}
const cli = (args: readonly string[], stdin?: string) => runCli(args, { cwd: root, ...(stdin === undefined ? {} : { stdin }) })
const service = (name: string): string => `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\n`
let server: Server
let url = ''

beforeAll(async () => {
  write('k/kustomization.yaml', 'resources: [s.yaml]\nnamePrefix: p-\ncommonLabels: {a: b}\n')
  write('k/s.yaml', `${service('web')}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: other}\n`)
  write('chart/Chart.yaml', 'apiVersion: v2\nname: api\nversion: 1.0.0\n')
  write('chart/templates/service.yaml', 'apiVersion: v1\nkind: Service\nmetadata: {name: "{{ .Release.Name }}"}\nspec: {ports: [{port: 80}]}\n')
  write('over/kustomization.yaml', 'resources: [manifests.yaml]\ncommonAnnotations: {over: "yes"}\n')
  server = createServer((request, response) => {
    response.statusCode = request.url === '/s.yaml' ? 200 : 404
    response.end(request.url === '/s.yaml' ? service('far') : 'no')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
  rmSync(root, { recursive: true, force: true })
})

describe('pintle kustomize', () => {
  it('builds, warns on standard error, and writes files', async () => {
    const built = await cli(['kustomize', 'build', 'k'])
    expect(built.code).toBe(0)
    expect(built.out).toBe('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  labels:\n    a: b\n  name: p-c\n  namespace: other\n---\napiVersion: v1\nkind: Service\nmetadata:\n  labels:\n    a: b\n  name: p-web\nspec:\n  selector:\n    a: b\n')
    expect(built.err).toContain("'commonLabels' is deprecated")
    expect((await cli(['kustomize', 'build', 'k', '-o', 'out.yaml'])).out).toBe('')
    expect(readFileSync(join(root, 'out.yaml'), 'utf8')).toBe(built.out)
    mkdirSync(join(root, 'out'))
    await cli(['kustomize', 'build', 'k', '--output', 'out'])
    expect(readdirSync(join(root, 'out')).sort()).toEqual(['default_v1_service_p-web.yaml', 'other_v1_configmap_p-c.yaml'])
  })

  it('refuses as kustomize does', async () => {
    expect(await cli(['kustomize', 'build', 'nowhere'])).toMatchObject({ code: 1, out: '' })
    expect((await cli(['kustomize', 'build', 'k', '--load-restrictor', 'x'])).err).toContain('illegal flag value --load-restrictor x; legal values: [LoadRestrictionsRootOnly LoadRestrictionsNone]')
    expect((await cli(['kustomize', 'build', 'k', 'l'])).err).toContain('specify one path to kustomization.yaml')
  })

  it('fetches files and clones bases', async () => {
    write('far/kustomization.yaml', `resources: ["${url}/s.yaml"]\n`)
    expect(await cli(['kustomize', 'build', 'far'])).toMatchObject({ code: 0, out: service('far') })
    write('far/kustomization.yaml', `resources: ["${url}/nope.yaml"]\n`)
    expect((await cli(['kustomize', 'build', 'far'])).err).toContain(`Error: accumulating resources: accumulating resources from '${url}/nope.yaml': HTTP Error: status code 404 (Not Found)\n`)
    write('repo/base/kustomization.yaml', 'resources: [s.yaml]\nnamePrefix: g-\n')
    write('repo/base/s.yaml', service('web'))
    const git = (...args: string[]) => expect(spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: join(root, 'repo') }).status).toBe(0)
    git('init', '--quiet')
    git('add', '-A')
    git('commit', '--quiet', '-m', 'x')
    git('tag', 'v1')
    write('far/kustomization.yaml', `resources: ["file://${root}/repo//base?ref=v1"]\n`)
    expect(await cli(['kustomize', 'build', 'far'])).toMatchObject({ code: 0, out: service('g-web') })
    expect((await cli(['kustomize', 'build', `file://${root}/repo//base?ref=--upload-pack=touch`])).err).toContain('is no URL of a repository')
  })

  it('puts a kustomization over a chart, a stream and a plan', async () => {
    const rendered = await cli(['template', 'shop', './chart', '--kustomize', 'over'])
    expect(rendered.out).toContain('over: "yes"')
    const plain = await cli(['template', 'shop', './chart'])
    expect((await cli(['kustomize', 'post-renderer', 'over'], plain.out)).out).toContain('over: "yes"')
    const planned = await runCli(['plan', 'shop', './chart', '--sandbox', '--kustomize', 'over', '--format', 'json'], { cwd: root, env: { HOME: root } })
    expect(planned.err).not.toContain('Error')
    expect(planned.out).toMatch(/over[^a-z]{1,6}yes/)
    expect((await cli(['policy', 'check', './chart', '--kustomize', 'over', '-o', 'json'])).out).not.toContain('Error')
    expect((await cli(['policy', 'check', './chart', '--kustomize', 'nowhere'])).err).toContain("evalsymlink failure on 'nowhere'")
    await runCli(['sandbox', 'stop'], { cwd: root, env: { HOME: root } })
  })
})
