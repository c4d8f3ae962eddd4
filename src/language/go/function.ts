import type { Value } from './values.ts'

/**
 * A function a template can call. `params` and `variadic` carry Go's signature: the template room checks the number and
 * types of arguments against it, converts untyped constants, and words its errors with it, as reflect does in Go.
 * Parameter types are spelled as `%s` of reflect.Type prints them: 'interface {}', 'string', 'int', 'int64', 'float64',
 * 'bool', 'map[string]interface {}', '[]interface {}', '[]string', 'time.Time', 'reflect.Value', ...
 * With `variadic`, the last entry is the element type of the rest.
 *
 * `call` receives the checked arguments and returns the result. It throws a plain `Error` (any) where Go's function
 * returns an error or panics: the template room turns it into `error calling NAME: MESSAGE`.
 */
export interface GoFunction {
  readonly params: readonly string[]
  readonly variadic?: boolean
  call(args: Value[], runtime: Runtime): Value
}

/** Functions by name. Use a Map: `constructor` is not a function of the template language. */
export type FuncMap = ReadonlyMap<string, GoFunction>

/** What a function may ask of the template that is running. */
export interface Runtime {
  /** Helm's `include`: runs a named template of the current set with `data` and returns its output. */
  include(name: string, data: Value): string
  /** Helm's `tpl`: parses `text` in a clone of the current set (cached by text) and runs it. */
  tpl(text: string, data: Value): string
  /** The world outside the language: clock, randomness, cluster, DNS, crypto. */
  readonly host: Host
}

/**
 * Everything a template can reach that is not a pure function of its input, so that a render can be recorded and replayed,
 * and so that the language runs in a browser. The Node host is in charts/render.
 */
export interface Host {
  /** Nanoseconds since the epoch, for now, date, ago, certificates. */
  now(): bigint
  /** Cryptographically secure random bytes. */
  randomBytes(count: number): Uint8Array
  /** Name of the local zone (IANA), for date functions. */
  readonly localZone: string
  /** Helm's lookup; returns an empty map when there is no cluster. */
  lookup(apiVersion: string, kind: string, namespace: string, name: string): Value
  /** Sprig's getHostByName; '' unless DNS is enabled. */
  getHostByName(name: string): string
  /** `fail` and `required` only warn (helm lint). */
  readonly lint: boolean
  /** Told what `fail` and `required` say then. */
  log?(record: { readonly level: 'info' | 'warn'; readonly message: string; readonly attributes: readonly (readonly [string, string])[] }): void
  /** Keys, certificates and ciphers; undefined in a browser, where those functions fail with a clear error. */
  readonly crypto?: HostCrypto
}

/** What Sprig's crypto functions need and only node:crypto (or the like) has. All synchronous. */
export interface HostCrypto {
  hash(algorithm: 'md5' | 'sha1' | 'sha256' | 'sha512', data: Uint8Array): Uint8Array
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array
  scrypt(password: Uint8Array, salt: Uint8Array, n: number, r: number, p: number, length: number): Uint8Array
  aesCbc(mode: 'encrypt' | 'decrypt', key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array
  /** PKCS#1 / SEC1 / PKCS#8 PEM of a new private key, as Go's x509 writes it; `bits` (default 4096) is for RSA. */
  generateKey(type: 'rsa' | 'dsa' | 'ecdsa' | 'ed25519', bits?: number): string
  /** SHA256-with-RSA, ECDSA or Ed25519 signature over `data` by a PEM key. */
  sign(privateKeyPem: string, data: Uint8Array): Uint8Array
  /** DER SubjectPublicKeyInfo of a PEM private key. */
  publicKeyDer(privateKeyPem: string): Uint8Array
  bcrypt(password: string, cost: number): string
}
