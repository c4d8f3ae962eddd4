/** A text in which nothing stands that was decrypted or fetched: words of three letters and fewer are told from nothing else. */
export function without(secrets: ReadonlySet<string>, text: string): string {
  let out = text
  for (const secret of [...secrets].sort((a, b) => b.length - a.length)) if (secret.length > 3) out = out.replaceAll(secret, '***')
  return out
}
