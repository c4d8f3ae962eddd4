import type { Notice, Phase } from './notice.ts'

/** Somewhere releases are told. One release is one message, brought up to date as it goes on. */
export interface Channel {
  /** For people: `slack #deploys`. Holds no secret. */
  readonly name: string
  /** The phases it is told. */
  readonly on: readonly Phase[]
  /** It wakes somebody. */
  readonly pages?: boolean
  /**
   * Tells where a release stands: makes its message, or finds it, whoever made it, and updates it.
   * @returns what people should know beside, or undefined
   * @throws PintleError notify.failed without any secret; the signal's reason
   */
  tell(notice: Notice, signal: AbortSignal): Promise<string | undefined>
  /** Finds out whether it could tell, and leaves as little behind as it can. @returns what was found, in words @throws as tell */
  test(signal: AbortSignal): Promise<string>
}

/** How telling one channel one phase ended. */
export interface Delivery {
  readonly channel: string
  readonly phase: Phase
  /** RFC 3339. */
  readonly at: string
  readonly ok: boolean
  /** Somebody was paged. */
  readonly paged?: true
  readonly error?: string
  readonly remark?: string
}
