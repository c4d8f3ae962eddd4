import { expect, it } from 'vitest'
import { canonicalJson } from '../attestation/index.ts'
import { PlanKey } from './plan-key.ts'
import { parseClearPlan, parsePlan, planText } from './plan-text.ts'
import { smallPlan } from './small-plan.ts'

const key = new PlanKey(new Uint8Array(32).fill(7))
const plan = smallPlan(key)
const { text, clear, digest } = planText(plan)
const bytes = Buffer.from(text)
const refusal = (data: Uint8Array): string => {
  try {
    parsePlan(data)
  } catch (error) {
    expect(error).toMatchObject({ code: 'plan.invalid' })
    return (error as Error).message
  }
  return ''
}

it('reads what it wrote, and writes it the same again', () => {
  const read = parsePlan(bytes)
  expect(read).toEqual({ plan, digest })
  expect(planText(read.plan)).toEqual({ text, clear, digest })
  expect(planText(parsePlan(bytes).plan).text).toBe(text)
})

it('notices every single byte that is changed, added, taken away or moved', () => {
  let tried = 0
  for (let at = 0; at < bytes.length; at++) {
    const variants: Buffer[] = [0x01, 0x20, 0x80].map((bits) => {
      const other = Buffer.from(bytes)
      other[at]! ^= bits
      return other
    })
    variants.push(Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]))
    for (const added of [' ', '\n', '0']) variants.push(Buffer.concat([bytes.subarray(0, at), Buffer.from(added), bytes.subarray(at)]))
    if (at > 0 && bytes[at] !== bytes[at - 1]) variants.push(Buffer.concat([bytes.subarray(0, at - 1), Buffer.from([bytes[at]!, bytes[at - 1]!]), bytes.subarray(at + 1)]))
    for (const other of variants) {
      tried++
      if (refusal(other) === '') throw new Error(`a change at byte ${at} was not noticed`)
    }
  }
  for (const end of ['\n', ' ', 'x', '\0']) if (refusal(Buffer.concat([bytes, Buffer.from(end)])) === '') throw new Error(`${JSON.stringify(end)} at the end was not noticed`)
  expect(tried).toBeGreaterThan(7 * bytes.length)
})

it('takes only its own spelling, even under a right digest', () => {
  const spelled = (body: string): Buffer => {
    const { createHash } = process.getBuiltinModule('node:crypto')
    return Buffer.from(`{"digest":"sha256:${createHash('sha256').update(body).digest('hex')}","plan":${body}${payloads}`)
  }
  const body = clear
  const payloads = text.slice(text.lastIndexOf(',"payloads":'))
  expect(parsePlan(spelled(body)).digest).toBe(digest)
  for (const other of [` ${body}`, body.replace('"author"', '"auth\\u006fr"'), `{"author":"somebody",${body.slice(1)}`, body.replace('"approvals":1', '"approvals":1.0')]) expect(refusal(spelled(other))).toContain('not written as Pintle writes plans')
  const changed = (from: string, to: string): Buffer => {
    expect(body).toContain(from)
    return spelled(body.replace(from, to))
  }
  expect(refusal(changed('"author":', '"authors":'))).toContain('plan.authors is not a field of plans')
  expect(refusal(changed('"approvals":1', '"approvals":-1'))).toContain('plan.requires.approvals is not a whole number')
  expect(refusal(changed('"name":"web","namespace":"shop","needs"', '"name":"../web","namespace":"shop","needs"'))).toContain('is not the name of a Kubernetes object')
  expect(refusal(changed('"environment":"prod"', '"environment":"\\u001b[2Jprod"'))).toContain('plan.environment is not a plain text')
  expect(refusal(spelled('[]'))).toContain('plan is not a map')
  expect(refusal(spelled('['.repeat(200_000) + ']'.repeat(200_000)))).toContain('nested too deeply')
})

it('is shown by its part in clear, which holds nothing that is encrypted', () => {
  expect(parseClearPlan(Buffer.from(clear))).toMatchObject({ author: plan.author, releases: [{ name: 'web', payload: { digest: expect.stringMatching(/^sha256:/) } }] })
  for (const part of [plan.releases[0]!.payload.ciphertext, plan.releases[0]!.payload.nonce]) expect([clear.includes(part), text.includes(part)]).toEqual([false, true])
  const other = planText({ ...plan, releases: [{ ...plan.releases[0]!, payload: key.seal('frozen', 'bound') }] })
  expect(other.digest).not.toBe(digest)
  expect(refusal(Buffer.from(text.slice(0, text.lastIndexOf(',"payloads":')) + other.text.slice(other.text.lastIndexOf(',"payloads":'))))).toContain('what is encrypted in it is not what was written')
  expect(refusal(Buffer.from(`${text.slice(0, text.lastIndexOf(',"payloads":'))},"payloads":[]}\n`))).toContain('what is encrypted in it is not what was written')
})

it('opens a payload with its key, and only where it belongs', () => {
  const sealed = key.seal('the frozen bytes', 'plan a')
  expect(key.open(sealed, 'plan a')).toBe('the frozen bytes')
  expect(() => key.open(sealed, 'plan b')).toThrow('does not belong together')
  expect(() => PlanKey.random().open(sealed, 'plan a')).toThrow('does not belong together')
  expect(() => key.open({ ...sealed, tag: sealed.tag.slice(0, 8) }, 'plan a')).toThrow('does not belong together')
  const other = key.seal('the frozen bytes', 'plan a')
  expect([other.nonce === sealed.nonce, other.ciphertext === sealed.ciphertext]).toEqual([false, false])
  expect(key.digest('x')).toBe(new PlanKey(new Uint8Array(32).fill(7)).digest('x'))
  expect(key.digest('x')).not.toBe(PlanKey.random().digest('x'))
})

it('bears any value in any place, with an error of its own', () => {
  const places: (readonly (string | number)[])[] = []
  const visit = (value: unknown, path: readonly (string | number)[]): void => {
    if (path.length > 0) places.push(path)
    if (Array.isArray(value)) value.forEach((item, i) => visit(item, [...path, i]))
    else if (typeof value === 'object' && value !== null) for (const [key, item] of Object.entries(value)) visit(item, [...path, key])
  }
  const whole = JSON.parse(clear) as Record<string, unknown>
  visit(whole, [])
  let accepted = 0
  for (const path of places) {
    for (const odd of [null, -1, 1e300, true, '', 'x\u0000', '__proto__', [], {}, [[]], { a: 1 }]) {
      const copy = structuredClone(whole)
      let at: any = copy
      for (const step of path.slice(0, -1)) at = at[step]
      at[path.at(-1)!] = odd
      try {
        parseClearPlan(Buffer.from(canonicalJson(copy)))
        accepted++
      } catch (error) {
        if ((error as { code?: string }).code !== 'plan.invalid') throw error
      }
    }
  }
  expect(places.length).toBeGreaterThan(80)
  // Texts may be any text, and objects of a diff anything.
  expect(accepted).toBeLessThan(places.length * 4)
})
