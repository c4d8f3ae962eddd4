import { PintleError } from '../../errors/index.ts'
import { marshalPretty } from '../../language/yaml/index.ts'
import type { KubernetesReader, SecretSource } from '../references/index.ts'
import type { KnownKeys, Person } from '../secrets/index.ts'
import type { Table } from './merge-maps.ts'
import { readValuesText } from './values-yaml.ts'

export interface SecretReading {
  /** HELM_SECRETS_* and those of the backends. Default: the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Where the paths of references and keys begin. Default: the current folder. */
  readonly folder?: string
  /** References in values are replaced, as HELM_SECRETS_BACKEND=vals asks for. */
  readonly evaluateReferences?: boolean
  readonly readObject?: KubernetesReader
  /** Told what helm-secrets would say. */
  readonly note?: (text: string) => void
}

/** What a flag says; `secret` when it holds what was encrypted, of which errors must not speak. */
export interface Expression { readonly text: string; readonly secret?: { readonly given: string } }

interface SecretValuesOptions {
  readonly secrets?: SecretReading
  readonly signal?: AbortSignal
  readonly onSecrets?: (secrets: readonly string[]) => void
  readonly person?: Person
}

/** Values that are read another way than Helm reads them: by `secrets://` names, by a backend, with references replaced. */
export interface SecretValues {
  takes(name: string): boolean
  /** The values of such a file. */
  file(name: string): Promise<Table>
  /** What --set-file gets of it. */
  content(name: string): Promise<string>
  /** Values with what their references stand for, where that is asked for. */
  evaluated(table: Table, name: string): Promise<Table>
  literals(texts: readonly string[]): Promise<readonly Expression[]>
}

/** @returns undefined where no name, variable or option asks for it: what it takes is loaded only then */
export async function secretValues(names: readonly string[], { secrets = {}, signal, onSecrets, person, readBytes }: SecretValuesOptions & { readBytes: (name: string) => Promise<Uint8Array> }): Promise<SecretValues | undefined> {
  const env = secrets.env ?? process.env
  if (secrets.evaluateReferences !== true && env.PINTLE_SECRETS_WRAPPER !== 'true' && env.HELM_SECRETS_BACKEND !== 'vals' && !names.some((name) => /\bsecrets(?:\+[a-z-]+)?:\/\//.test(name))) return undefined
  const { SecretSource, needsSecretSource, secretSettings } = await import('../references/index.ts')
  const read = secretSettings(env)
  const settings = secrets.evaluateReferences === true ? { ...read, evaluateReferences: true } : read
  const source: SecretSource = new SecretSource({ ...secrets, settings, read: readBytes, ...(signal && { signal }), ...(onSecrets && { onSecrets }), ...(person && { person }) })
  // What references stand for is read as if it had been written into the file.
  const evaluated = async (table: Table, name: string): Promise<Table> => (source.evaluates ? readSecretText(marshalPretty(await source.values(table)), name) : table)
  return {
    takes: (name) => needsSecretSource(name, settings),
    async file(name) {
      const { text, secret } = await source.open(name, 'values')
      return await evaluated(secret ? readSecretText(text, name) : readValuesText(text, name, `failed to parse ${name}: `), name)
    },
    content: async (name) => (await source.open(name, 'file')).text,
    evaluated,
    literals: async (texts) => await Promise.all(texts.map(async (given) => {
      const text = source.opensLiterals ? await source.literals(given) : given
      return text === given ? { text } : { text, secret: { given } }
    })),
  }
}

/** Keys of one run over files: a token or a passphrase is asked for once. */
export interface SharedKeys { keys?: KnownKeys }

/** The values of a file that SOPS encrypted; undefined for others. What decrypts is loaded only then. */
export async function decrypted(text: string, file: string, { signal, onSecrets, secrets, person }: SecretValuesOptions, shared: SharedKeys): Promise<Table | undefined> {
  if (!text.includes('ENC[AES256_GCM,')) return undefined
  const { MasterKeys, decryptFile, formatOfPath, isEncrypted } = await import('../secrets/index.ts')
  if (!isEncrypted(text)) return undefined
  const options = { ...(secrets?.env && { env: secrets.env }), ...(signal && { signal }), ...(person && { person }) }
  const found = await decryptFile(text, { file, format: formatOfPath(file) === 'json' ? 'json' : 'yaml', ...options, keys: (shared.keys ??= new MasterKeys(options)) })
  onSecrets?.(found.secrets)
  return readSecretText(found.text, file)
}

/** Values that were encrypted: words and frame of an error would quote them. */
function readSecretText(text: string, file: string): Table {
  try {
    return readValuesText(text, file)
  } catch {
    throw new PintleError('values.parse', `failed to parse ${file}: what is encrypted in it is no map of values`, { hint: `\`pintle secrets view ${file.replace(/^secrets:\/\//, '')}\` shows it.`, place: { file } })
  }
}
