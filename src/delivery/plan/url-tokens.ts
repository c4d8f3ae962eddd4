/** What may be a token in the URL of a check: user, password, and the values of its query, as they are and encoded. Nothing, when it is no URL. */
export function urlTokens(url: string): string[] {
  try {
    const { username, password, searchParams } = new URL(url)
    return [username, password, ...searchParams.values()].flatMap((t) => [t, encodeURIComponent(t)]).filter((t) => t.length >= 5)
  } catch {
    return []
  }
}
