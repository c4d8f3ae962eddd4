import type { RolloutEvent } from '../../../delivery/rollout/index.ts'
import { gateCells, line, percent, podsOf } from './words.ts'

/** Lines for a log: what changed, once. */
export class PlainEvents {
  readonly #say: (text: string) => void
  readonly #verdicts = new Map<string, string>()
  #seen = ''

  constructor(say: (text: string) => void) {
    this.#say = say
  }

  tell(event: Exclude<RolloutEvent, { type: 'release' }>): void {
    switch (event.type) {
      case 'transition': {
        const { at, phase, detail } = event.transition
        return this.#say(`${at.slice(11, 19)} ${phase.padEnd(11)} ${line(detail, 1000)}`)
      }
      case 'evaluation': {
        const cells = gateCells(event.evaluation)
        const key = `${event.step} ${event.evaluation.gate}`
        // What watches in the background says the same again and again.
        if (event.background && this.#verdicts.get(key) === event.evaluation.verdict) return
        this.#verdicts.set(key, event.evaluation.verdict)
        return this.#say(`         gate        ${cells.filter((c) => c !== '').join('  ')}`)
      }
      case 'observed': {
        const { weight, stable, canary } = event.observed
        const troubles = [...(canary.trouble ?? []), ...(stable.trouble ?? [])].map((t) => `\n                     ${line(t, 500)}`).join('')
        const text = `${percent(weight)} to the new version; pods ready: stable ${podsOf(stable)}, canary ${podsOf(canary)}${troubles}`
        if (text === this.#seen) return
        this.#seen = text
        return this.#say(`         observed    ${text}`)
      }
      case 'disturbance': {
        const { ref, what, by, fatal } = event.disturbance
        return this.#say(`         ${fatal ? 'WARNING: ' : ''}somebody else: ${ref.kind}/${line(ref.name, 253)} ${line(what, 500)}${by === undefined ? '' : ` (${line(by)})`}`)
      }
    }
  }
}
