import { PintleError, meant } from '../../errors/index.ts'
import { judgeInBackground } from './background.ts'
import { evaluate } from './evaluate.ts'
import { judgeInline } from './inline.ts'
import { undecided } from './judged.ts'
import type { Judge } from './judge.ts'
import { outcomeOf } from './outcome.ts'
import { Sources, type SourceOptions } from './open-sources.ts'
import { providerKinds } from './providers/registry.ts'
import type { GateSettings, GateSpec } from './settings.ts'
import { promqlSubset } from './subset.ts'
import type { Clock, Evaluation, GateOutcome, GateRunOptions, Gates, MetricProvider } from './types.ts'

export interface OpenGatesOptions extends SourceOptions {
  readonly clock: Clock
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
  readonly #sources: Sources

  constructor(settings: GateSettings, options: OpenGatesOptions) {
    this.names = settings.gates.map((gate) => gate.name)
    this.clock = options.clock
    this.settle = 2 * settings.scrape
    this.interval = Math.max(30_000, 2 * settings.scrape)
    this.#settings = settings
    this.#options = options
    this.#sources = new Sources(settings.providers, options)
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
      provider = await this.#sources.get(spec.provider)
    } catch (error) {
      signal?.throwIfAborted()
      const named = this.#settings.providers[spec.provider]?.kind ?? spec.provider
      return { gate: spec.name, at: new Date(at).toISOString(), provider: named, endpoint: '', simulated: false, window, ...undecided('error', this.#sources.hide((error as Error).message)), ...(spec.dryRun === true && { dryRun: true }), answers: [] }
    }
    const kind = this.#settings.providers[spec.provider]!.kind
    return await evaluate({
      spec, provider, at, scrape: this.#settings.scrape, subset: this.#settings.subset, subsetText: providerKinds[kind]?.subset ?? promqlSubset, ...(signal && { signal }),
      subject: { began: since, ...subject },
      // Of compressed time a source outside of the simulation knows only what has passed for it.
      window: provider.simulated ? window : window / this.clock.compression,
    })
  }

  /** The gates that are asked for; those that compare versions only where there are two, and courses only of what has a history. @throws PintleError usage for a name that no gate has */
  #chosen({ only, subject }: Run): GateSpec[] {
    const missing = only?.find((name) => !this.names.includes(name))
    if (missing !== undefined) throw new PintleError('usage', `there is no gate ${JSON.stringify(missing)}`, { hint: meant(missing, this.names) ?? 'The service has no gates.' })
    const { simulated } = this.#options
    return this.#settings.gates.filter((spec) => {
      if (only !== undefined && !only.includes(spec.name)) return false
      if (spec.kind === 'course' && simulated !== undefined && simulated.range === undefined) return false
      return !((spec.kind === 'baseline' || spec.kind === 'course') && subject.whole === true)
    })
  }

  #signalled(options: Run): Run {
    const own = this.#options.signal
    if (own === undefined) return options
    return { ...options, signal: options.signal === undefined ? own : AbortSignal.any([own, options.signal]) }
  }
}
