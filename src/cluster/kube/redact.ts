import { PintleError, isPintleError } from '../../errors/index.ts'

const hidden = '<redacted>'

/** An error about a Secret, without any value of the Secret (or patch of one) that was sent. */
export function withoutSecrets(error: unknown, sent: unknown): unknown {
  if (!isPintleError(error)) return error
  const values = secretValues(sent)
  const clean = (text: string): string => {
    let out = text
    for (const value of values) out = out.replaceAll(value, hidden)
    return out
  }
  const { code, message, hint, details } = error
  const status = details?.status as { message?: string } | undefined
  const cleanDetails = status === undefined ? details : { ...details, status: { ...status, ...(status.message === undefined ? {} : { message: clean(status.message) }) } }
  // No cause: it would carry the text that was just cleaned.
  return new PintleError(code, clean(message), { ...(hint === undefined ? {} : { hint }), ...(cleanDetails === undefined ? {} : { details: cleanDetails }) })
}

/** Every value under `data` and `stringData`, as sent, decoded and encoded, longest first. */
function secretValues(sent: any): string[] {
  const found = new Set<string>()
  const collect = (value: unknown): void => {
    if (value === null || value === undefined) return
    if (typeof value === 'object') {
      for (const item of Object.values(value)) collect(item)
      return
    }
    const text = String(value)
    for (const form of [text, Buffer.from(text, 'base64').toString('utf8'), Buffer.from(text).toString('base64'), JSON.stringify(text).slice(1, -1)]) {
      // Shorter ones occur by chance, and would punch holes in the message.
      if (form.trim().length >= 4) found.add(form)
    }
  }
  if (Array.isArray(sent)) for (const operation of sent) collect(operation?.value)
  else for (const part of [sent?.data, sent?.stringData]) collect(part)
  return [...found].sort((a, b) => b.length - a.length)
}
