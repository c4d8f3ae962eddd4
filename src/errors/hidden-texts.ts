/** Shorter texts would mask ordinary words. */
const shortest = 6
/** Words of a language, joined, with a small number at the end: no password worth the name. */
const plainWord = /^[a-z]+(?:[-.][a-z]+)*\d{0,2}$/
/** Runs that may be base64 or hexadecimal are looked into from this length on. */
const wrapped = /[A-Za-z0-9+/_-]{12,}={0,2}/g

/** Texts that must not be shown, and what takes them out of others: as they are, escaped, line by line, and wrapped in base64 or hexadecimal. */
export class HiddenTexts {
  readonly #mark: (secret: string) => string
  readonly #known: Set<string>
  readonly #open = new Set<string>()
  #ordered: string[] | undefined

  /** @param mark what stands in the place of one; @param known what another of its kind has learned */
  constructor(mark: (secret: string) => string, known: readonly string[] = []) {
    this.#mark = mark
    this.#known = new Set(known)
  }

  /** All that is hidden. */
  get known(): readonly string[] {
    return [...this.#known]
  }

  /** A word that stands in the open anyway: masking it would hide what is none. To be told before secrets are. */
  open(word: string): void {
    if (plainWord.test(word)) this.#open.add(word)
  }

  add(secret: string): void {
    const forms = [secret, secret.trim(), JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.isWellFormed() ? secret : '')]
    if (secret.includes('\n')) forms.push(...secret.split('\n').map((line) => line.trim()).filter((line) => line.length >= 16))
    for (const form of forms) if (form.length >= shortest && !this.#open.has(form)) this.#known.add(form)
    this.#ordered = undefined
  }

  /** Values that are secret whatever their names. */
  addValues(values: readonly string[]): void {
    // Short runs of base64 are not looked into.
    for (const value of values) if (value.length >= shortest) for (const form of printed(value)) for (const text of [form, Buffer.from(form).toString('base64')]) this.add(text)
  }

  /** The text without them. */
  clean(text: string): string {
    const secrets = this.#secrets()
    if (secrets.length === 0) return text
    let out = text
    // A plain word is a secret where it stands alone, not as a part of names.
    for (const secret of secrets) if (out.includes(secret)) out = out.replaceAll(plainWord.test(secret) ? new RegExp(`(?<![\\w.-])${secret.replaceAll('.', '\\.')}(?![\\w-]|\\.\\w)`, 'g') : secret, () => this.#mark(secret))
    return out.replace(wrapped, (run) => {
      const plain = [0, 1, 2, 3].map((offset) => Buffer.from(run.slice(offset), 'base64').toString('utf8'))
      if (/^[0-9a-f]+$/i.test(run)) plain.push(...[0, 1].map((offset) => Buffer.from(run.slice(offset), 'hex').toString('utf8')))
      const secret = secrets.find((s) => plain.some((p) => (plainWord.test(s) ? p === s : p.includes(s))))
      return secret === undefined ? run : this.#mark(secret)
    })
  }

  /** Longest first: one may hold another. */
  #secrets(): readonly string[] {
    return (this.#ordered ??= [...this.#known].sort((a, b) => b.length - a.length))
  }
}

/** Large numbers are floats to templates, and Go prints those with an exponent. */
const printed = (value: string): string[] => (/^-?\d+(?:\.\d+)?$/.test(value) ? [value, Number(value).toExponential().replace(/e([+-])(\d)$/, 'e$10$2')] : [value])
