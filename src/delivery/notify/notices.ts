import type { Channel, Delivery } from './channel.ts'
import { bounded, type Notice } from './notice.ts'

/** The channels of one release. Telling never fails: what went wrong is a value. */
export class Notices {
  readonly #channels: readonly Channel[]
  readonly #limit: number
  readonly #close: () => void
  readonly #deliveries: Delivery[] = []

  /** @param limit milliseconds a phase may take, all channels at once */
  constructor(channels: readonly Channel[], options: { limit?: number; close?: () => void } = {}) {
    this.#channels = channels
    this.#limit = options.limit ?? 20_000
    this.#close = options.close ?? (() => {})
  }

  /** Everything that was told so far, and what could not be. */
  get deliveries(): readonly Delivery[] {
    return this.#deliveries
  }

  /** Tells every channel that wants to know, all at once, and waits no longer than the limit. */
  async tell(notice: Notice): Promise<Delivery[]> {
    const told = await Promise.all(this.#channels.filter((c) => c.on.includes(notice.phase)).map((channel) => this.#one(channel, notice)))
    this.#deliveries.push(...told)
    return told
  }

  close(): void {
    this.#close()
  }

  async #one(channel: Channel, notice: Notice): Promise<Delivery> {
    const abort = new AbortController()
    const late = new Error(`no answer within ${Math.round(this.#limit / 100) / 10} s`)
    let timer: NodeJS.Timeout | undefined
    const facts = { channel: channel.name, phase: notice.phase }
    try {
      const limit = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          abort.abort(late)
          reject(late)
        }, this.#limit)
      })
      const remark = await Promise.race([channel.tell(notice, abort.signal), limit])
      return { ...facts, at: new Date().toISOString(), ok: true, ...(channel.pages === true && notice.phase !== 'deployed' ? { paged: true as const } : {}), ...(remark === undefined ? {} : { remark }) }
    } catch (error) {
      return { ...facts, at: new Date().toISOString(), ok: false, error: bounded((error as Error).message, 300) }
    } finally {
      clearTimeout(timer)
    }
  }
}
