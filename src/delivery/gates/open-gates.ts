import { HttpClient } from '../../charts/http/index.ts'
import { PintleError, meant } from '../../errors/index.ts'
import { judgeInBackground } from './background.ts'
import { evaluate } from './evaluate.ts'
import { judgeInline } from './inline.ts'
import { undecided } from './judged.ts'
import type { Judge } from './judge.ts'
import { outcomeOf } from './outcome.ts'
import { openProvider, providerKinds } from './providers/registry.ts'
import { SecretTexts } from './providers/secret-texts.ts'
import type { GateSettings, GateSpec } from './settings.ts'
import { promqlSubset } from './subset.ts'
import type { Clock, Evaluation, GateOutcome, GateRunOptions, Gates, MetricProvider } from './types.ts'

export interface OpenGatesOptions {
  readonly clock: Clock
  /** Where `${NAME}` of the settings is looked up. Default: the process's. */
  readonly env?: NodeJS.ProcessEnv
  /** Left out, these gates have one of their own. */
  readonly http?: HttpClient
  /** Where commands run and relative paths begin. Default: the current folder. */
  readonly folder?: string
  /** Answers every question in place of the sources that are named: a simulated cluster has no metrics elsewhere. */
  readonly simulated?: MetricProvider
  readonly signal?: AbortSignal
}

type Run = GateRunOptions & { readonly only?: readonly string[] }

/**
 * The gates of a service, ready to judge. Nothing is asked, and no variable is read, before the first judgement.
 * @param settings what `readGates` made, also after a way through JSON
 * @throws PintleError config.invalid for settings of another version
 */
export function openGates(settings: unknown, options: OpenGatesOptions): Gates {
  const read = settings as GateSettings | undefined
  if (read?.schema !== 'pintle.dev/gates/v1') throw new PintleError('config.invalid', 'the settings of the gates are of another version', { hint: 'Plan anew with this version of Pintle.' })
  return new ServiceGates(read, options)
}

class ServiceGates implements Gates, Judge {
  readonly names: readonly string[]
  readonly clock: Clock
  readonly settle: number
  readonly interval: number
  readonly #settings: GateSettings
  readonly #options: OpenGatesOptions
  readonly #secrets: SecretTexts
  readonly #providers = new Map<string, Promise<MetricProvider>>()
  #http: HttpClient | undefined

  constructor(settings: GateSettings, options: OpenGatesOptions) {
    const { clock, http, env = process.env, folder = process.cwd(), signal } = options
    this.names = settings.gates.map((gate) => gate.name)
    this.clock = clock
    this.settle = 2 * settings.scrape
    this.interval = Math.max(30_000, 2 * settings.scrape)
    this.#settings = settings
    this.#options = options
    this.#secrets = new SecretTexts({ env, folder, ...(signal && { signal }) })
    this.#http = http
  }

  async once(options: Run): Promise<GateOutcome> {
    const { onEvaluation } = options
    const evaluations = await Promise.all(this.#chosen(options).map(async (spec) => {
      const evaluation = await this.evaluate(spec, spec.window, this.#signalled(options))
      onEvaluation?.(evaluation)
      return evaluation
    }))
    return outcomeOf(evaluations)
  }

  async inline(options: Run): Promise<GateOutcome> {
    return await judgeInline(this, this.#chosen(options).filter((spec) => spec.inline !== false), this.#signalled(options))
  }

  async background(options: GateRunOptions): Promise<GateOutcome | undefined> {
    return await judgeInBackground(this, this.#chosen(options).filter((spec) => spec.background !== false), this.#signalled(options))
  }

  async evaluate(spec: GateSpec, window: number, { subject, since, signal }: GateRunOptions): Promise<Evaluation> {
    signal?.throwIfAborted()
    const at = this.clock.now()
    let provider: MetricProvider
    try {
      provider = await this.#provider(spec.provider)
    } catch (error) {
      signal?.throwIfAborted()
      const named = this.#settings.providers[spec.provider]?.kind ?? spec.provider
      return { gate: spec.name, at: new Date(at).toISOString(), provider: named, endpoint: '', simulated: false, window, ...undecided('error', this.#secrets.hide((error as Error).message)), ...(spec.dryRun === true && { dryRun: true }), answers: [] }
    }
    const kind = this.#settings.providers[spec.provider]!.kind
    return await evaluate({
      spec, provider, at, subset: this.#settings.subset, subsetText: providerKinds[kind]?.subset ?? promqlSubset, ...(signal && { signal }),
      subject: { began: since, ...subject },
      // Of compressed time a source outside of the simulation knows only what has passed for it.
      window: provider.simulated ? window : window / this.clock.compression,
    })
  }

  #provider(name: string): Promise<MetricProvider> {
    const { simulated, env = process.env, folder = process.cwd(), signal } = this.#options
    // What judges by itself needs no metrics, and runs here.
    if (simulated !== undefined && providerKinds[this.#settings.providers[name]?.kind ?? '']?.judges !== true) return Promise.resolve(simulated)
    let found = this.#providers.get(name)
    if (found === undefined) {
      this.#http ??= new HttpClient({ env, userAgent: 'Pintle', patience: 3000 })
      found = openProvider(this.#settings.providers[name]!, { env, folder, http: this.#http, fill: (text) => this.#secrets.fill(text), hide: (text) => this.#secrets.hide(text), ...(signal && { signal }) })
      this.#providers.set(name, found)
      // What could not be opened is tried again: a reference's server may be back.
      found.catch(() => this.#providers.delete(name))
    }
    return found
  }

  /** The gates that are asked for; those that compare versions only where there are two. @throws PintleError usage for a name that no gate has */
  #chosen({ only, subject }: Run): GateSpec[] {
    const missing = only?.find((name) => !this.names.includes(name))
    if (missing !== undefined) throw new PintleError('usage', `there is no gate ${JSON.stringify(missing)}`, { hint: meant(missing, this.names) ?? 'The service has no gates.' })
    return this.#settings.gates.filter((spec) => (only === undefined || only.includes(spec.name)) && !(spec.kind === 'baseline' && subject.whole === true))
  }

  #signalled(options: Run): Run {
    const own = this.#options.signal
    if (own === undefined) return options
    return { ...options, signal: options.signal === undefined ? own : AbortSignal.any([own, options.signal]) }
  }
}
