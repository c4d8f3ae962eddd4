import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { referencesIn } from '../../../charts/references/index.ts'
import type { Value } from '../../../language/go/index.ts'
import { unmarshalV3 } from '../../../language/yaml/index.ts'
import type { LoadedState } from '../loaded-state.ts'
import type { MissingFileHandlerConfig, ReleaseSpec } from '../spec.ts'
import { mergeValues } from '../values-merge.ts'
import type { Log } from './helm-runner.ts'
import type { ValuesSource } from './release-values.ts'

/** What the values of all releases of a run share. What was decrypted stays in memory. */
export class ValuesRun {
  readonly env: ValuesSource['env']
  readonly #log: Log
  readonly #decrypted = new Map<string, Promise<string>>()
  #paths = 0

  constructor(env: ValuesSource['env'], log: Log) {
    this.env = env
    this.#log = log
  }

  /** The text of an encrypted file; each is decrypted once. Source: DecryptSecret in pkg/helmexec/exec.go. */
  decrypt(state: LoadedState, path: string): Promise<string> {
    const absolute = resolve(state.cwd, path)
    let text = this.#decrypted.get(absolute)
    if (text === undefined) {
      this.#log('info', `Decrypting secret ${absolute}`)
      text = state.access.decrypt(path)
      this.#decrypted.set(absolute, text)
    }
    return text
  }

  /** A path that no other values file of the run has, and nothing lies at. */
  newPath({ namespace, name }: ReleaseSpec): string {
    const number = ++this.#paths
    return join(tmpdir(), `helmfile${process.pid}${number}`, `${namespace === '' ? '' : `${namespace}-`}${name}-values-${number}`)
  }
}

/** How the values of one release are read: by its state, with its own data for templates. */
export class ReleaseValuesSource implements ValuesSource {
  readonly stateFile: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly defaults: ValuesSource['defaults']
  readonly #run: ValuesRun
  readonly #state: LoadedState
  readonly #release: ReleaseSpec
  /** What templates see as .Values, where it is not what the state has. */
  readonly #values: (() => Promise<Map<string, Value>>) | undefined

  constructor(run: ValuesRun, state: LoadedState, release: ReleaseSpec, values?: () => Promise<Map<string, Value>>) {
    this.#run = run
    this.#state = state
    this.#release = release
    this.#values = values
    this.env = run.env
    this.stateFile = state.file
    this.defaults = { missingFileHandler: state.spec.missingFileHandler, missingFileHandlerConfig: state.spec.missingFileHandlerConfig }
  }

  /** The same for patches: their templates see the release's own values among the state's. Source: mergedReleaseTemplateData. */
  withOwnValues(): ReleaseValuesSource {
    let merged: Promise<Map<string, Value>> | undefined
    return new ReleaseValuesSource(this.#run, this.#state, this.#release, () => (merged ??= this.#merged()))
  }

  /** Source: resolveReleaseValues. */
  async #merged(): Promise<Map<string, Value>> {
    const release = this.#release
    let own = new Map<string, Value>()
    const entries = release.values.map((entry): Value => (typeof entry === 'string' ? this.normalize(release.valuesPathPrefix + entry) : entry))
    for (const entry of await this.expand(entries) as Value[]) {
      let values: Value = entry
      if (typeof entry === 'string') {
        const path = await this.resolve('values', entry, release.missingFileHandler ?? this.defaults.missingFileHandler, release.missingFileHandlerConfig ?? this.defaults.missingFileHandlerConfig)
        if (path === undefined) continue
        values = await this.expand(unmarshalV3(await this.render(path)))
      }
      if (values instanceof Map) own = mergeValues(own, values)
    }
    return mergeValues(this.#state.renderedValues, own)
  }

  normalize(path: string): string {
    return this.#state.access.normalize(path)
  }

  resolve(kind: 'values' | 'secrets', path: string, handler: string | undefined, config: MissingFileHandlerConfig | undefined): Promise<string | undefined> {
    return this.#state.access.resolve(kind, path, handler, config)
  }

  async render(path: string): Promise<string> {
    return this.#state.access.renderFile(this.#release, path, await this.#values?.())
  }

  async renderText(path: string, text: string): Promise<string> {
    return this.#state.access.renderText(this.#release, path, text, await this.#values?.())
  }

  async expand(value: Value): Promise<Value> {
    return referencesIn(value) ? await this.#state.access.expand(value) : value
  }

  decrypt(path: string): Promise<string> {
    return this.#run.decrypt(this.#state, path)
  }

  decryptInline(value: Value): Promise<string> {
    return this.#state.access.decryptInline(value)
  }

  newPath(release: ReleaseSpec): string {
    return this.#run.newPath(release)
  }
}
