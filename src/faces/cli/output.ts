import { fstatSync, writeSync } from 'node:fs'
import { styleText } from 'node:util'
import { HiddenTexts } from '../../errors/index.ts'
import { encodeUtf8 } from '../../language/go/index.ts'

type Style = Parameters<typeof styleText>[0]

export interface OutputOptions {
  readonly colour?: 'auto' | 'always' | 'never'
  /** Instead of the process's. */
  readonly stdout?: (text: string) => void
  readonly stderr?: (text: string) => void
  readonly plain?: boolean
  /** What is kept out of all that is printed; shared by outputs that are one. */
  readonly hidden?: Hidden
}

interface Hidden {
  texts?: HiddenTexts
  results: boolean
  /** What more is to be hidden once something fails. */
  later: (() => Promise<readonly string[]>)[]
}

/** Where a command prints: results on stdout, everything said to a person on stderr. */
export class Output {
  readonly isTerminal: boolean
  /** Called as `helm`: said as Helm says it, nothing more. */
  readonly plain: boolean
  readonly #colour: boolean
  readonly #stdout: (text: string) => void
  readonly #stderr: (text: string) => void
  readonly #options: OutputOptions
  readonly #hidden: Hidden
  constructor(options: OutputOptions = {}) {
    this.#hidden = options.hidden ?? { results: false, later: [] }
    this.#options = { ...options, hidden: this.#hidden }
    this.plain = options.plain ?? false
    const [stdout, stderr] = [options.stdout ?? ((text: string) => writeAll(1, text)), options.stderr ?? ((text: string) => writeAll(2, text))]
    this.#stdout = (text) => stdout(this.#hidden.results ? this.#clean(text) : text)
    this.#stderr = (text) => stderr(this.#clean(text))
    this.isTerminal = options.stdout === undefined && isCharacterDevice(1)
    this.#colour = options.colour === 'always' || (options.colour !== 'never' && this.isTerminal)
  }
  /** Keeps texts out of all that is said to a person from now on: errors, notes, progress. */
  hide(secrets: readonly string[]): void {
    if (secrets.length > 0) (this.#hidden.texts ??= new HiddenTexts(() => '***')).addValues(secrets)
  }
  /** Keeps them out of results, too. */
  hideInResults(): void {
    this.#hidden.results = true
  }
  /** What errors must not repeat: worked out when there is one. */
  hideLater(secrets: () => Promise<readonly string[]>): void {
    this.#hidden.later.push(secrets)
  }
  /** Hides what was to be hidden later. */
  async hideNow(): Promise<void> {
    for (const secrets of await Promise.all(this.#hidden.later.splice(0).map((read) => read()))) this.hide(secrets)
  }
  /** The same place, for results that may quote what is hidden: reports of faults. */
  async discreet(): Promise<Output> {
    await this.hideNow()
    const { texts } = this.#hidden
    return texts === undefined ? this : new Output({ ...this.#options, hidden: { texts, results: true, later: [] } })
  }
  #clean(text: string): string {
    return this.#hidden.texts?.clean(text) ?? text
  }
  /** The same place to print to, with another colour mode. */
  with(options: { colour: 'always' | 'never' }): Output {
    return new Output({ ...this.#options, ...options })
  }
  /** A result, without a newline of its own. */
  write(text: string): void {
    this.#stdout(text)
  }
  line(text = ''): void {
    this.#stdout(`${text}\n`)
  }
  /** Said to the person, on stderr. */
  note(text = ''): void {
    this.#stderr(`${text}\n`)
  }
  /** On stderr as it is: for text that is redrawn. */
  raw(text: string): void {
    this.#stderr(text)
  }
  warn(text: string): void {
    this.#stderr(this.plain ? `level=WARN msg=${logValue(text)}\n` : `WARNING: ${text}\n`)
  }
  style(style: Style, text: string): string {
    return this.#colour ? styleText(style, text, { validateStream: false }) : text
  }
}

/** A value as Go's slog.TextHandler writes it. */
const logValue = (text: string): string => (text === '' || /[\s"=\\\p{C}]/u.test(text) ? JSON.stringify(text) : text)

function isCharacterDevice(fd: number): boolean {
  try {
    return fstatSync(fd).isCharacterDevice()
  } catch {
    return false
  }
}

/**
 * Writes straight to the descriptor: `process.stdout` costs milliseconds of start-up and may lose text at exit.
 * A reader that went away (EPIPE) ends the output quietly; a full pipe is waited for.
 */
function writeAll(fd: number, text: string): void {
  let bytes = encodeUtf8(text)
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(fd, bytes))
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === 'EPIPE') return
      if (code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}
