/** `pintle types`, and a values file in TypeScript given with -f, also as `helm`. */
import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { folder, runCli } from './run-cli.ts'

let dir: ReturnType<typeof folder>
const pintle = (...args: string[]) => runCli(args, { cwd: dir.path })
beforeAll(() => {
  dir = folder({
    'shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n', 'shop/values.yaml': '# How many\nreplicas: 1\n', 'shop/templates/a.yaml': 'n: {{ .Values.replicas }}\nf: {{ .Values.big }}\n',
    'env/base.ts': 'export const base = { big: 1000000 }\n',
    'env/prod.ts': "import { base } from './base.ts'\nimport type { ValuesFile } from './shop.types.ts'\nexport default async (): Promise<ValuesFile> => ({ ...base, replicas: 3 })\n",
    'env/broken.ts': 'export default {\n  replicas: missing.value,\n}\n',
  })
  symlinkSync(resolve(import.meta.dirname, '../../bin/pintle.js'), join(dir.path, 'helm'))
})
afterAll(() => dir.remove())

it('prints types, or writes them', async () => {
  const { code, out } = await pintle('types', 'shop')
  expect([code, out]).toEqual([0, expect.stringContaining('export interface Values {\n  /** How many */\n  replicas: number\n}')])
  expect(await pintle('types', 'shop', '-o', 'env/shop.types.ts')).toMatchObject({ code: 0, out: '' })
  expect(existsSync(join(dir.path, 'env/shop.types.ts')) && readFileSync(join(dir.path, 'env/shop.types.ts'), 'utf8')).toBe(out)
  expect(await pintle('types', 'nowhere')).toMatchObject({ code: 1 })
})

it('a values file in TypeScript counts as a file: its numbers are floats', async () => {
  const want = '---\n# Source: shop/templates/a.yaml\nn: 4\nf: 1e+06\n'
  expect((await pintle('template', 'shop', '-f', 'env/prod.ts', '--set', 'replicas=4')).out).toBe(want)
  expect((await runCli(['template', 'shop', '-f', 'env/prod.ts', '--set', 'replicas=4'], { cwd: dir.path, program: [process.execPath, join(dir.path, 'helm')] })).out).toBe(want)
})

it('what fails in it is told with the line and a code frame', async () => {
  const { code, err } = await pintle('template', 'shop', '-f', 'env/broken.ts')
  expect(code).toBe(1)
  expect(err).toContain('Error: env/broken.ts: ReferenceError: missing is not defined')
  expect(err).toContain('env/broken.ts:2:')
})

it('explain names the file, without a line that is not its own', async () => {
  expect((await pintle('explain', 'replicas', 'shop', '-f', 'env/prod.ts')).out).toBe('replicas\n       shop/values.yaml:2:1  1\n    => env/prod.ts  3\n')
})
