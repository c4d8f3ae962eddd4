import { expect, it } from 'vitest'
import { PlanKey } from './plan-key.ts'
import { parsePlan, planText } from './plan-text.ts'
import { smallPlan } from './small-plan.ts'

const key = new PlanKey(new Uint8Array(32).fill(7))
const plan = smallPlan(key)
const { text, digest } = planText(plan)
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
  expect(planText(read.plan)).toEqual({ text, digest })
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
    return Buffer.from(`{"digest":"sha256:${createHash('sha256').update(body).digest('hex')}","plan":${body}}\n`)
  }
  const body = text.slice(text.indexOf('"plan":') + 7, -2)
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
