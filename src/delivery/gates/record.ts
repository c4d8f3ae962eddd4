import type { GateRecord, RollbackTrigger } from '../evidence/index.ts'
import type { Evaluation } from './types.ts'

/** One judgement, as it stands in a record. @param response name of the file that holds the raw answers */
export function gateRecord(e: Evaluation, response?: string): GateRecord {
  const { gate: name, verdict, at, provider, endpoint, window, arithmetic, value, threshold, comparison, unit, samples, needed, reason } = e
  const query = queriesOf(e)
  return {
    name, verdict, at, provider, endpoint, window, arithmetic, ...(query === '' ? {} : { query }),
    ...(value === undefined ? {} : { value }), ...(threshold === undefined ? {} : { threshold }), ...(comparison === undefined ? {} : { comparison }), ...(unit === undefined ? {} : { unit }),
    ...(samples === undefined ? {} : { samples }), ...(needed === undefined ? {} : { needed }), ...(reason === undefined ? {} : { reason }), ...(response === undefined ? {} : { response }),
    ...(e.simulated && { simulated: true }), ...(e.estimated === true && { estimated: true }), ...(e.dryRun === true && { dryRun: true }),
  }
}

/** What led back. */
export function triggerOf(e: Evaluation): RollbackTrigger {
  const { gate: metric, at, verdict, value, threshold, samples, reason } = e
  const query = queriesOf(e)
  return { metric, at, verdict, ...(value === undefined ? {} : { value }), ...(threshold === undefined ? {} : { threshold }), ...(samples === undefined ? {} : { samples }), ...(reason === undefined ? {} : { reason }), ...(query === '' ? {} : { query }) }
}

const queriesOf = ({ answers }: Evaluation): string => [...new Set(answers.map((a) => a.query))].join(' ; ')
