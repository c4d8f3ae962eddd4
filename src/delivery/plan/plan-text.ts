import { readFileSync, statSync } from 'node:fs'
import { PintleError } from '../../errors/index.ts'
import { canonicalJson, sha256 } from '../attestation/index.ts'
import type { ClearPlan, PlanFile, SealedPayload } from './plan-file.ts'
import { clearPlanShape, payloadsShape } from './plan-shape.ts'
import { ShapeFault, type Shape } from './shape.ts'

/** Bytes a plan file may have: hundreds of releases stay far below. */
const maxBytes = 128 * 1024 * 1024
const head = /^\{"digest":"(sha256:[0-9a-f]{64})","plan":$/
const headLength = '{"digest":"sha256:","plan":'.length + 64
const between = Buffer.from(',"payloads":')
const tail = '}\n'

/** A plan that was read: its digest is what is approved. */
export interface DigestedPlan { readonly plan: PlanFile; readonly digest: string }

/**
 * A plan as its file has it: one line of JSON, canonical, in clear with the digests of its payloads, then the payloads. Before it stands the digest of exactly the bytes in clear: so whoever
 * keeps those can show what was approved, and keeps nothing that is encrypted. Each plan has one text, and each text one plan.
 * @returns the text, the part in clear, and its digest, which is the plan's
 */
export function planText(plan: PlanFile): { text: string; clear: string; digest: string } {
  const clear = clearPlanText(plan)
  const digest = sha256(clear)
  return { text: `{"digest":"${digest}","plan":${clear}${between.toString()}${canonicalJson(plan.releases.map((r) => r.payload))}${tail}`, clear, digest }
}

/** The part of a plan in clear; its digest is the plan's. */
export const clearPlanText = (plan: PlanFile | ClearPlan): string => canonicalJson(clearPlan(plan))

/** A plan without what is encrypted. */
export const clearPlan = (plan: PlanFile | ClearPlan): ClearPlan => ({ ...plan, releases: plan.releases.map((r) => ({ ...r, payload: 'digest' in r.payload ? r.payload : { digest: payloadDigest(r.payload) } })) })

/**
 * Reads what `planText` wrote, and nothing else: any byte that was changed, added or taken away is noticed.
 * @throws PintleError plan.invalid
 */
export function parsePlan(bytes: Uint8Array, path = 'the plan'): DigestedPlan {
  const invalid = invalidIn(path)
  if (bytes.length > maxBytes) throw invalid(`a plan has at most ${maxBytes} bytes, this one ${bytes.length}`)
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const said = head.exec(buffer.toString('latin1', 0, headLength))?.[1]
  // Payloads are base64: the last place is the only one.
  const end = buffer.lastIndexOf(between)
  if (said === undefined || end < headLength || buffer.toString('latin1', Math.max(headLength, buffer.length - tail.length)) !== tail) throw invalid('this is no plan of this version of Pintle, or it was changed')
  const clear = buffer.subarray(headLength, end)
  const digest = sha256(clear)
  if (digest !== said) throw invalid(`the plan was changed: it was written with digest ${said}, and has ${digest}`, 'Apply the file as it was made and approved; a changed plan is another plan.')
  const plan = parseClearPlan(clear, path)
  const payloads = parseJson(buffer.subarray(end + between.length, buffer.length - tail.length), payloadsShape, 'payloads', invalid) as SealedPayload[]
  if (payloads.length !== plan.releases.length || payloads.some((p, i) => payloadDigest(p) !== plan.releases[i]!.payload.digest)) throw invalid('the plan was changed: what is encrypted in it is not what was written', 'Apply the file as it was made and approved; a changed plan is another plan.')
  return { plan: { ...plan, releases: plan.releases.map((r, i) => ({ ...r, payload: payloads[i]! })) }, digest }
}

/**
 * Reads a plan in clear, as evidence keeps it. The caller compares the digest of the bytes.
 * @throws PintleError plan.invalid
 */
export function parseClearPlan(bytes: Uint8Array, path = 'the plan'): ClearPlan {
  return parseJson(bytes, clearPlanShape, 'plan', invalidIn(path)) as ClearPlan
}

/** Canonical JSON of one shape. */
function parseJson(bytes: Uint8Array, shape: Shape, name: string, invalid: Invalid): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const value: unknown = JSON.parse(text)
    if (canonicalJson(value) !== text) throw invalid('it is not written as Pintle writes plans')
    shape(value, name)
    return value
  } catch (error) {
    if (error instanceof PintleError) throw error
    if (error instanceof ShapeFault) throw invalid(error.message)
    throw invalid(error instanceof RangeError ? 'it is nested too deeply' : `it cannot be read: ${(error as Error).message}`)
  }
}

const payloadDigest = (payload: SealedPayload): string => sha256(canonicalJson(payload))

type Invalid = (why: string, hint?: string) => PintleError
const invalidIn = (path: string): Invalid => (why, hint) => new PintleError('plan.invalid', `${path}: ${why}`, { hint: hint ?? 'Make the plan again with `pintle plan -o FILE`.' })

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
