import { isHealthy, type EnvironmentReport } from '../../../../delivery/helmfile/index.ts'
import type { Output } from '../../output.ts'

/** What the runs of environments say as they go on: on a terminal a line for each that is redrawn, elsewhere every line behind its environment's name. */
export class FleetProgress {
  readonly #out: Output
  readonly #names: readonly string[]
  readonly #width: number
  readonly #last = new Map<string, string>()
  readonly #rest = new Map<string, string>()
  readonly #live = process.stderr.isTTY === true && process.env.TERM !== 'dumb'
  #drawn = 0

  constructor(out: Output, names: readonly string[]) {
    this.#out = out
    this.#names = names
    this.#width = Math.max(...names.map((name) => name.length))
  }

  said(name: string, text: string): void {
    const lines = `${this.#rest.get(name) ?? ''}${text}`.split('\n')
    this.#rest.set(name, lines.pop()!)
    for (const line of lines) this.#line(name, line)
  }

  ended(name: string, report: EnvironmentReport): void {
    const rest = this.#rest.get(name) ?? ''
    if (rest !== '') this.#line(name, rest)
    this.#rest.delete(name)
    if (this.#live) this.#line(name, isHealthy(report) ? 'healthy' : 'failed')
  }

  note(text: string): void {
    this.#erase()
    this.#out.note(text)
    this.#draw()
  }

  close(): void {
    this.#erase()
    this.#last.clear()
  }

  #line(name: string, line: string): void {
    if (!this.#live) return this.#out.note(`${name.padEnd(this.#width)} | ${line}`)
    // eslint-disable-next-line no-control-regex
    const plain = line.replaceAll(/\u001B\[[\d;]*m/g, '').trim()
    if (plain === '') return
    this.#last.set(name, plain)
    this.#erase()
    this.#draw()
  }

  #erase(): void {
    if (this.#drawn > 0) this.#out.raw(`\u001B[${this.#drawn}A\u001B[0J`)
    this.#drawn = 0
  }

  #draw(): void {
    if (!this.#live) return
    const columns = (process.stderr.columns || 80) - 1
    const lines = this.#names.filter((name) => this.#last.has(name)).map((name) => `${name.padEnd(this.#width)}  ${this.#last.get(name)!}`.slice(0, columns))
    this.#out.raw(lines.map((line) => `${line}\n`).join(''))
    this.#drawn = lines.length
  }
}
