import type { RawAnswer } from '../types.ts'
import { kept } from './kept.ts'

/** One line of what somebody else wrote, without control characters. */
export const oneLine = (text: string, longest = 300): string => {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line
}

/** What was asked and answered, as it is kept. @param hide takes out what must not be shown */
export const rawAnswer = ({ query, body, at, ...rest }: Omit<RawAnswer, 'at'> & { readonly at: number }, hide: (text: string) => string): RawAnswer => ({ query: hide(query), at: new Date(at).toISOString(), body: kept(hide(body)), ...rest })
