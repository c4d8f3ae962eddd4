import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { PlanKey, ownKeyFile, readPlanKey } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'pintle-key-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}
const secret = new Uint8Array(32).fill(9)
const { id } = new PlanKey(secret)

it('comes from a file, raw or in base64, from the environment, from this user, in this order', () => {
  const base64 = Buffer.from(secret).toString('base64')
  const env = { PINTLE_PLAN_KEY: base64, XDG_CONFIG_HOME: folder }
  expect(readPlanKey({ file: file('raw', secret), env: {} }).id).toBe(id)
  expect(readPlanKey({ file: file('text', `${base64}\n`), env: {} }).id).toBe(id)
  expect(readPlanKey({ file: file('other', new Uint8Array(32)), env }).id).not.toBe(id)
  expect(readPlanKey({ env }).id).toBe(id)
  expect(id).toMatch(/^[0-9a-f]{16}$/)
  expect(Buffer.from(secret).toString('hex')).not.toContain(id)
})

it("is made once as this user's own, and read by nobody else", () => {
  const env = { XDG_CONFIG_HOME: join(folder, 'config') }
  expect(() => readPlanKey({ env })).toThrow(expect.objectContaining({ code: 'plan.key', message: expect.stringContaining('there is no plan key') }))
  const made = readPlanKey({ env, create: true })
  expect(readPlanKey({ env }).id).toBe(made.id)
  expect(readPlanKey({ env, create: true }).id).toBe(made.id)
  expect(statSync(ownKeyFile(env)).mode & 0o777).toBe(0o600)
  expect(readFileSync(ownKeyFile(env), 'utf8')).toMatch(/^[A-Za-z0-9+/]{43}=\n$/)
})

it.each([['too short', 'c2hvcnQ='], ['nothing', ''], ['no base64', '!'.repeat(44)]])('is refused when it is none: %s', (name, content) => {
  const path = file(name, content)
  for (const source of [{ file: path, env: {} }, { env: { PINTLE_PLAN_KEY: content || 'x' } }]) {
    expect(() => readPlanKey(source)).toThrow(expect.objectContaining({ code: 'plan.key' }))
    try {
      readPlanKey(source)
    } catch (error) {
      if (content !== '') expect((error as Error).message).not.toContain(content)
    }
  }
  expect(() => readPlanKey({ file: join(folder, 'missing'), env: {} })).toThrow(expect.objectContaining({ code: 'plan.key' }))
})
