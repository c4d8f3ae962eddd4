import { isPintleError } from '../../errors/index.ts'
import type { Confidence, SecretFinding } from './finding.ts'
import { longestText } from './find-hits.ts'
import { isSops, sopsFaults } from './sops-file.ts'
import { pathText, yamlScalars, type YamlScalar } from './yaml-scalars.ts'

/** What can be wrong with a file by being in Git. */
const reasons = {
  'file/decrypted': ['certain', 'a decrypted file that Git tracks'],
  'file/beside-encrypted': ['certain', 'a file in plain text beside its encrypted form, and Git tracks both'],
  'file/sops-no-mac': ['certain', 'a file of SOPS without its MAC: what was changed in it cannot be told'],
  'file/sops-partly': ['certain', 'a value in plain text in a file that SOPS encrypts'],
  'file/kubeconfig': ['certain', 'a kubeconfig with credentials that Git tracks'],
  'file/keystore': ['likely', 'a store of keys that Git tracks'],
  'file/env': ['possible', 'a .env file that Git tracks'],
} as const satisfies Record<string, readonly [Confidence, string]>

type FileRule = keyof typeof reasons

const decrypted = /\.(?:dec|decrypted)(?:\.[a-z0-9]{1,10})?$/i
const encrypted = /\.(?:enc|sops|encrypted)(?=\.[a-z0-9]{1,10}$)|\.(?:enc|sops|encrypted)$/i
const keystore = /\.(?:p12|pfx|jks|keystore|kdbx|ppk)$/i
const env = /(?:^|\/)\.env(?:\.(?!example$|sample$|template$|dist$|defaults?$)[\w.-]+)?$/

/**
 * Files that should not be in Git, or not as they are: decrypted ones, those beside their encrypted form, files of SOPS with values in plain text or without a
 * MAC, kubeconfigs with credentials, key stores, .env files.
 * @param files paths that Git tracks
 * @param read the text of one of them; undefined for what is no text
 */
export function trackedFindings(files: readonly string[], read: (path: string) => string | undefined): SecretFinding[] {
  const all = new Set(files)
  return files.flatMap((path) => {
    const tell = (rule: FileRule, line = 1, column = 1, at: readonly (string | number)[] = []): SecretFinding => ({
      rule, kind: 'tracked-file', where: 'other', file: path, line, column, path: pathText(at), reason: reasons[rule][1], confidence: reasons[rule][0],
    })
    if (keystore.test(path) && !/trust/i.test(path)) return [tell('file/keystore')]
    const byName: FileRule | undefined = decrypted.test(path) ? 'file/decrypted' : env.test(path) ? 'file/env' : undefined
    const twin = byName === undefined && encryptedTwins(path).some((t) => all.has(t))
    const structured = /\.(?:ya?ml|json|dec)$/i.test(path) || /(?:^|\/)(?:kubeconfig[\w.-]*|\.kube\/config|[\w.-]*\.kubeconfig)$/.test(path)
    if (byName === undefined && !twin && !structured) return []
    const text = read(path)
    if (text === undefined || text.trim() === '') return []
    const scalars = structured ? scalarsOf(text) : []
    if (isSops(scalars)) return sopsFaults(scalars).map(({ rule, line, column, path: at }) => tell(rule, line, column, at))
    if (byName !== undefined) return [tell(byName)]
    if (twin) return [tell('file/beside-encrypted')]
    return isKubeconfig(scalars) ? [tell('file/kubeconfig')] : []
  })
}

/** The paths among findings that are decrypted files: `Facts.inputs.trackedDecrypted`. */
export function decryptedFiles(findings: readonly SecretFinding[]): string[] {
  return [...new Set(findings.filter((f) => f.kind === 'tracked-file' && f.rule !== 'file/env' && f.rule !== 'file/keystore' && f.allowed === undefined).map((f) => f.file))]
}

/** `secrets.yaml` -> `secrets.enc.yaml`, `secrets.yaml.enc`, ... */
function encryptedTwins(path: string): string[] {
  if (encrypted.test(path)) return []
  const dot = path.lastIndexOf('.')
  const [stem, end] = dot > path.lastIndexOf('/') ? [path.slice(0, dot), path.slice(dot)] : [path, '']
  return ['enc', 'sops', 'encrypted'].flatMap((word) => [`${stem}.${word}${end}`, `${path}.${word}`])
}

function scalarsOf(text: string): readonly YamlScalar[] {
  if (text.length > longestText || !/^["']?sops["']?:|"sops"|\bkind["']?: *["']?Config\b/m.test(text)) return []
  try {
    return yamlScalars(text)
  } catch (error) {
    if (isPintleError(error) || error instanceof RangeError) return []
    throw error
  }
}

const isKubeconfig = (scalars: readonly YamlScalar[]): boolean =>
  scalars.some((s) => s.path.length === 1 && s.path[0] === 'kind' && s.value === 'Config') &&
  scalars.some((s) => s.path[0] === 'users' && /^(?:token|password|client-key-data)$/.test(String(s.path.at(-1))) && s.value !== '')
