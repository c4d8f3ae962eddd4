import type { Host, Value } from '../../language/go/index.ts'
import type { Log } from '../chart/index.ts'
import { nodeCrypto } from './node-crypto.ts'
import { SecureRandom } from './secure-random.ts'

/** What a render may ask of the world, by a stable key: `lookup` and DNS are answered between passes, because templates run synchronously. */
export interface Answers {
  /** The recorded answer, or undefined: the pass then goes on with the empty answer and is repeated once it is known. */
  lookup(apiVersion: string, kind: string, namespace: string, name: string): Value | undefined
  dns(name: string): string | undefined
}

/** The Host of the template language on Node. Without `answers`, lookups are empty and DNS is off, as in `helm template`. */
export function nodeHost(options: { answers?: Answers; lint?: boolean; log?: Log; now?: () => bigint; randomBytes?: (count: number) => Uint8Array } = {}): Host {
  let zone: string | undefined
  const random = new SecureRandom()
  return {
    now: options.now ?? (() => BigInt(Date.now()) * 1_000_000n),
    randomBytes: options.randomBytes ?? ((count) => random.bytes(count)),
    // Asking Intl costs a tenth of a millisecond: once, and only when a template asks for it.
    get localZone() {
      return (zone ??= process.env.TZ || Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC')
    },
    lookup: (apiVersion, kind, namespace, name) => options.answers?.lookup(apiVersion, kind, namespace, name) ?? new Map(),
    getHostByName: (name) => options.answers?.dns(name) ?? '',
    lint: options.lint ?? false,
    ...(options.log && { log: options.log }),
    crypto: nodeCrypto,
  }
}
