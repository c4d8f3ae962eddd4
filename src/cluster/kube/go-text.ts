/** `%q` for the short plain texts of client errors; the language room's quote is not needed for them. */
export function goQuote(text: string): string {
  return JSON.stringify(text)
}

/** net/url's rule for what a path segment may hold, enough for Kubernetes names. */
export function pathSegment(text: string): string {
  return encodeURIComponent(text)
}
