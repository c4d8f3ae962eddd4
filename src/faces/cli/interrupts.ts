import { constants } from 'node:os'
import { PintleError, isPintleError } from '../../errors/index.ts'
import type { ReleaseSource } from '../../cluster/release/index.ts'
import type { Command } from './command.ts'
import type { Output } from './output.ts'

const signals = ['SIGINT', 'SIGTERM'] as const

/** Ctrl-C and SIGTERM while a release changes: the first lets the command come to an end that it can state, the second ends the process. */
export class Interrupts {
  readonly #abort = new AbortController()
  readonly #out: Output
  readonly #mode: NonNullable<Command['interrupts']>
  readonly #stop = (name: NodeJS.Signals): void => {
    // Without listeners the next signal does what it does to any program.
    this.end()
    this.#received = name
    if (!this.#out.plain) this.#out.note('interrupted: ending in good order; once more ends at once')
    this.#abort.abort()
  }
  #received: NodeJS.Signals | undefined

  constructor(out: Output, mode: NonNullable<Command['interrupts']>) {
    this.#out = out
    this.#mode = mode
    for (const name of signals) process.on(name, this.#stop)
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /** How the process must end after a failure, when a signal is to be seen in it: what a shell makes of a program that died of one. */
  get exitCode(): number | undefined {
    return this.#mode === 'stop' && this.#received !== undefined ? 128 + constants.signals[this.#received] : undefined
  }

  /** What was cut off before an action began, in Go's words. */
  explain(error: unknown): unknown {
    return this.#received === undefined || isPintleError(error) ? error : new PintleError('release.aborted', 'context canceled', { cause: error })
  }

  end(): void {
    for (const name of signals) process.off(name, this.#stop)
  }
}

/** Helm's line when install and upgrade are interrupted, on standard output. Upstream: runInstall in pkg/cmd/install.go. */
export function sayCancelled(out: Output, signal: AbortSignal, release: string): void {
  signal.addEventListener('abort', () => out.line(`Release ${release} has been cancelled.`), { once: true })
}

/** Rendering may go on for minutes without giving way to a listener, and comes before all that is stored: until it is done, a signal ends the process. */
export function endable(source: ReleaseSource): ReleaseSource {
  return {
    ...source,
    async render(context) {
      const held = signals.map((name) => [name, process.listeners(name)] as const)
      for (const [name] of held) process.removeAllListeners(name)
      try {
        return await source.render(context)
      } finally {
        for (const [name, listeners] of held) for (const listener of listeners) process.on(name, listener)
      }
    },
  }
}
