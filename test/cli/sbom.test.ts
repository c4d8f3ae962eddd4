/** `pintle sbom`: what a chart is made of, from the command line. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { folder, runCli } from './run-cli.ts'

let dir: ReturnType<typeof folder>
const digest = `sha256:${'0f'.repeat(32)}`
const pintle = (...args: string[]) => runCli(args, { cwd: dir.path, env: { SOURCE_DATE_EPOCH: '86400' } })
beforeAll(() => {
  dir = folder({
    'shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies: [{name: db, version: 1.0.0, condition: db.enabled}]\n', 'shop/values.yaml': 'tag: "1"\n',
    'shop/templates/a.yaml': 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers: [{name: a, image: "shop:{{ .Values.tag }}"}]\n',
    'shop/templates/test.yaml': `apiVersion: v1\nkind: Pod\nmetadata:\n  name: t\n  annotations: {helm.sh/hook: test}\nspec:\n  containers: [{name: t, image: "busybox@${digest}"}]\n`,
    'shop/charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 1.0.0\n', 'shop/charts/db/templates/a.yaml': 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: b\nspec:\n  initContainers: [{name: b, image: "example.com/db:2"}]\n',
    'pintle.lock': `apiVersion: pintle.dev/v1\nkind: Lock\nreleases:\n  shop:\n    chart: {name: shop, version: 1.0.0, digest: x}\n    dependencies: []\n    values: []\n    images:\n    - {image: "docker.io/library/shop:2", digest: "${digest}"}\n    tool: {pintle: x, helm: x}\n`,
  })
})
afterAll(() => dir.remove())

it('names the images that are rendered with the values, with digests of names and of pintle.lock', async () => {
  const { code, out } = await pintle('sbom', 'shop', '--set', 'tag=2')
  expect(code).toBe(0)
  const bill = JSON.parse(out)
  expect(bill.metadata.timestamp).toBe('1970-01-02T00:00:00Z')
  expect(bill.components.map((c: { purl: string }) => c.purl)).toEqual([
    'pkg:helm/db@1.0.0', `pkg:oci/busybox@sha256%3A${digest.slice(7)}?repository_url=docker.io/library/busybox`, `pkg:oci/shop@sha256%3A${digest.slice(7)}?repository_url=docker.io/library/shop&tag=2`,
    'pkg:oci/db?repository_url=example.com/db&tag=2',
  ])
  expect(bill.dependencies[1]).toEqual({ ref: 'chart/db', dependsOn: ['image/example.com/db:2'] })
  expect(await pintle('sbom', 'shop', '--set', 'tag=2', '-o', 'out/bill.json')).toMatchObject({ code: 0, out: '' })
  expect(readFileSync(join(dir.path, 'out/bill.json'), 'utf8')).toBe(out)
})

it('a subchart that is switched off is optional, and its images are not there', async () => {
  const bill = JSON.parse((await pintle('sbom', 'shop', '--set', 'db.enabled=false')).out)
  expect(bill.components[0]).toMatchObject({ name: 'db', scope: 'optional' })
  expect(bill.components).toHaveLength(3)
  expect((await pintle('sbom', 'shop', '--lock', 'nowhere')).err).toContain('there is no nowhere')
})
