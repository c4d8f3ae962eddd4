/** What the process of a pod does with requests, on command. It may be changed while it runs. */
export interface Behaviour {
  /** Share of requests that are answered with 500; as a function of the seconds since 1970 it changes by itself. */
  readonly errors: number | ((seconds: number) => number)
  /** Times that requests take, with their shares, which add up to 1. */
  readonly latency: readonly { readonly share: number; readonly milliseconds: number }[]
  /** Requests are taken and never answered. */
  readonly hangs: boolean
  /** Whether the exposition tells of requests at all. */
  readonly metrics: boolean | ((seconds: number) => boolean)
}

export const healthy: Behaviour = { errors: 0, latency: [{ share: 0.9, milliseconds: 5 }, { share: 0.1, milliseconds: 40 }], hangs: false, metrics: true }

/** The value at this moment of what may change by itself. */
export const nowOf = <T extends number | boolean>(value: T | ((seconds: number) => T), now = Date.now()): T => typeof value === 'function' ? value(now / 1000) : value
