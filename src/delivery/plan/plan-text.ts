import { readFileSync, statSync } from 'node:fs'
import { PintleError } from '../../errors/index.ts'
import { canonicalJson, sha256 } from '../attestation/index.ts'
import type { PlanFile } from './plan-file.ts'
import { planShape } from './plan-shape.ts'
import { ShapeFault } from './shape.ts'

/** Bytes a plan file may have: hundreds of releases stay far below. */
const maxBytes = 128 * 1024 * 1024
const head = /^\{"digest":"(sha256:[0-9a-f]{64})","plan":$/
const headLength = '{"digest":"sha256:","plan":'.length + 64
const tail = '}\n'

/** A plan that was read: its digest is what is approved. */
export interface DigestedPlan { readonly plan: PlanFile; readonly digest: string }

/**
 * A plan as its file has it: one line of JSON, canonical, with the digest of exactly those bytes before it. Each plan has one text, and each text one plan.
 * @returns the text and the digest
 */
export function planText(plan: PlanFile): { text: string; digest: string } {
  const body = canonicalJson(plan)
  const digest = sha256(body)
  return { text: `{"digest":"${digest}","plan":${body}${tail}`, digest }
}

/**
 * Reads what `planText` wrote, and nothing else: any byte that was changed, added or taken away is noticed.
 * @throws PintleError plan.invalid
 */
export function parsePlan(bytes: Uint8Array, path = 'the plan'): DigestedPlan {
  const invalid = (why: string, hint?: string): PintleError => new PintleError('plan.invalid', `${path}: ${why}`, { hint: hint ?? 'Make the plan again with `pintle plan -o FILE`.' })
  if (bytes.length > maxBytes) throw invalid(`a plan has at most ${maxBytes} bytes, this one ${bytes.length}`)
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const said = head.exec(buffer.toString('latin1', 0, headLength))?.[1]
  if (said === undefined || buffer.toString('latin1', Math.max(headLength, buffer.length - tail.length)) !== tail) throw invalid('this is no plan of this version of Pintle, or it was changed')
  const body = buffer.subarray(headLength, buffer.length - tail.length)
  const digest = sha256(body)
  if (digest !== said) throw invalid(`the plan was changed: it was written with digest ${said}, and has ${digest}`, 'Apply the file as it was made and approved; a changed plan is another plan.')
  let plan: PlanFile
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
    const value: unknown = JSON.parse(text)
    if (canonicalJson(value) !== text) throw invalid('it is not written as Pintle writes plans')
    planShape(value, 'plan')
    plan = value as PlanFile
  } catch (error) {
    if (error instanceof PintleError) throw error
    if (error instanceof ShapeFault) throw invalid(error.message)
    throw invalid(error instanceof RangeError ? 'it is nested too deeply' : `it cannot be read: ${(error as Error).message}`)
  }
  return { plan, digest }
}

/** @throws PintleError plan.invalid */
export function readPlan(path: string): DigestedPlan {
  let bytes: Uint8Array
  try {
    const { size } = statSync(path)
    if (size > maxBytes) throw new PintleError('plan.invalid', `${path}: a plan has at most ${maxBytes} bytes, this one ${size}`)
    bytes = readFileSync(path)
  } catch (error) {
    if (error instanceof PintleError) throw error
    throw new PintleError('plan.invalid', `cannot read the plan: ${(error as Error).message}`, { cause: error, hint: '`pintle plan -o FILE` writes one.' })
  }
  return parsePlan(bytes, path)
}
