import { existsSync, lstatSync } from 'node:fs'
import { readFile, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { isPintleError } from '../../errors/index.ts'
import { decodeUtf8, type Value } from '../../language/go/index.ts'
import { decryptFile, isEncrypted, type FileFormat, type Person } from '../secrets/index.ts'
import type { KubernetesReader } from './backend.ts'
import { evaluateDocuments } from './evaluate-documents.ts'
import { fatal } from './fatal.ts'
import { References } from './references.ts'
import { secretTexts } from './secret-texts.ts'
import { backendNames, backendOf, parseSecretName, type SecretName } from './secret-name.ts'
import { isSecretName, type SecretSettings } from './secret-settings.ts'
import { openLiterals } from './literals.ts'

export interface SecretSourceOptions {
  readonly settings: SecretSettings
  /** Reads a file or URL by its name, as Helm does. */
  readonly read: (name: string) => Promise<Uint8Array>
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly folder?: string
  readonly signal?: AbortSignal
  readonly readObject?: KubernetesReader
  /** Who is asked for passphrases. */
  readonly person?: Person
  /** Told what was encrypted, or what references stood for: to be kept out of what is shown. */
  readonly onSecrets?: (secrets: readonly string[]) => void
  /** Told what helm-secrets would say. */
  readonly note?: (text: string) => void
}

type Backend = (typeof backendNames)[number]

/** What stands in a file, in clear and in memory only. */
export interface OpenedFile {
  readonly text: string
  /** It was encrypted: errors must not quote it. */
  readonly secret: boolean
}

/** Values by helm-secrets' names: `secrets://FILE`, `vals!FILE`, `?FILE`, and in its wrapper every file and literal. Nothing is written anywhere. */
export class SecretSource {
  readonly #options: SecretSourceOptions
  readonly #references: References
  readonly #env: Readonly<Record<string, string | undefined>>

  constructor(options: SecretSourceOptions) {
    this.#options = options
    this.#env = options.env ?? process.env
    this.#references = new References({ ...options, failOnMissingKey: !/-fail-on-missing-key-in-map=false/.test(options.settings.backendArgs), excludeSecretRefs: /(?:^|\s)-?-exclude-secret\b/.test(options.settings.backendArgs) })
  }

  /** References in tables are to be replaced: the wrapper has done so in the text. */
  get evaluates(): boolean {
    return this.#options.settings.evaluateReferences && !this.#options.settings.wrapper
  }

  /** What --set and its like say may be secret. */
  get opensLiterals(): boolean {
    return this.#options.settings.evaluateReferences || this.#options.settings.wrapper
  }

  /** References of a table, replaced. */
  values(values: Map<string, Value>): Promise<Map<string, Value>> {
    return this.#references.values(values)
  }

  /**
   * What a name stands for.
   * @param use whether it is a file of values, or one that --set-file names
   * @throws PintleError secrets.reference in helm-secrets' words; secrets.key, secrets.tampered, secrets.format
   */
  async open(name: string, use: 'values' | 'file'): Promise<OpenedFile> {
    const wrapped = isSecretName(name) ? undefined : this.#wrapped(name)
    // In the wrapper a backend or `?` may stand before the scheme, too.
    if (wrapped === undefined || isSecretName(wrapped.file)) return await this.#get(parseSecretName(wrapped?.file ?? name, this.#options.settings))
    return await this.#file(wrapped, use === 'values' ? 'yaml' : 'auto', true)
  }

  /** What --set, --set-string or --set-json say, in clear. */
  async literals(text: string): Promise<string> {
    return await openLiterals(text, async (literal) => {
      const found = backendOf(literal, true)
      return await this.#literal(found.text, this.#backend(found.backend))
    })
  }

  /** What vals says, as helm-secrets repeats it; with --evaluate-references nobody is wrapped. */
  async #valsWords<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (this.evaluates || !isPintleError(error, 'secrets.reference') || error.message.startsWith('[helm-secrets]')) throw error
      throw fatal(`vals error: ${error.message}`, error.hint)
    }
  }

  #wrapped(name: string): SecretName {
    const optional = name.startsWith('?')
    const { backend, text } = backendOf(optional ? name.slice(1) : name, true)
    return { file: text, optional, backend }
  }

  async #get(name: SecretName): Promise<OpenedFile> {
    if (name.literal !== undefined) return { text: await this.#literal(name.literal, this.#backend(name.backend)), secret: true }
    return await this.#file(name, 'auto', false)
  }

  async #literal(text: string, backend: Backend): Promise<string> {
    // A shell takes the last newlines away.
    if ((backend === 'vals' || this.evaluates) && text.includes('ref+')) return (await this.#valsWords(() => this.#references.text(text))).replace(/\n+$/, '')
    // In one literal a file of JSON may stand.
    if (backend === 'sops' && /mac.*,type:str\]/.test(text)) return await this.#decrypt(text, 'the literal', 'json')
    return text
  }

  async #file(name: SecretName, type: 'yaml' | 'auto', wrapper: boolean): Promise<OpenedFile> {
    const { settings, note } = this.#options
    const backend = this.#backend(name.backend)
    const bytes = await this.#read(name)
    if (bytes === undefined) return { text: '', secret: false }
    if (wrapper) {
      const before = await this.#decryptedBefore(name.file)
      if (before !== undefined) {
        if (!settings.quiet) note?.(`[helm-secrets] Decrypt skipped: ${name.file}`)
        return before
      }
    }
    const text = decodeUtf8(bytes)
    const opened = await this.#decryptWith(backend, text, name, type)
    if (opened === undefined) return { text, secret: false }
    if (wrapper && !settings.quiet) note?.(`[helm-secrets] Decrypt: ${name.file}`)
    return { text: opened, secret: backend !== 'noop' }
  }

  /** @returns undefined for what is not encrypted */
  async #decryptWith(backend: Backend, text: string, { file, key }: SecretName, type: 'yaml' | 'auto'): Promise<string | undefined> {
    if (backend === 'noop') return text
    if (backend === 'vals') return text.includes('ref+') ? await this.#valsWords(() => evaluateDocuments(text, this.#references, /\.json/.test(file) && type === 'auto' ? 'json' : 'yaml')) : undefined
    if (!isEncrypted(text)) return undefined
    return await this.#decrypt(text, file, type === 'yaml' ? 'yaml' : formatOfText(text), key)
  }

  async #decrypt(text: string, file: string, format: FileFormat, key?: SecretName['key']): Promise<string> {
    const { signal, onSecrets, person } = this.#options
    const env = { ...this.#env }
    let pgpKeys = await this.#gpgKeys()
    if (key?.kind === 'age') {
      if (key.kubernetes) env.SOPS_AGE_KEY = Buffer.from(await this.#keyOfCluster(key.location)).toString('utf8')
      else env.SOPS_AGE_KEY_FILE = resolve(this.#folder, key.location)
    } else if (key !== undefined) pgpKeys = [key.kubernetes ? await this.#keyOfCluster(key.location) : await this.#keyFile(key.location)]
    // What is read as a text has sops' own bytes.
    const found = await decryptFile(text, { file, format, rewritten: true, env, ...(signal && { signal }), ...(pgpKeys && { pgpKeys }), ...(person && { person }) })
    onSecrets?.(found.secrets)
    return found.text
  }

  get #folder(): string {
    return this.#options.folder ?? process.cwd()
  }

  #backend(asked: string): Backend {
    const { settings } = this.#options
    const name = asked === '' ? settings.backend : asked
    // The one that is set has to be allowed even where another is asked for.
    const refused = [settings.backend, name].find((backend) => settings.allowedBackends?.includes(backend) === false)
    if (refused !== undefined) throw fatal(`secret backend '${refused}' not allowed`)
    if ((backendNames as readonly string[]).includes(name)) return name as Backend
    throw fatal(`Can't find secret backend: ${name}`, existsSync(name) ? 'Pintle runs no shell scripts as backends; there are: sops, vals, noop.' : 'There are: sops, vals, noop.')
  }

  /** @returns undefined when there is none and that is no fault */
  async #read({ file, optional }: SecretName): Promise<Uint8Array | undefined> {
    const { settings, read, signal } = this.#options
    const missing = (text: string, hint?: string): undefined => {
      if (optional || settings.ignoreMissing) return undefined
      throw fatal(text, hint)
    }
    if (/^https?:\/\//.test(file)) {
      const url = settings.expandUrls ? expandUrl(file, this.#env) : file
      try {
        return await read(url)
      } catch (error) {
        if (signal?.aborted) throw error
        return missing(`Error while download url ${file}\n[helm-secrets] File does not exist: ${file}`, isPintleError(error) ? `${error.message.replaceAll(url, file)}.` : undefined)
      }
    }
    if (file.includes('://')) throw fatal(`helm template command errored on value '${file}'`, 'Pintle fetches secrets:// from files and from http(s) URLs.')
    this.#checkPath(file)
    try {
      return await read(file)
    } catch (error) {
      if (existsSync(resolve(this.#folder, file)) && !(await stat(resolve(this.#folder, file))).isDirectory()) throw error
      return missing(`File does not exist: ${file}`)
    }
  }

  /** Upstream: _file_get in scripts/lib/file.sh. */
  #checkPath(file: string): void {
    const { allow } = this.#options.settings
    if (!allow.symlinks && lstatSync(resolve(this.#folder, file), { throwIfNoEntry: false })?.isSymbolicLink() === true) throw fatal(`Values file '${file}' is a symlink. Symlinks are not allowed.`)
    if (!allow.absolute && /^[/\\]|:/.test(file)) throw fatal(`Values filepath '${file}' is an absolute path. Absolute paths are not allowed.`)
    if (!allow.traversal && /\.\.\/|\/\.\./.test(file)) throw fatal(`Values filepath '${file}' contains '..'. Path traversal is not allowed.`)
  }

  /** A file that somebody decrypted before and left beside the encrypted one. Upstream: _file_dec_name. */
  async #decryptedBefore(file: string): Promise<OpenedFile | undefined> {
    const { folder, prefix, suffix } = this.#options.settings.decrypted
    if (prefix === '' && suffix === '') return undefined
    const name = `${prefix}${basename(file)}${suffix}`
    const path = folder === '' ? join(dirname(file), name) : join(folder, `${dirname(file).replaceAll('/', '_')}_${name}`)
    let text: string
    try {
      text = decodeUtf8(await readFile(resolve(this.#folder, path)))
    } catch {
      return undefined
    }
    this.#options.onSecrets?.([...secretTexts(text)])
    return { text, secret: true }
  }

  /** HELM_SECRETS_LOAD_GPG_KEYS: files, and all files of folders. */
  async #gpgKeys(): Promise<Uint8Array[] | undefined> {
    const { gpgKeys } = this.#options.settings
    if (gpgKeys.length === 0) return undefined
    const keys: Uint8Array[] = []
    for (const name of gpgKeys) {
      const path = resolve(this.#folder, name)
      const isFolder = await stat(path).then((found) => found.isDirectory(), () => false)
      for (const file of isFolder ? (await readdir(path)).sort().map((entry) => join(path, entry)) : [path]) keys.push(await this.#keyFile(file))
    }
    return keys
  }

  async #keyFile(location: string): Promise<Uint8Array> {
    try {
      return await readFile(resolve(this.#folder, location))
    } catch (error) {
      throw fatal(`Key '${location}' cannot be read: ${(error as { code?: string }).code ?? 'unknown'}`)
    }
  }

  /** `[NAMESPACE/]NAME#KEY`. Upstream: _gpg_init_kubernetes. */
  async #keyOfCluster(location: string): Promise<Uint8Array> {
    const [place, key] = location.includes('#') ? [location.slice(0, location.lastIndexOf('#')), location.slice(location.indexOf('#') + 1)] : [location, location]
    const [namespace, name] = place.includes('/') ? [place.slice(0, place.lastIndexOf('/')), place.slice(place.indexOf('/') + 1)] : ['', place]
    const { readObject, signal } = this.#options
    if (readObject === undefined) throw fatal(`Couldn't get kubernetes secret ${place}`, 'There is no cluster here to read it from.')
    let data: ReadonlyMap<string, Uint8Array>
    try {
      data = await readObject({ kind: 'Secret', namespace, name, inCluster: false }, signal ? { signal } : {})
    } catch (error) {
      throw fatal(`Couldn't get kubernetes secret ${place}`, `${(error as Error).message}.`)
    }
    const found = data.get(key)
    if (found === undefined) throw fatal(`Couldn't find key ${key} in secret ${name}`)
    return found
  }
}

/** Upstream: _sops_dec_get_type; dotenv files are known by their names to sops alone. */
const formatOfText = (text: string): FileFormat => (/^sops:\s*$/m.test(text) ? 'yaml' : /"data": "ENC/.test(text) ? 'binary' : /^sops_mac=/m.test(text) ? 'dotenv' : 'json')

/** Upstream: expand_vars_strict: only `${NAME}`. */
function expandUrl(url: string, env: Readonly<Record<string, string | undefined>>): string {
  return url.replace(/\$\{(\w+)(?::?-([^}]*))?\}/g, (_, name: string, otherwise: string | undefined) => {
    const value = env[name] ?? otherwise
    if (value === undefined) throw fatal(`Error while download url ${url}`, `The variable ${name} is not set.`)
    return value
  })
}
