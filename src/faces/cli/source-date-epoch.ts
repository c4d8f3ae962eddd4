import { PintleError } from '../../errors/index.ts'

/**
 * SOURCE_DATE_EPOCH in milliseconds; undefined when it is not set. Upstream: pkg/cmd/source_date_epoch.go.
 * @throws PintleError usage with Helm's text
 */
export function sourceDateEpoch(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  if (!/^[+-]?\d+$/.test(text)) throw new PintleError('usage', `invalid SOURCE_DATE_EPOCH: strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  const seconds = BigInt(text)
  if (BigInt.asIntN(64, seconds) !== seconds) throw new PintleError('usage', `invalid SOURCE_DATE_EPOCH: strconv.ParseInt: parsing ${JSON.stringify(text)}: value out of range`)
  if (seconds < 0n) throw new PintleError('usage', 'invalid SOURCE_DATE_EPOCH: must not be negative')
  return Number(seconds) * 1000
}
