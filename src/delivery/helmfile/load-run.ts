import { decryptFile, formatOfPath } from '../../charts/secrets/index.ts'
import { PintleError } from '../../errors/index.ts'
import type { Value } from '../../language/go/index.ts'
import type { LoadOptions, LogLevel } from './load-options.ts'
import { RemoteFiles } from './remote-files.ts'
import { TextRenderer } from './text-renderer.ts'
import type { WorkingFolder } from './working-folder.ts'

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

  /** The text of an encrypted file, which stays in memory. */
  async decrypt(folder: WorkingFolder, file: string): Promise<string> {
    const { decryptFile: decrypt, env, signal, onSecrets } = this.options
    if (decrypt !== undefined) return await decrypt(folder.resolve(file))
    const { text, secrets } = await decryptFile(folder.readText(file), { file, format: formatOfPath(file.replace(/\.gotmpl$/, '')) ?? 'yaml', env, ...(signal === undefined ? {} : { signal }) })
    onSecrets?.(secrets)
    return text
  }

  /** The text of an encrypted document that stands in a state. */
  async decryptText(text: string, file: string): Promise<string> {
    const { env, signal, onSecrets } = this.options
    const plain = await decryptFile(text, { file, format: 'yaml', env, ...(signal === undefined ? {} : { signal }) })
    onSecrets?.(plain.secrets)
    return plain.text
  }

  /** A value with its references resolved. */
  async expand(value: Value): Promise<Value> {
    const { expandReferences } = this.options
    if (expandReferences === undefined) throw new PintleError('secrets.reference', 'references to secrets cannot be resolved here')
    return await expandReferences(value)
  }

  /** Said once in a run: a file is written for helmfile 0.x. */
  noteOldStyle(file: string): void {
    if (this.#noted) return
    this.#noted = true
    this.log('warn', `${file} is written for helmfile 0.x and was read as such; rename it to *.yaml.gotmpl and put --- between environments and releases`)
  }
}
