import type { Fault, Path } from '../settings/index.ts'
import { milliseconds } from './duration.ts'
import { checkQueryText } from './query-text.ts'

/** Values of gates as they stand in pintle.yaml. All @throws what `fault` makes. */

export function positive(value: unknown, name: string, at: Path, fault: Fault, most = Number.MAX_SAFE_INTEGER): number {
  if (typeof value !== 'number' || !(value > 0) || value > most) throw fault(at, `${name} must be a number above 0${most === Number.MAX_SAFE_INTEGER ? '' : ` and at most ${most}`}`)
  return value
}

export function count(value: unknown, name: string, at: Path, fault: Fault): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw fault(at, `${name} must be a whole number`)
  return value
}

export function yes(value: unknown, name: string, at: Path, fault: Fault): boolean {
  if (typeof value !== 'boolean') throw fault(at, `${name} must be true or false`)
  return value
}

export function text(value: unknown, name: string, at: Path, fault: Fault, most = 8000): string {
  if (typeof value !== 'string' || value.trim() === '' || value.length > most) throw fault(at, `${name} must be a text of at most ${most} characters`)
  return value
}

const day = 86_400_000

/** @returns milliseconds */
export function time(value: unknown, name: string, at: Path, fault: Fault): number {
  const ms = milliseconds(value)
  if (ms === undefined || ms < 1000 || ms > day) throw fault(at, `${name} must be a time from 1s to 24h`, 'Write 30s, 5m, 1h30m.')
  return ms
}

/** A query's template, tried once. */
export function readQuery(value: unknown, name: string, at: Path, fault: Fault, args: Readonly<Record<string, unknown>> = {}): string {
  const query = text(value, name, at, fault)
  try {
    checkQueryText(query, args)
  } catch (error) {
    throw fault(at, `${name}: ${(error as Error).message}`)
  }
  return query
}
