/**
 * Decodes base64, standard or URL-safe, padded or not: no white space, no mixed alphabets, no stray bits. Node's own decoder passes over what it does not know, so
 * that a changed text could mean the same bytes.
 * @returns undefined when it is none
 */
export function strictBase64(text: string): Buffer | undefined {
  const urlSafe = /[-_]/.test(text)
  if (!(urlSafe ? /^[\w-]*={0,2}$/ : /^[A-Za-z0-9+/]*={0,2}$/).test(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  const again = bytes.toString('base64')
  const standard = urlSafe ? text.replaceAll('-', '+').replaceAll('_', '/') : text
  return again === standard || again.replace(/=+$/, '') === standard ? bytes : undefined
}
