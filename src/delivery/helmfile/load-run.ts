import type { LoadOptions, LogLevel } from './load-options.ts'
import { RemoteFiles } from './remote-files.ts'
import { TextRenderer } from './text-renderer.ts'

/** What all the files of one run share: options, compiled templates, fetched files, and what was said already. */
export class LoadRun {
  readonly options: LoadOptions
  readonly renderer: TextRenderer
  readonly remote: RemoteFiles
  /** The environment asked for. */
  readonly environment: string
  #noted = false

  constructor(options: LoadOptions) {
    this.options = options
    this.environment = options.environment || 'default'
    this.renderer = new TextRenderer({ env: options.env, expandReferences: options.expandReferences, signal: options.signal })
    this.remote = new RemoteFiles(options.env, (message) => this.log('debug', message), options.signal)
  }

  log(level: LogLevel, message: string): void {
    this.options.log?.(level, message)
  }

  /** Said once in a run: a file is written for helmfile 0.x. */
  noteOldStyle(file: string): void {
    if (this.#noted) return
    this.#noted = true
    this.log('warn', `${file} is written for helmfile 0.x and was read as such; rename it to *.yaml.gotmpl and put --- between environments and releases`)
  }
}
