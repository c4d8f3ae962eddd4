import type { Value } from '../../language/go/index.ts'

/** One place that secrets come from, with the parameters of a reference. Paths are as vals has them: host and path of the reference, joined. */
export interface Backend {
  /** What a reference without a fragment means. */
  text(path: string): Promise<string>
  /** The map that a fragment is looked up in. */
  map(path: string): Promise<Map<string, Value>>
  /** Answers the whole reference, fragment included, in place of `map`. */
  whole?(reference: string): Promise<string>
}

/** Where an object of a cluster is looked for; without a context, and with a namespace of '', those that are current. */
export interface ObjectAddress {
  readonly kind: 'Secret' | 'ConfigMap'
  readonly namespace: string
  readonly name: string
  readonly kubeconfig?: string
  readonly context?: string
  readonly inCluster: boolean
}

/** The data of a Secret (decoded) or ConfigMap. @throws Error in the client's words when it is not there */
export type KubernetesReader = (address: ObjectAddress, options: { signal?: AbortSignal }) => Promise<ReadonlyMap<string, Uint8Array>>

/** What backends work with. */
export interface BackendContext {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Relative paths begin here. */
  readonly folder: string
  readonly signal: AbortSignal | undefined
  readonly readObject: KubernetesReader | undefined
}

export type BackendMaker = (parameters: Parameters, context: BackendContext) => Backend

/** The query of a reference; what it leaves out may stand in VALS_ variables. Upstream: createProvider in vals.go, pkg/config. */
export class Parameters {
  readonly #given: ReadonlyMap<string, string>
  readonly #env: BackendContext['env']

  constructor(given: ReadonlyMap<string, string>, env: BackendContext['env']) {
    this.#given = given
    this.#env = env
  }

  get(name: string): string {
    return this.#given.get(name) ?? this.#env[`VALS_${name.toUpperCase()}`] ?? ''
  }

  /** Whether the reference itself has it. */
  has(name: string): boolean {
    return this.#given.has(name)
  }
}
