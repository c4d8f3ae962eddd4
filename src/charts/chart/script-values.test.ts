import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isPintleError } from '../../errors/index.ts'
import { marshal } from '../../language/yaml/index.ts'
import { runScript } from './script-values.ts'
import { readValues } from './values-options.ts'

const folder = mkdtempSync(join(tmpdir(), 'pintle-values-'))
mkdirSync(join(folder, 'inner'))
writeFileSync(join(folder, 'outside.json'), '{}')
let count = 0
function script(text: string, ending = 'ts'): string {
  const path = join(folder, 'inner', `v${count++}.${ending}`)
  writeFileSync(path, text)
  return path
}
const run = async (text: string, environment?: string): Promise<unknown> => JSON.parse(await runScript(script(text), environment === undefined ? {} : { environment }))

/** The message without the path, and the line and column. */
async function failing(text: string, options: { timeout?: number } = {}): Promise<string> {
  const path = script(text)
  const error = await runScript(path, options).catch((e: unknown) => e)
  if (!isPintleError(error, 'values.parse')) throw error
  expect(error.place?.file).toBe(path)
  return `${error.place?.line ?? ''}:${error.place?.column ?? ''} ${error.message.replace(path, 'v')}`
}

test('an object, a function, an async function with the environment', async () => {
  expect(await run('interface V { a: number }\nconst v: V = { a: 1 }\nexport default v')).toEqual({ a: 1 })
  expect(await run('export default () => ({ a: [1.5, null, "x", undefined] })')).toEqual({ a: [1.5, null, 'x', null] })
  expect(await run('export default async ({ environment }: { environment?: string }) => ({ environment })', 'prod')).toEqual({ environment: 'prod' })
  expect(JSON.parse(await runScript(script('export default { b: true }', 'mjs')))).toEqual({ b: true })
})

test('files beside it can be imported and read', async () => {
  writeFileSync(join(folder, 'inner/base.ts'), 'export const base: object = { x: "é\\u2028" }')
  writeFileSync(join(folder, 'inner/data.json'), '{"y": 1}')
  expect(await run(`import { base } from './base.ts'\nimport data from './data.json' with { type: 'json' }\nimport { readFileSync } from 'node:fs'
    export default { ...base, ...data, z: JSON.parse(readFileSync(new URL('./data.json', import.meta.url), 'utf8')).y }`)).toEqual({ x: 'é\u2028', y: 1, z: 1 })
})

test('a script by a link reads the folder it really lies in', async () => {
  const link = join(folder, 'link.ts')
  symlinkSync(script("import { base } from './base.ts'\nexport default { base }"), link)
  expect(JSON.parse(await runScript(link))).toEqual({ base: { x: 'é\u2028' } })
})

test('no environment, no files elsewhere, no network, no processes', async () => {
  process.env.PINTLE_TEST_SECRET = 'x'
  expect(await run('export default { env: Object.keys(process.env), fetch: typeof fetch, socket: typeof WebSocket }')).toEqual({ env: [], fetch: 'undefined', socket: 'undefined' })
  expect(await failing(`import { readFileSync } from 'node:fs'\nexport default { a: readFileSync(${JSON.stringify(join(folder, 'outside.json'))}, 'utf8') }`)).toBe(`2:21 v: may not read ${join(folder, 'outside.json')}`)
  expect(await failing("import { writeFileSync } from 'node:fs'\nwriteFileSync(new URL('./new', import.meta.url), 'x')\nexport default {}")).toMatch(/^2:1 v: may not use .*new$/)
  for (const module of ['node:http', 'net', 'node:child_process', 'node:worker_threads', 'dns/promises']) {
    expect(await failing(`import * as m from '${module}'\nexport default { m }`)).toContain(`v: values files may not use ${module}`)
    expect(await failing(`import { createRequire } from 'node:module'\nexport default { m: createRequire(import.meta.url)('${module}') }`)).toContain(`v: values files may not use ${module}`)
    expect(await failing(`export default { m: process.getBuiltinModule('${module}') }`)).toContain(`v: values files may not use ${module}`)
  }
}, 60_000)

test('errors name the line', async () => {
  expect(await failing('export default {\n  a: 1,,\n}')).toMatch(/^2:8 v: SyntaxError.*Unexpected token/)
  expect(await failing('\nthrow new Error("no image tag")\n')).toBe('2:7 v: no image tag')
  expect(await failing('export default () => {\n  const x: any = undefined\n  return { a: x.y.z }\n}')).toMatch(/^3:\d+ v: TypeError: Cannot read properties of undefined/)
  expect(await failing('export const x = 1')).toBe(': v: TypeError: there is no default export')
  expect(await failing('export default [1]')).toBe(': v: TypeError: the default export gives no object')
  expect(await failing('export default { a: { b: NaN } }')).toBe(': v: TypeError: the value of b is NaN, which values cannot hold')
  expect(await failing('export default { a: () => 1 }')).toBe(': v: TypeError: the value of a is a function, which values cannot hold')
  expect(await failing("import './nowhere.ts'\nexport default {}")).toMatch(/v: Error \[ERR_MODULE_NOT_FOUND\]: Cannot find module/)
  const gone = await runScript(join(folder, 'gone.ts')).catch((e: unknown) => e)
  expect((gone as Error).message).toBe(`open ${join(folder, 'gone.ts')}: no such file or directory`)
}, 60_000)

test('bounds: time, memory, size', async () => {
  expect(await failing('while (true);\nexport default {}', { timeout: 500 })).toBe(': v took longer than 0.5 s')
  expect(await failing('export default new Promise(() => {})')).toBe(': v waits for what never happens')
  expect(await failing('export default { a: "x".repeat(20 << 20) }')).toBe(': v gives more than 16 MiB')
  expect(await failing('const a: unknown[] = []\nfor (;;) a.push(new Array(100000).fill(a.length))\nexport default { a }')).toBe(': v needs more than 256 MiB')
}, 60_000)

test('cancelled', async () => {
  const controller = new AbortController()
  const running = runScript(script('await new Promise((done) => setTimeout(done, 10000))\nexport default {}'), { signal: controller.signal })
  controller.abort(new Error('stop'))
  await expect(running).rejects.toThrow('stop')
})

test('its values are those of a file, in Helm\'s order', async () => {
  const yaml = join(folder, 'last.yaml')
  writeFileSync(yaml, 'b: 2\n')
  const values = await readValues({ valueFiles: [script('export default { a: 1000000, b: 1, c: { d: "1e6" } }'), yaml], set: ['e=1000000'] })
  expect(marshal(values)).toBe('a: 1000000\nb: 2\nc:\n  d: "1e6"\ne: 1000000\n')
  // A float64, unlike what --set gives.
  expect([typeof values.get('a'), typeof values.get('e')]).toEqual(['number', 'object'])
})
