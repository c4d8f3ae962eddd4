/** Lines of a text that may hold a secret because somebody wrote so: `# pintle:allow-secret REASON`, on the line itself or alone on the one above. */
export class AllowComments {
  readonly #reasons = new Map<number, string>()

  constructor(text: string) {
    if (!text.includes(marker)) return
    for (const [i, line] of text.split('\n').entries()) {
      const at = line.indexOf(marker)
      if (at < 0) continue
      const reason = line.slice(at + marker.length).replace(/\s*(?:\*\/|-->)?\s*-?(?:\}\})?\s*$/, '').trim()
      // Without a reason it is not allowed: the reason is what a reviewer looks for.
      if (reason === '') continue
      this.#reasons.set(i + 1, reason)
      if (/^\s*(?:#|\/\/|;|--|<!--|\/\*|\{\{-?\s*\/\*)\s*$/.test(line.slice(0, at))) this.#reasons.set(i + 2, reason)
    }
  }

  /** Why one of these lines may hold a secret. @param secret must not stand in the reason */
  reason(lines: readonly number[], secret: string): string | undefined {
    const reason = lines.map((line) => this.#reasons.get(line)).find((r) => r !== undefined)
    return reason?.includes(secret) === true ? '(the reason holds the secret)' : reason
  }
}

const marker = 'pintle:allow-secret'
