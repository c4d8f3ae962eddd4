import { notReconciled, notSynced } from '../../cluster/readiness/index.ts'
import { reasonText } from '../../cluster/release/index.ts'
import type { Waiting } from './live-panel.ts'

/** Milliseconds between two tellings, unless something new is wrong. */
const calm = 2000
/** What is over sooner is not worth a line. */
const patience = 1000
const shownObjects = 5
const shownPods = 2
/** What most objects go through: no reason to speak at once. */
const unhurried: ReadonlySet<string> = new Set(['NotReady', notReconciled, notSynced])

/** What is waited for, for logs: only what changed is said, and seldom; a new trouble is said at once. */
export class PlainWaiting {
  readonly #say: (text: string) => void
  readonly #said = new Map<string, string>()
  readonly #troubles = new Set<string>()
  #saidAt: number | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(say: (text: string) => void) {
    this.#say = say
  }

  waiting(event: Waiting): void {
    clearTimeout(this.#timer)
    this.#saidAt ??= performance.now() - calm + patience
    const due = this.#saidAt + calm - performance.now()
    if (due > 0 && !this.#isNewTrouble(event)) {
      this.#timer = setTimeout(() => this.#tell(event), due)
      return
    }
    this.#tell(event)
  }

  clear(): void {
    clearTimeout(this.#timer)
  }

  #isNewTrouble(event: Waiting): boolean {
    return event.waiting.some(({ ref, pods = [] }) => pods.some((p) => !unhurried.has(p.reason) && !this.#troubles.has(`${ref.kind}/${ref.name} ${p.reason} ${p.fatal}`)))
  }

  #tell(event: Waiting): void {
    const lines: string[] = []
    let left = 0
    for (const { ref, status, message, pods = [] } of event.waiting) {
      const object = `${ref.kind}/${ref.name}`
      const told = [`  ${object}: ${message || status}`, ...pods.slice(0, shownPods).map((p) => `    ${reasonText(p)}`)].join('\n')
      for (const p of pods) this.#troubles.add(`${object} ${p.reason} ${p.fatal}`)
      if (this.#said.get(object) === told) continue
      if (lines.length < shownObjects) {
        this.#said.set(object, told)
        lines.push(told)
      } else left++
    }
    if (lines.length === 0) return
    this.#saidAt = performance.now()
    const open = event.total - event.done
    this.#say([`waiting on ${open} object${open === 1 ? '' : 's'} [${event.done}/${event.total} done]`, ...lines, ...(left > 0 ? [`  and ${left} more`] : [])].join('\n'))
  }
}
